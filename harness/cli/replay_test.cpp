#include "harness/cli/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Replay : public InTemporaryFolder {
 protected:
  void SetUp() override {
    InTemporaryFolder::SetUp();
    write("third.json", third_process_refused);
  }
  static ReplayRequest documented(std::vector<std::string> paths) {
    ReplayRequest request;
    request.paths = std::move(paths);
    request.profile = harness::Script::NamedProfile{"documented", documented_profile()};
    return request;
  }
};

TEST_F(Replay, PrintsEachStepWithItsClauseAndAnswer) {
  EXPECT_EQ(replay(documented({"third.json"}), session()), ExitStatus::conforms);
  EXPECT_EQ(out.str(), R"(third.json  profile documented

    1  main: CreateProcess(as=w1, threads=["ui"])                                              OBJ-PROC-03  TRUE, hProcess=0x4, hThread=0x8, dwProcessId=1004, dwThreadId=65540
    2  main: CreateProcess(as=w2)                                                              OBJ-PROC-03  TRUE, hProcess=0xC, hThread=0x10, dwProcessId=1008, dwThreadId=65544
    3  main: WerRegisterAdditionalProcess(processId=w1, captureExtraInfoForThreadId=w1.ui)     WER-AP-17    S_OK
    4  main: WerRegisterAdditionalProcess(processId=w2, captureExtraInfoForThreadId=0)         WER-AP-17    S_OK
    5  main: WerRegisterAdditionalProcess(processId=@process1, captureExtraInfoForThreadId=0)  WER-AP-11    WER_E_INSUFFICIENT_BUFFER
    6  Crash(process=main)                                                                     WER-ALL-30   applied

CONFORMS  6 steps

)");
}

TEST_F(Replay, RunsAParallelPartUnderEverySchedule) {
  write("threads.json", two_threads);
  EXPECT_EQ(replay(documented({"threads.json"}), session()), ExitStatus::conforms);
  EXPECT_EQ(err.str(), "");
  EXPECT_THAT(out.str(), HasSubstr("threads.json  profile documented\n\n  4 schedules, 1 outcome, none left out\n"));
}

TEST_F(Replay, StopsAtTheFirstDivergence) {
  EXPECT_EQ(replay(documented({"third.json"}), session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("DIVERGES  third.json  at step 5 of 6, profile documented\n"));
  EXPECT_THAT(out.str(), HasSubstr("implementation  E_OUTOFMEMORY\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Crash")));
}

TEST_F(Replay, RunsUnderBothProfilesWhenNobodyNamesOne) {
  ReplayRequest request;
  request.paths = {"third.json"};
  EXPECT_EQ(replay(request, session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("third.json  profile windows11\n"));
}

TEST_F(Replay, TracesOneObjectAStep) {
  ReplayRequest request = documented({"third.json"});
  request.trace = "trace.jsonl";
  EXPECT_EQ(replay(request, session()), ExitStatus::conforms);
  const std::string trace = content("trace.jsonl");
  EXPECT_EQ(std::count(trace.begin(), trace.end(), '\n'), 6);
  EXPECT_THAT(
      trace,
      HasSubstr(
          R"("file": "third.json", "profile": "documented", "step": 4, "line": 10, )"
          R"~("text": "main: WerRegisterAdditionalProcess(processId=w2, captureExtraInfoForThreadId=0)", )~"
          R"("perform": { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "w2", )"
          R"("captureExtraInfoForThreadId": 0 }, "model": { "returns": "S_OK" }, "subject": { "returns": "S_OK" }, )"
          R"("clause": "WER-AP-17", "basis": "documented", "applied": [)"));
  EXPECT_THAT(trace, HasSubstr(R"("changes": ["/machines/local/processes/main/wer/processes/1: absent | )"
                               R"({ \"processId\": 1008, \"threadId\": 0, \"incarnation\": 3 }"] })"));
}

TEST_F(Replay, TracesBothAnswersOfTheStepThatDiverges) {
  ReplayRequest request = documented({"third.json"});
  request.trace = "-";
  EXPECT_EQ(replay(request, session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith("{ \"file\": \"third.json\""));
  EXPECT_THAT(
      out.str(),
      HasSubstr(R"("model": { "returns": "WER_E_INSUFFICIENT_BUFFER" }, "subject": { "returns": "E_OUTOFMEMORY" })"));
}

TEST_F(Replay, GoesOnWithTheNextFileAfterAnUnusableOne) {
  write("broken.json", "[");
  EXPECT_EQ(replay(documented({"broken.json", "third.json"}), session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), StartsWith("procreg: broken.json:1:"));
  EXPECT_THAT(out.str(), HasSubstr("CONFORMS  6 steps\n"));
}

TEST_F(Replay, ATraceThatCannotBeWrittenIsAFailureOfOurs) {
  ReplayRequest request = documented({"third.json"});
  request.trace = "no/such/folder/trace.jsonl";
  EXPECT_EQ(replay(request, session()), ExitStatus::failed);
  EXPECT_THAT(err.str(), HasSubstr("no/such/folder/trace.jsonl"));
}

TEST_F(Replay, OfAFolderWithoutScenariosIsNotGreen) {
  std::filesystem::create_directory("empty");
  EXPECT_EQ(replay(documented({"empty"}), session()), ExitStatus::nothing_ran);
}

// --- --report-dir ---

constexpr auto a_crash = "ReportArchive/1_crash_1000/report.json";

ReplayRequest with_reports(ReplayRequest request) {
  request.report_dir = "out";
  return request;
}

TEST_F(Replay, WritesTheReportsOfOneRunToTheFolder) {
  EXPECT_EQ(replay(with_reports(documented({"third.json"})), session()), ExitStatus::conforms);
  EXPECT_THAT(content(std::filesystem::path{"out"} / a_crash), StartsWith("{\n  \"id\": 1,\n"));
  EXPECT_THAT(out.str(), EndsWith("CONFORMS  6 steps\n\n1 report written to out/ReportArchive\n"));
}

TEST_F(Replay, WritesTheReportsOfSeveralRunsToAFolderEach) {
  write("again/third.json", third_process_refused);
  ReplayRequest request;
  request.paths = {"third.json", "again"};
  EXPECT_EQ(replay(with_reports(request), session()), ExitStatus::conforms);
  for (const std::string run : {"third.documented", "third.windows11", "third-2.documented", "third-2.windows11"})
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path{"out"} / run / a_crash)) << run;
  EXPECT_THAT(out.str(), EndsWith("\n4 reports written to out\n"));
}

TEST_F(Replay, SaysInJsonNothingOfReports) {
  ReplayRequest request = with_reports(documented({"third.json"}));
  request.json = true;
  EXPECT_EQ(replay(request, session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), EndsWith("}\n]\n"));
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path{"out"} / a_crash));
}

TEST_F(Replay, RunsNothingWhenThereIsNoPlaceForReports) {
  write("out", "a file");
  EXPECT_EQ(replay(with_reports(documented({"third.json", "third.json"})), session()), ExitStatus::unusable);
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str(), "procreg: --report-dir: out: cannot be written: Not a directory\n");
}

TEST_F(Replay, AReportThatCannotBeWrittenIsAFailureOfOurs) {
  write("out/ReportArchive/1_crash_1000", "a file");
  EXPECT_EQ(replay(with_reports(documented({"third.json"})), session()), ExitStatus::failed);
  EXPECT_EQ(err.str(), "procreg: --report-dir: out/ReportArchive/1_crash_1000: cannot be written: Not a directory\n");
  EXPECT_THAT(out.str(), EndsWith("CONFORMS  6 steps\n\n0 reports written to out/ReportArchive\n"));
}

TEST_F(Replay, WritesNoMoreReportsAfterOneThatCannotBeWritten) {
  write("out/third.documented/ReportArchive/1_crash_1000", "a file");
  ReplayRequest request;
  request.paths = {"third.json"};
  EXPECT_EQ(replay(with_reports(request), session()), ExitStatus::failed);
  EXPECT_THAT(out.str(), HasSubstr("third.json  profile windows11\n"));
  EXPECT_FALSE(std::filesystem::exists("out/third.windows11"));
}

// A subject without report folders.
class KeepsNoReports : public harness::Wrapped {
 public:
  KeepsNoReports() : Wrapped{harness::implementation()} {}
  harness::ReportKeeper* reports() override { return nullptr; }
};

TEST_F(Replay, OfASubjectThatWritesNoReportsSaysSo) {
  EXPECT_EQ(replay(with_reports(documented({"third.json"})), session(lying<KeepsNoReports>())), ExitStatus::unusable);
  EXPECT_EQ(err.str(), "procreg: --report-dir: the subject impl writes no report folders\n");
}

TEST_F(Replay, OfAParallelPartWritesNoReports) {
  write("threads.json", two_threads);
  EXPECT_EQ(replay(with_reports(documented({"threads.json"})), session()), ExitStatus::conforms);
  EXPECT_EQ(err.str(), "procreg: threads.json: a parallel part writes no report folders\n");
  EXPECT_FALSE(std::filesystem::exists("out"));
}

}  // namespace
}  // namespace procreg::cli
