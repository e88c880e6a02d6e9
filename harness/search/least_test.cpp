#include "harness/search/least.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "harness/scenario/files.h"
#include "harness/search/small_values.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

Script script_of(const std::string& steps) {
  ReadResult read = read_script(
      R"({ "format": "procreg-scenario/1", "name": "t", "profile": "documented", "steps": [)" + steps + "] }",
      "test.json");
  EXPECT_TRUE(std::holds_alternative<Script>(read));
  return std::get<Script>(read);
}

Divergence failure_of(const Script& script, Subject& subject) {
  Lockstep lockstep{subject};
  Coverage coverage;
  auto outcome = lockstep.run(script, documented_profile(), coverage);
  EXPECT_TRUE(outcome.divergence.has_value());
  return outcome.divergence.value_or(Divergence{});
}

constexpr const char* crash_after_exit =
    R"({ "call": "CreateProcess", "by": "main", "as": "child" },
       { "event": "AdvanceTime", "ms": 7 },
       { "call": "ExitProcess", "by": "child", "uExitCode": 7 })";

Faulty wrong_about_exit() {
  return Faulty{[](const Step& step, Answer& answer) {
    if (std::holds_alternative<ExitProcess>(step)) answer.result = applied;
  }};
}

TEST(Least, IsTheShortestScriptThatFailsInTheSameWay) {
  Faulty subject = wrong_about_exit();
  const Script script = script_of(crash_after_exit);
  const Least found = least(script, subject, failure_of(script, subject), {.steps_max = 3});
  EXPECT_TRUE(found.complete);
  ASSERT_TRUE(found.script.has_value());
  ASSERT_EQ(found.script->steps.size(), 1U);
  EXPECT_EQ(text(*found.script, found.script->steps.front()), "main: ExitProcess(uExitCode=0)");
}

TEST(Least, FindsNothingWhereNothingFails) {
  const auto subject = implementation();
  const Script script = script_of(crash_after_exit);
  const Least found = least(script, *subject, {.what = Difference::result, .decided = "WER-AP-35"}, {.steps_max = 1});
  EXPECT_TRUE(found.complete);
  EXPECT_FALSE(found.script.has_value());
  EXPECT_GT(found.runs, 100U);
}

TEST(Least, SaysWhenItDidNotTryEverything) {
  const auto subject = implementation();
  const Script script = script_of(crash_after_exit);
  const Least found =
      least(script, *subject, {.what = Difference::result, .decided = "WER-AP-35"}, {.steps_max = 2, .runs_max = 50});
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.runs, 50U);
}

TEST(Least, TriesOnlyTheKindsThatAreInPlay) {
  Faulty subject = wrong_about_exit();
  const Script script = script_of(crash_after_exit);
  LeastOptions options{.steps_max = 2};
  options.kinds.set(Step{AdvanceTime{}}.index());
  EXPECT_FALSE(least(script, subject, failure_of(script, subject), options).script.has_value());
}

TEST(SmallSteps, AreOfEveryKindAndNoneIsThereTwice) {
  Script script = script_of(crash_after_exit);
  BoundNames names = bound_before(script, 1);
  for (const NameKind kind : {NameKind::connection, NameKind::open, NameKind::csv_open}) {
    script.names.push_back({"n" + std::to_string(script.names.size()), {}});
    names.push_back({static_cast<std::uint16_t>(script.names.size()), kind, 0, false, 0});
  }
  script.names.push_back({"made", {}});
  const auto made = static_cast<std::uint16_t>(script.names.size());
  const auto all = small_steps(script, names, made);
  for (std::size_t kind = 0; kind < step_kinds; ++kind)
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const Step& step) { return step.index() == kind; }))
        << steps()[kind].name;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) ASSERT_FALSE(all[i] == all[j]) << text(script, all[i]);
}

}  // namespace
}  // namespace procreg::harness
