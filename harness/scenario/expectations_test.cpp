#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/scenario/snapshot_example.h"

namespace procreg::harness {
namespace {

struct Expectations : testing::Test {
  ExampleWorld world;
  Step step{Crash{}};
  Answer answer{};

  std::string unmet_by(const Expectation& expectation) {
    return unmet(world.script, expectation, step, answer, world.words(), world.bindings);
  }
  std::string report(std::string json) { return unmet_by({.report = std::move(json)}); }
  std::string leaf(std::string_view pointer, std::string_view value) {
    return unmet_by({.leaves = "{\"" + std::string{pointer} + "\": " + std::string{value} + "}"});
  }
  std::string out(std::string json) { return unmet_by({.out = std::move(json)}); }
};

TEST_F(Expectations, NothingExpectedIsAlwaysMet) { EXPECT_EQ(unmet_by({}), ""); }

TEST_F(Expectations, OfAnAnswerAreItsResultAndLastError) {
  step = CloseHandle{};
  answer.result = FALSE_;
  answer.lastError = 6;
  EXPECT_EQ(unmet_by({.returns = FALSE_, .lastError = 6}), "");
  EXPECT_EQ(unmet_by({.returns = TRUE_}), "the answer is FALSE, and TRUE is expected");
  EXPECT_EQ(unmet_by({.lastError = 5}), "lastError is 6, and 5 is expected");
}

TEST_F(Expectations, OfOutputsResolveNames) {
  step = CreateProcess{};
  answer.written = 0xF;
  answer.out = {4, 8, 1004, 0x10008};
  EXPECT_EQ(out(R"({"hProcess": "w.handle", "hThread": 8, "dwProcessId": "w", "dwThreadId": "w.1"})"), "");
  EXPECT_EQ(out(R"({"dwProcessId": "main"})"), "out/dwProcessId is 1004, and \"main\" (1000) is expected");
  EXPECT_EQ(out(R"({"hProcess": null})"), "out/hProcess is 4, and null is expected");
  EXPECT_EQ(out(R"({"hprocess": 4})"), "CreateProcess has no output \"hprocess\"");
}

TEST_F(Expectations, OfOutputsKnowWhatWasNotWritten) {
  step = GetExitCodeProcess{};
  EXPECT_EQ(out(R"({"lpExitCode": null})"), "");
  EXPECT_EQ(out(R"({"lpExitCode": 0})"), "out/lpExitCode is not written, and 0 is expected");
  answer.written = 1;
  answer.out[0] = 259;
  EXPECT_EQ(out(R"({"lpExitCode": 259})"), "");
  EXPECT_EQ(out(R"({"lpExitCode": "0x103"})"), "");
  EXPECT_EQ(out(R"({"lpExitCode": null})"), "out/lpExitCode is 259, and null is expected");
}

TEST_F(Expectations, OfReportsArePartialObjectsAndExactLists) {
  EXPECT_EQ(report("{}"), "");
  EXPECT_EQ(report(R"({"process": "main", "thread": "main.io", "machine": "local", "cause": "crash", "holdMs": null})"),
            "");
  EXPECT_EQ(
      report(
          R"({"dumps": [{"process": "main", "threads": ["main.1", "main.io"]}, {"process": "w", "kind": "triage", "extraThread": "w.1"}]})"),
      "");
  EXPECT_EQ(report(R"({"dumps": [{}]})").substr(0, 27), "report/dumps has 2 elements");
  EXPECT_EQ(report(R"({"dumps": [{}, {"process": "main"}]})"),
            "report/dumps/1/process is 1004, and \"main\" (1000) is expected");
  EXPECT_EQ(report(R"({"dumps": [{"threads": ["main.io", "main.1"]}, {}]})"),
            "report/dumps/0/threads/0 is 65536, and \"main.io\" (65540) is expected");
  EXPECT_EQ(report(R"({"notCollected": [["@process1", "access-denied"]]})"),
            "report/notCollected/0/reason is \"process-missing\", and \"access-denied\" is expected");
  EXPECT_EQ(report(R"({"notCollected": [["@process1"]]})"), "");
  EXPECT_EQ(report(R"({"event": "AppHang"})"), "report/event is \"APPCRASH\", and \"AppHang\" is expected");
}

TEST_F(Expectations, OfAReportNeedOne) {
  SnapshotWords words;
  SnapshotWriter::append(words, [](SnapshotWriter& writer) {
    writer.record(WorldHead{});
    for (int list = 0; list < 6; ++list)
      writer.list(0);  // existing files, reports, machines, volumes, CSV opens, servers
  });
  EXPECT_EQ(unmet(world.script, {.report = "{}"}, step, answer, words, world.bindings), "there is no report");
  words.push_back(1);
  EXPECT_EQ(unmet(world.script, {.report = "{}"}, step, answer, words, world.bindings),
            "the words of the snapshot do not fit the layout");
}

TEST_F(Expectations, OfLeavesFollowPointersWithNames) {
  EXPECT_EQ(leaf("/now", "7"), "");
  EXPECT_EQ(leaf("/now", "8"), "/now is 7, and 8 is expected");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer/processes", R"([["w", "w.1"]])"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer/processes/0/threadId", R"("w.1")"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer/processes", R"([["w", 0]])"),
            "/machines/local/processes/main/wer/processes/0/threadId is 65544, and 0 is expected");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer/processes", "[]").substr(0, 58),
            "/machines/local/processes/main/wer/processes has 1 element");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer/processes/1/threadId", "0"),
            "/machines/local/processes/main/wer/processes/1/threadId does not exist in the snapshot, and 0 is expected "
            "there");
  EXPECT_EQ(leaf("/machines/local/processes/main/state", R"("Crashed")"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main/threads", R"([["main.1", "main.ui", 0], {"name": "main.io"}])"), "");
  EXPECT_EQ(leaf("/machines/local/processes/w/parent", R"("main")"), "");
  EXPECT_EQ(leaf("/machines/local/processes/w/parent", R"("w")"),
            "/machines/local/processes/w/parent is 1, and \"w\" (2) is expected");
  EXPECT_EQ(leaf("/machines/local/processes/w/wer", "null"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main/wer", "null").substr(0, 41),
            "/machines/local/processes/main/wer is { \"");
  EXPECT_EQ(leaf("/machines/local/processes/main/user", R"("user1")"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main/handles/0", R"(["w.handle", "Process", 2, "0x1FFFFF", false])"), "");
  EXPECT_EQ(leaf("/machines/local/tags/0/id", R"("67452301-AB89-EFCD-0000-000000000011")"), "");
}

TEST_F(Expectations, OfMemoryAreWholeLists) {
  const std::string process = "/machines/local/processes/main/";
  EXPECT_EQ(leaf(process + "data", R"([["0x10000", "0x11000"]])"), "");
  EXPECT_NE(leaf(process + "data", R"([["0x10000", "0x11001"]])"), "");
  EXPECT_NE(leaf(process + "data", "[]"), "");
  EXPECT_EQ(leaf(process + "stacks", "[]"), "");
  EXPECT_NE(leaf(process + "stacks", R"([{ "stackPointer": 8 }])"), "");
  EXPECT_EQ(leaf(process + "loadedModules", "null"), "");
  EXPECT_NE(leaf(process + "loadedModules", "[]"), "");
}

TEST_F(Expectations, OfBareValuesMayBeRecords) {
  EXPECT_EQ(leaf("/machines/local/faults", "[3, 5]"), "");
  EXPECT_EQ(leaf("/machines/local/faults", R"([[3], {"n": 5}])"), "");
  EXPECT_EQ(leaf("/machines/local/faults", "[[3], [6]]"), "/machines/local/faults/1 is 5, and 6 is expected");
  EXPECT_EQ(leaf("/machines/local/faults", "[[3, 4], [5]]"), "/machines/local/faults/0 is 3, and [3, 4] is expected");
}

TEST_F(Expectations, OfProcessesThatAreGoneAreNull) {
  world.script.names.push_back({"gone", {}});
  EXPECT_EQ(leaf("/machines/local/processes/gone", "null"), "");
  EXPECT_EQ(leaf("/machines/local/processes/main", "null").substr(0, 37), "/machines/local/processes/main is { \"");
  EXPECT_EQ(leaf("/machines/local/processes/gone/pid", "1000"),
            "/machines/local/processes/gone/pid does not exist in the snapshot, and 1000 is expected there");
  EXPECT_EQ(leaf("/machines/local/processes", R"({"gone": null, "w": {"pid": 1004}})"), "");
}

}  // namespace
}  // namespace procreg::harness
