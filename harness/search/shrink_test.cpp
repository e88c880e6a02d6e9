#include "harness/search/shrink.h"

#include <gmock/gmock.h>

#include "harness/generate/generate.h"
#include "harness/scenario/files.h"
#include "harness/search/simpler.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Script scenario(const std::string& json) {
  ReadResult read = read_script(R"({ "format": "procreg-scenario/1", )" + json + "}", "test.json");
  if (auto* errors = std::get_if<std::vector<InputError>>(&read)) {
    ADD_FAILURE() << text(errors->front());
    return {};
  }
  return std::move(std::get<Script>(read));
}

// The steps of the shrunk scenario, one a line.
std::string steps_of(const Script& script) {
  std::string out;
  for (const Step& step : script.steps) out += text(script, step) + "\n";
  return out;
}

Shrunk shrunk(Subject& subject, const Script& script, const ShrinkOptions& options = {}) {
  const Profile profile = script.profiles.empty() ? documented_profile() : script.profiles.front().profile;
  Lockstep lockstep{subject, {options.snapshots, options.spoiled}};
  Coverage coverage;
  const Outcome outcome = lockstep.run(script, profile, coverage);
  EXPECT_TRUE(outcome.divergence.has_value());
  return shrink(script, profile, subject, outcome.divergence.value_or(Divergence{}), options);
}

// Says that what is registered by a process whose pid is not its own cannot be found.
Faulty forgetful() {
  return Faulty{[](const Step& step, Answer& answer) {
    if (std::holds_alternative<WerUnregisterAdditionalProcess>(step) && answer.result == Result{Hresult::S_OK})
      answer.result = Hresult::WER_E_NOT_FOUND;
  }};
}

constexpr const char* long_story =
    R"("world": { "machines": [{ "name": "far", "ccf": "absent" }],
                  "processes": [{ "name": "boss", "user": "user2", "threads": 3 }, { "name": "helper", "protected": true }],
                  "limits": "tiny", "forceQueue": true },
       "steps": [
         { "call": "CreateProcess", "by": "helper", "as": "child", "threads": ["ui", "worker"] },
         { "call": "NewObject", "by": "boss", "as": "event", "type": "Event" },
         { "call": "WerRegisterAdditionalProcess", "by": "boss", "processId": "child", "captureExtraInfoForThreadId": "child.ui" },
         { "event": "AdvanceTime", "ms": 77 },
         { "call": "CloseHandle", "by": "boss", "hObject": "event" },
         { "call": "WerRegisterAdditionalProcess", "by": "boss", "processId": 4711, "captureExtraInfoForThreadId": 99 },
         { "call": "WerUnregisterAdditionalProcess", "by": "boss", "processId": "child" },
         { "event": "Crash", "process": "boss" }
       ])";

TEST(Shrinking, LeavesOnlyTheStepsThatAreNeededInTheDefaultWorld) {
  Faulty subject = forgetful();
  const Shrunk result = shrunk(subject, scenario(long_story));
  EXPECT_EQ(write_script(result.script), R"({
  "format": "procreg-scenario/1",
  "name": "result differs at WER-AP-35",
  "clauses": ["WER-AP-35"],
  "steps": [
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 },
    { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "main" }
  ]
}
)");
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.divergence.step, 1U);
  EXPECT_EQ(result.divergence.decided, Clause("WER-AP-35"));
}

TEST(Shrinking, EndsInTheSameScriptWhereverItBegins) {
  Faulty subject = forgetful();
  const std::string expected = write_script(shrunk(subject, scenario(long_story)).script);
  int failing = 0;
  for (std::uint64_t number = 0; failing < 12; ++number) {
    SeededSource source{4, number};
    const Script script = generate_script(source, 60);
    Lockstep lockstep{subject};
    Coverage coverage;
    if (lockstep.run(script, script.profiles.front().profile, coverage).verdict != Verdict::diverges) continue;
    EXPECT_EQ(write_script(shrunk(subject, script).script), expected) << "script " << number;
    ++failing;
  }
}

TEST(Shrinking, OfAShrunkScriptChangesNothing) {
  Faulty subject = forgetful();
  const Script once = shrunk(subject, scenario(long_story)).script;
  EXPECT_EQ(write_script(shrunk(subject, once).script), write_script(once));
}

TEST(Shrinking, KeepsTheFailureAndNotJustAnyFailure) {
  // Two lies: about each call of CloseHandle, and about the pid 4711.
  Faulty subject{[](const Step& step, Answer& answer) {
    if (std::holds_alternative<CloseHandle>(step)) answer.lastError = 1;
    const auto* call = std::get_if<WerUnregisterAdditionalProcess>(&step);
    if (call != nullptr && call->processId.raw == Pid{4711}) answer.result = Hresult::E_FAIL;
  }};
  const Shrunk result = shrunk(
      subject,
      scenario(
          R"("steps": [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": 4711, "captureExtraInfoForThreadId": 0 },
                    { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 4711 },
                    { "call": "CloseHandle", "by": "main", "hObject": null } ])"));
  EXPECT_EQ(result.divergence.decided, Clause("WER-AP-35"));
  EXPECT_EQ(steps_of(result.script),
            "main: WerRegisterAdditionalProcess(processId=4711, captureExtraInfoForThreadId=0)\n"
            "main: WerUnregisterAdditionalProcess(processId=4711)\n");
}

TEST(Shrinking, FindsTheLeastNumberThatStillFails) {
  Faulty subject{[](const Step& step, Answer& answer) {
    const auto* call = std::get_if<RegisterApplicationRecoveryCallback>(&step);
    if (call != nullptr && call->dwPingInterval > Ping{123'456}) answer.result = Hresult::E_FAIL;
  }};
  const Shrunk result = shrunk(
      subject,
      scenario(
          R"("steps": [ { "call": "RegisterApplicationRecoveryCallback", "by": "main", "pRecoveyCallback": "0x7FFF0000",
                      "pvParameter": "0x1234", "dwPingInterval": 300000, "dwFlags": 0 } ])"));
  EXPECT_EQ(steps_of(result.script),
            "main: RegisterApplicationRecoveryCallback(pRecoveyCallback=0x1, pvParameter=null, dwPingInterval=123457, "
            "dwFlags=0)\n");
}

TEST(Shrinking, NamesTheProfileOnlyWhereItMatters) {
  Faulty subject{[](const Step& step, Answer& answer) {
    if (std::holds_alternative<ApplicationRecoveryFinished>(step) && answer.result == returned)
      answer.result = no_return;
  }};
  Script script = scenario(R"("profile": "windows11", "steps": [
      { "call": "ApplicationRecoveryFinished", "by": "main", "bSuccess": true } ])");
  const Shrunk result = shrunk(subject, script);
  ASSERT_EQ(result.script.profiles.size(), 1U);
  EXPECT_THAT(write_script(result.script), HasSubstr("recovery-finished-outside"));
  EXPECT_NE(result.profile, windows11_profile()) << "one option of it is enough";
}

TEST(Shrinking, KeepsWhatAStepExpectsWhenThatIsTheFailure) {
  const auto subject = implementation();
  const Script script = scenario(
      R"("steps": [
          { "call": "CreateProcess", "by": "main", "as": "worker", "returns": "TRUE" },
          { "event": "AdvanceTime", "ms": 5 },
          { "call": "CreateProcess", "by": "main", "as": "other" },
          { "call": "GetExitCodeProcess", "by": "main", "hProcess": "other.handle", "out": { "lpExitCode": 1 } } ])");
  const Shrunk result = shrunk(*subject, script);
  EXPECT_EQ(result.divergence.what, Difference::expectation);
  EXPECT_EQ(result.script.steps.size(), 1U);
  EXPECT_THAT(write_script(result.script), HasSubstr(R"("out": { "lpExitCode": 1 })"));
}

TEST(Shrinking, KeepsTheNamesThatAnExpectationUses) {
  const auto subject = implementation();
  const Script script = scenario(
      R"("steps": [
          { "call": "CreateProcess", "by": "main", "as": "worker" },
          { "call": "CreateProcess", "by": "main", "as": "other", "out": { "dwProcessId": "worker" } } ])");
  const Shrunk result = shrunk(*subject, script);
  EXPECT_EQ(result.script.steps.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Script>(read_script(write_script(result.script), "shrunk.json")));
}

TEST(Shrinking, ReturnsAScriptThatDoesNotFailAsItIs) {
  const auto subject = implementation();
  const Script script = scenario(long_story);
  const Shrunk result =
      shrink(script, documented_profile(), *subject, {.what = Difference::result, .decided = "WER-AP-35"});
  EXPECT_EQ(write_script(result.script), write_script(script));
  EXPECT_FALSE(result.finished);
}

TEST(Shrinking, KeepsTheBestSoFarWhenItIsStopped) {
  Faulty subject = forgetful();
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(shrunk(subject, scenario(long_story), {.stop = &stop}).finished);
  std::size_t before = scenario(long_story).steps.size();
  for (const std::size_t runs : {1U, 5U, 20U, 80U}) {
    const Shrunk result = shrunk(subject, scenario(long_story), {.runs_max = runs});
    EXPECT_FALSE(result.finished);
    EXPECT_LE(result.script.steps.size(), before);
    EXPECT_EQ(result.divergence.decided, Clause("WER-AP-35"));
    before = result.script.steps.size();
  }
}

TEST(Shrinking, SeesWhatTheRunThatFailedSaw) {
  Skipping subject{[](const Step& step) { return std::holds_alternative<FilterUnload>(step); }, applied};
  const std::string steps = R"("steps": [
      { "event": "FilterUnload", "machine": "local" }, { "event": "FilterLoad", "machine": "local" },
      { "event": "FilterUnload", "machine": "local" },
      { "call": "RegisterAppInstance", "by": "main", "ProcessHandle": "CURRENT_PROCESS",
        "AppInstanceId": "11111111-1111-1111-1111-111111111111", "ChildrenInheritAppInstance": true } ])";
  EXPECT_EQ(steps_of(shrunk(subject, scenario(steps)).script), "FilterUnload(machine=local)\n");
  const Shrunk by_answers = shrunk(subject, scenario(steps), {.snapshots = false});
  EXPECT_EQ(by_answers.script.steps.size(), 2U);
  EXPECT_EQ(by_answers.divergence.what, Difference::result);
}

TEST(Shrinking, WorksOnASpoiledModel) {
  const auto subject = implementation();
  const Shrunk result = shrunk(*subject, scenario(long_story), {.spoiled = "WER-AP-35"});
  EXPECT_EQ(result.script.steps.size(), 2U);
}

TEST(FailureFileName, TellsTheClauseAndWhatDiffered) {
  const Divergence divergence{.what = Difference::last_error, .decided = "OBJ-PROC-16"};
  const std::string name = failure_file_name(divergence, "text");
  EXPECT_THAT(name, testing::MatchesRegex("obj-proc-16-lastError-[0-9a-f]{8}\\.json"));
  EXPECT_EQ(failure_file_name(divergence, "text"), name);
  EXPECT_NE(failure_file_name(divergence, "another text"), name);
}

TEST(Cost, PutsTheProfileFirstAndThenTheWorldAndThenTheNumberOfSteps) {
  Script plain = scenario(R"("profile": "documented", "steps": [{ "event": "AdvanceTime", "ms": 1 }])");
  Script longer = plain;
  longer.steps.push_back(plain.steps.front());
  Script with_world = plain;
  with_world.world.forceQueue = true;
  Script with_profile = plain;
  with_profile.profiles.front().profile = windows11_profile();
  Script later = plain;
  std::get<AdvanceTime>(later.steps.front()).ms = Duration{2};
  Script by_number =
      scenario(R"("profile": "documented", "steps": [{ "call": "CloseHandle", "by": "main", "hObject": 12 }])");
  Script by_pseudo = scenario(
      R"("profile": "documented", "steps": [{ "call": "CloseHandle", "by": "main", "hObject": "CURRENT_THREAD" }])");
  EXPECT_LT(cost(plain), cost(later));
  EXPECT_LT(cost(later), cost(longer));
  EXPECT_LT(cost(longer), cost(with_world));
  EXPECT_LT(cost(with_world), cost(with_profile));
  EXPECT_LT(cost(by_pseudo), cost(by_number));
}

}  // namespace
}  // namespace procreg::harness
