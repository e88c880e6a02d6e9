#include "harness/concurrent/schedule_search.h"

#include <gmock/gmock.h>

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
      const ScheduleResult result = search_schedules(*subject, script, profile, {});
      EXPECT_EQ(result.verdict, Verdict::conforms) << parts;
      EXPECT_TRUE(result.complete);
      EXPECT_GT(result.runs, 2U);
      EXPECT_GT(result.outcomes, 1U);
      EXPECT_GE(result.histories, result.outcomes);
      std::printf("%s runs %lu redundant %lu histories %lu outcomes %lu points %zu\n", label.c_str(), result.runs,
                  result.redundant, result.histories, result.outcomes, result.points);
      const ScheduleResult random = search_schedules(*subject, script, profile, {.random = 20000});
      std::printf("%s runs %lu redundant %lu histories %lu outcomes %lu points %zu\n", label.c_str(), random.runs,
                  random.redundant, random.histories, random.outcomes, random.points);
    }
  }
}

}  // namespace
}  // namespace procreg::harness
