#include "harness/search/explanation.h"

#include <gmock/gmock.h>

#include "harness/scenario/files.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;

Script script_of(const std::string& steps) {
  ReadResult read = read_script(
      R"({ "format": "procreg-scenario/1", "name": "t", "profile": "documented", "steps": [)" + steps + "] }",
      "t.json");
  EXPECT_TRUE(std::holds_alternative<Script>(read));
  return std::get<Script>(read);
}

Explanation explained(const Script& script, Subject& subject, const ShrinkOptions& options = {}) {
  Lockstep lockstep{subject};
  Coverage coverage;
  const Outcome outcome = lockstep.run(script, documented_profile(), coverage);
  EXPECT_TRUE(outcome.divergence.has_value());
  return explained(script, documented_profile(), subject, outcome.divergence.value_or(Divergence{}), options);
}

const ArgumentNeed& argument(const Explanation& explanation, std::size_t step, std::string_view field) {
  for (const ArgumentNeed& need : explanation.steps.at(step).arguments)
    if (need.field == field) return need;
  throw std::out_of_range{std::string{field}};
}

// Refuses the longer ping intervals.
Faulty impatient() {
  return Faulty{[](const Step& step, Answer& answer) {
    const auto* call = std::get_if<RegisterApplicationRecoveryCallback>(&step);
    if (call != nullptr && call->dwPingInterval >= Ping{5000} && answer.result == Result{Hresult::S_OK})
      answer.result = Hresult::E_FAIL;
  }};
}

constexpr const char* registration =
    R"({ "call": "RegisterApplicationRecoveryCallback", "by": "main", "pRecoveyCallback": "0x1", "pvParameter": null,
         "dwPingInterval": 5000, "dwFlags": 0 })";

TEST(Explanation, TellsWhichArgumentsAreNeededAndWhichCouldBeAnything) {
  Faulty subject = impatient();
  const Script script = script_of(registration);
  const Explanation explanation = explained(script, subject);
  EXPECT_TRUE(explanation.finished);
  EXPECT_EQ(argument(explanation, 0, "pvParameter").need, Need::any);
  EXPECT_EQ(argument(explanation, 0, "by").need, Need::untried);
  const ArgumentNeed& ping = argument(explanation, 0, "dwPingInterval");
  EXPECT_EQ(ping.need, Need::some);
  EXPECT_THAT(ping.also, testing::ElementsAre("5001", "300000"));
  const ArgumentNeed& callback = argument(explanation, 0, "pRecoveyCallback");
  EXPECT_THAT(callback.also, testing::Contains("\"0x2\""));
  EXPECT_THAT(callback.also, testing::Not(testing::Contains("null")));
}

TEST(Explanation, GivesTheNearestValueWithWhichTheScriptPasses) {
  Faulty subject = impatient();
  const Script script = script_of(registration);
  const Explanation explanation = explained(script, subject);
  ASSERT_TRUE(explanation.nearest.has_value());
  EXPECT_EQ(explanation.nearest->edit, "step 1: dwPingInterval is 4999 instead of 5000");
  Lockstep lockstep{subject};
  Coverage coverage;
  EXPECT_EQ(lockstep.run(explanation.nearest->script, documented_profile(), coverage).verdict, Verdict::conforms);
}

// Wrong about every step but after a process was made.
TEST(Explanation, AddsAStepWhereNothingLessPasses) {
  bool made = false;
  class Until final : public Wrapped {
   public:
    explicit Until(bool& made) : Wrapped{implementation()}, made_{made} {}
    void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
      made_ = false;
      Wrapped::reset(world, tables, profile);
    }
    Answer perform(const Step& step) override {
      Answer answer = Wrapped::perform(step);
      made_ = made_ || std::holds_alternative<NewObject>(step);
      if (std::holds_alternative<StopAnswering>(step) && !made_) answer.result = returned;
      return answer;
    }

   private:
    bool& made_;
  } subject{made};
  const Script script = script_of(R"({ "event": "StopAnswering", "process": "main" })");
  const Explanation explanation = explained(script, subject);
  ASSERT_TRUE(explanation.nearest.has_value());
  EXPECT_THAT(explanation.nearest->edit, HasSubstr("before step 1: main: NewObject(type=Event"));
  EXPECT_EQ(explanation.nearest->script.steps.size(), 2U);
}

TEST(Explanation, SaysThatAStepIsNotNeeded) {
  Faulty subject = impatient();
  const Script script = script_of(R"({ "event": "AdvanceTime", "ms": 3 }, )" + std::string{registration});
  const Explanation explanation = explained(script, subject);
  EXPECT_FALSE(explanation.steps.at(0).needed);
  EXPECT_TRUE(explanation.steps.at(1).needed);
  EXPECT_THAT(text(script, explanation), HasSubstr("1  AdvanceTime(ms=3)  (not needed)\n"));
}

TEST(Explanation, IsPrintedForReadersAndForPrograms) {
  Faulty subject = impatient();
  const Script script = script_of(registration);
  const Explanation explanation = explained(script, subject);
  const std::string lines = text(script, explanation);
  EXPECT_THAT(lines, HasSubstr("dwPingInterval    5000    also 5001 300000; not 6 of 8 others\n"));
  EXPECT_THAT(lines, HasSubstr("  passes  step 1: "));
  const std::string json = json_text(explanation);
  EXPECT_THAT(json,
              HasSubstr(R"({ "argument": "dwPingInterval", "value": 5000, "needed": "some", "also": [5001, 300000])"));
  EXPECT_THAT(json, HasSubstr(R"("passes": { "edit": "step 1: )"));
}

TEST(Explanation, SaysThatItEndedEarly) {
  Faulty subject = impatient();
  const Script script = script_of(registration);
  const std::atomic<bool> stop{true};
  const Explanation explanation = explained(script, subject, {.stop = &stop});
  EXPECT_FALSE(explanation.finished);
  EXPECT_FALSE(explanation.nearest.has_value());
  EXPECT_THAT(text(script, explanation), HasSubstr("passes  unknown: ended early\n"));
}

}  // namespace
}  // namespace procreg::harness
