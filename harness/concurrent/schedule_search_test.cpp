#include "harness/concurrent/schedule_search.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "harness/scenario/files.h"
#include "harness/search/saved.h"

namespace procreg::harness {
namespace {

Script script_of_text(const std::string& parts) {
  ReadResult read = read_script(R"({ "format": "procreg-scenario/1", )" + parts + " }", "test.json");
  EXPECT_TRUE(std::holds_alternative<Script>(read));
  return std::get<Script>(read);
}

const char* const registrations = R"(
  "steps": [
    { "call": "CreateProcess", "by": "main", "as": "a" },
    { "call": "CreateProcess", "by": "main", "as": "b" }
  ],
  "parallel": [
    [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "a", "captureExtraInfoForThreadId": 0 },
      { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "b", "captureExtraInfoForThreadId": 0 },
      { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "a" } ],
    [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "b", "captureExtraInfoForThreadId": 0 },
      { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "b" },
      { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "a", "captureExtraInfoForThreadId": 0 } ]
  ])";

const char* const tags = R"(
  "steps": [ { "call": "CreateProcess", "by": "main", "as": "a" } ],
  "parallel": [
    [ { "call": "RegisterAppInstance", "by": "main", "ProcessHandle": "a.handle",
        "AppInstanceId": "11111111-2222-3333-4444-555555555555", "ChildrenInheritAppInstance": true },
      { "call": "OpenTag", "by": "a" } ],
    [ { "call": "OpenTag", "by": "a" },
      { "event": "FilterUnload", "machine": "local" },
      { "event": "FilterLoad", "machine": "local" } ]
  ])";

const char* const crash = R"(
  "steps": [ { "call": "CreateProcess", "by": "main", "as": "a" } ],
  "parallel": [
    [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "a", "captureExtraInfoForThreadId": 0 } ],
    [ { "event": "Crash", "process": "main" } ],
    [ { "event": "Crash", "process": "a" } ]
  ])";

TEST(SearchSchedules, EveryScheduleOfTheImplementationIsLinearizable) {
  const auto subject = scheduled_implementation();
  for (const char* const parts : {registrations, tags, crash}) {
    const Script script = script_of_text(parts);
    for (const auto& [label, profile] : profiles_of(script)) {
      const ScheduleResult every = search_schedules(*subject, script, profile, {});
      EXPECT_EQ(every.verdict, Verdict::conforms) << parts;
      EXPECT_TRUE(every.complete);
      EXPECT_GT(every.outcomes, 1U);
      EXPECT_GE(every.histories, every.outcomes);
      const ScheduleResult random = search_schedules(*subject, script, profile, {.random = 2000});
      EXPECT_EQ(random.verdict, Verdict::conforms) << parts;
      EXPECT_FALSE(random.complete);
      EXPECT_EQ(random.runs, 2001U);  // and the one that measures
      EXPECT_LE(random.outcomes, every.outcomes);
    }
  }
}

const char* const two_calls = R"(
  "steps": [ { "call": "CreateProcess", "by": "main", "as": "a" },
             { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "a", "captureExtraInfoForThreadId": 0 } ],
  "parallel": [
    [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 } ],
    [ { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "a" } ]
  ])";

TEST(SearchSchedules, ReductionKeepsEveryOutcomeInATenthOfTheRuns) {
  const auto subject = scheduled_implementation();
  const Script script = script_of_text(two_calls);
  const ScheduleResult all = search_schedules(*subject, script, Profile{}, {.reduces = false});
  const ScheduleResult reduced = search_schedules(*subject, script, Profile{}, {});
  ASSERT_TRUE(all.complete);
  ASSERT_TRUE(reduced.complete);
  EXPECT_EQ(reduced.outcomes, all.outcomes);
  EXPECT_EQ(reduced.outcome_digest, all.outcome_digest);
  EXPECT_LE((reduced.runs + reduced.redundant) * 10, all.runs) << reduced.runs << ' ' << reduced.redundant;
}

TEST(SearchSchedules, ABoundThatIsHitLeavesTheVerdictOpen) {
  const auto subject = scheduled_implementation();
  const Script script = script_of_text(registrations);
  const ScheduleResult few = search_schedules(*subject, script, Profile{}, {.runs_max = 10});
  EXPECT_EQ(few.verdict, Verdict::undecided);
  EXPECT_EQ(few.runs + few.redundant, 10U);
  EXPECT_EQ(search_schedules(*subject, script, Profile{}, {.preemptions_max = 1}).verdict, Verdict::undecided);
  const std::atomic<bool> stop{true};
  const ScheduleResult stopped = search_schedules(*subject, script, Profile{}, {.stop = &stop});
  EXPECT_EQ(stopped.verdict, Verdict::undecided);
  EXPECT_TRUE(stopped.interrupted);
}

TEST(SearchSchedules, ARunOfTooManyPointsIsAFault) {
  const auto subject = scheduled_implementation();
  const ScheduleResult result =
      search_schedules(*subject, script_of_text(registrations), Profile{}, {.points_max = 20});
  EXPECT_EQ(result.verdict, Verdict::diverges);
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_EQ(result.failure->fault, ScheduleFault::endless);
}

TEST(SearchSchedules, WithoutAParallelPartNothingRuns) {
  const auto subject = scheduled_implementation();
  const Script script = script_of_text(R"("steps": [ { "call": "CreateProcess", "by": "main" } ])");
  EXPECT_EQ(search_schedules(*subject, script, Profile{}, {}).verdict, Verdict::nothing_ran);
}

// What threads bind themselves differs from schedule to schedule.
TEST(SearchSchedules, NamesThatAThreadGivesStandForWhatItsOwnStepsMade) {
  const auto subject = scheduled_implementation();
  const Script script = script_of_text(R"(
    "steps": [],
    "parallel": [
      [ { "call": "CreateProcess", "by": "main", "as": "a" },
        { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "a", "captureExtraInfoForThreadId": 0 } ],
      [ { "call": "CreateProcess", "by": "main", "as": "b" },
        { "call": "CloseHandle", "by": "main", "hObject": "b.handle" } ]
    ])");
  const ScheduleResult result = search_schedules(*subject, script, Profile{}, {});
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.outcomes, 3U);  // either process is the first, or the second one is given the handle that was closed
}

TEST(ReplaySchedule, TheScenariosOfPlantedFaultsDoNotFailHere) {
  const auto subject = scheduled_implementation();
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"harness/concurrent/mutants"}) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    ReadResult read = read_script_file(entry.path().string());
    ASSERT_TRUE(std::holds_alternative<Script>(read)) << entry.path();
    for (const auto& [label, profile] : profiles_of(std::get<Script>(read))) {
      const ScheduleReplay replayed = replay_schedule(*subject, std::get<Script>(read), profile);
      EXPECT_EQ(replayed.result.verdict, Verdict::conforms) << entry.path() << label;
    }
  }
  EXPECT_EQ(files, 7U);
}

}  // namespace
}  // namespace procreg::harness
