#include "harness/search/repair.h"

#include <gmock/gmock.h>

#include "harness/generate/generate.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

Script scenario(const std::string& steps) {
  ReadResult read = read_script(R"({ "format": "procreg-scenario/1", "steps": [)" + steps + "] }", "test.json");
  if (auto* errors = std::get_if<std::vector<InputError>>(&read)) {
    ADD_FAILURE() << text(errors->front());
    return {};
  }
  return std::move(std::get<Script>(read));
}

std::string steps_of(const Script& script) {
  std::string out;
  for (const Step& step : script.steps) out += step_json(script, step) + "\n";
  return out;
}

Script without_step(Script script, std::size_t step) {
  script.steps.erase(script.steps.begin() + static_cast<std::ptrdiff_t>(step));
  repair(script, false);
  return script;
}

constexpr const char* story =
    R"({ "call": "CreateProcess", "by": "main", "as": "worker", "threads": ["ui"] },
       { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "worker", "captureExtraInfoForThreadId": "worker.ui" },
       { "call": "OpenProcess", "by": "main", "as": "weak", "dwDesiredAccess": "0x1", "bInheritHandle": false, "dwProcessId": "worker" },
       { "event": "Crash", "process": "worker", "thread": "worker.ui" },
       { "call": "CloseHandle", "by": "main", "hObject": "worker.threadHandle" },
       { "call": "CloseHandle", "by": "main", "hObject": "weak" })";

TEST(Repair, BringsNamesToNormalForm) {
  Script script = scenario(story);
  repair(script, false);
  EXPECT_EQ(steps_of(script),
            R"({ "call": "CreateProcess", "by": "main", "as": "p1" }
{ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "p1", "captureExtraInfoForThreadId": "p1.1" }
{ "call": "OpenProcess", "by": "main", "as": "h1", "dwDesiredAccess": "0x1", "bInheritHandle": false, "dwProcessId": "p1" }
{ "event": "Crash", "process": "p1", "thread": "p1.1" }
{ "call": "CloseHandle", "by": "main", "hObject": "p1.threadHandle" }
{ "call": "CloseHandle", "by": "main", "hObject": "h1" }
)");
}

TEST(Repair, KeepsTextsWhenAskedTo) {
  Script script = scenario(story);
  const std::string before = steps_of(script);
  repair(script, true);
  EXPECT_EQ(steps_of(script), before);
}

TEST(Repair, WritesLiteralsForNamesThatNothingBindsAndDropsStepsByThem) {
  EXPECT_EQ(
      steps_of(without_step(scenario(story), 0)),
      R"({ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process1", "captureExtraInfoForThreadId": "@thread1" }
{ "call": "OpenProcess", "by": "main", "as": "h1", "dwDesiredAccess": "0x1", "bInheritHandle": false, "dwProcessId": "@process1" }
{ "call": "CloseHandle", "by": "main", "hObject": "@handle1" }
{ "call": "CloseHandle", "by": "main", "hObject": "h1" }
)");
}

TEST(Repair, NumbersLiteralsInOrderOfUse) {
  Script script = scenario(
      R"({ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process9", "captureExtraInfoForThreadId": "@thread3" },
         { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process2", "captureExtraInfoForThreadId": 4711 },
         { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "@process9" })");
  repair(script, false);
  EXPECT_EQ(
      steps_of(script),
      R"({ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process1", "captureExtraInfoForThreadId": "@thread1" }
{ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "@process2", "captureExtraInfoForThreadId": 4711 }
{ "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "@process1" }
)");
}

TEST(Repair, TreatsANameBeforeItsBinderAsUnbound) {
  Script script = scenario(story);
  std::rotate(script.steps.begin(), script.steps.begin() + 1, script.steps.end());
  repair(script, false);
  EXPECT_EQ(step_json(script, script.steps.back()), R"({ "call": "CreateProcess", "by": "main", "as": "p1" })");
  EXPECT_THAT(steps_of(script), testing::HasSubstr(R"("processId": "@process1")"));
}

TEST(Repair, KeepsStepsAndWhatTheyExpectTogether) {
  Script script = scenario(
      R"({ "call": "CreateProcess", "by": "main", "as": "w" },
         { "call": "CloseHandle", "by": "w", "hObject": null, "returns": "FALSE" },
         { "call": "CloseHandle", "by": "main", "hObject": null, "lastError": 6 })");
  script.steps.erase(script.steps.begin());
  script.expectations.erase(script.expectations.begin());
  repair(script, false);
  ASSERT_EQ(script.steps.size(), 1U);
  ASSERT_EQ(script.expectations.size(), 1U);
  EXPECT_EQ(script.expectations.front().lastError, 6U);
}

Script with_threads(const std::string& steps, const std::string& parallel, const std::string& schedule) {
  ReadResult read = read_script(R"({ "format": "procreg-scenario/1", "steps": [)" + steps + R"(], "parallel": [)" +
                                    parallel + R"(], "schedule": [)" + schedule + "] }",
                                "test.json");
  if (auto* errors = std::get_if<std::vector<InputError>>(&read)) {
    ADD_FAILURE() << text(errors->front());
    return {};
  }
  return std::move(std::get<Script>(read));
}

TEST(Repair, LeavesOutThreadsWithoutStepsAndTheirSwitches) {
  Script script = with_threads(R"({ "call": "CreateProcess", "by": "main", "as": "w" })",
                               R"([{ "event": "Crash", "process": "w" }], [{ "event": "AdvanceTime", "ms": 1 }])",
                               R"({ "thread": 0, "point": "call" }, { "thread": 1, "point": "end" })");
  script.steps.clear();
  script.expectations.clear();
  repair(script, false);
  ASSERT_EQ(script.parallel.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<AdvanceTime>(script.parallel[0][0]));
  EXPECT_EQ(script.schedule, (std::vector<ScheduleSwitch>{{0, "end", 1}}));
}

TEST(Repair, TreatsANameOfAnotherThreadAsUnbound) {
  Script script = with_threads("",
                               R"([{ "call": "CreateProcess", "by": "main", "as": "w" },
                                   { "call": "CloseHandle", "by": "main", "hObject": "w.handle" }],
                                  [{ "event": "AdvanceTime", "ms": 1 }])",
                               R"({ "thread": 0, "point": "call" })");
  script.parallel[1].push_back(script.parallel[0].back());
  script.parallel[0].pop_back();
  repair(script, false);
  EXPECT_EQ(step_json(script, script.parallel[1].back()),
            R"({ "call": "CloseHandle", "by": "main", "hObject": "@handle1" })");
  EXPECT_TRUE(std::holds_alternative<Script>(read_script(write_script(script), "")));
}

// Whatever is taken out of a generated script, what is left is a valid scenario.
TEST(Repair, MakesValidScenariosOfMutilatedOnes) {
  for (std::uint64_t number = 0; number < 400; ++number) {
    SeededSource source{8, number};
    Script script = generate_script(source, 40);
    source.begin(1000);
    std::erase_if(script.steps, [&](const Step&) { return source.one_in(3); });
    if (source.one_in(2) && script.world.processes.size() > 1)
      script.world.processes.erase(script.world.processes.begin());
    repair(script, false);
    if (script.steps.empty()) continue;  // nothing that could be written
    const ReadResult read = read_script(write_script(script), "mutilated.json");
    if (const auto* errors = std::get_if<std::vector<InputError>>(&read)) {
      FAIL() << text(errors->front()) << "\n" << write_script(script);
    }
  }
}

TEST(BoundBefore, ListsWhatAStepMayUse) {
  const Script script = scenario(story);
  EXPECT_EQ(bound_before(script, 0).size(), 1U);
  const auto names = bound_before(script, 6);
  ASSERT_EQ(names.size(), 3U);
  EXPECT_FALSE(names[0].handles);
  EXPECT_TRUE(names[1].handles);
  EXPECT_EQ(names[1].owner, 1U);
  EXPECT_EQ(names[2].kind, NameKind::handle);
}

TEST(IsForeign, IsAHandleThatWasGivenInAnotherProcess) {
  const Script script = scenario(
      R"({ "call": "CreateProcess", "by": "main", "as": "w" },
         { "call": "CloseHandle", "by": "w", "hObject": "w.handle" },
         { "call": "CloseHandle", "by": "main", "hObject": "w.handle" })");
  const auto names = bound_before(script, 3);
  EXPECT_TRUE(is_foreign(names, script.steps[1], std::get<CloseHandle>(script.steps[1]).hObject.name));
  EXPECT_FALSE(is_foreign(names, script.steps[2], std::get<CloseHandle>(script.steps[2]).hObject.name));
}

}  // namespace
}  // namespace procreg::harness
