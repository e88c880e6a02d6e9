#include "harness/lockstep/lockstep.h"

#include <gmock/gmock.h>

#include "harness/generate/generate.h"
#include "harness/scenario/files.h"
#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A scenario with these steps, and what stands before them.
Script scenario(const std::string& steps, const std::string& before = "") {
  const std::string json = R"({ "format": "procreg-scenario/1", )" + before + R"("steps": [)" + steps + "] }";
  ReadResult read = read_script(json, "test.json");
  if (auto* errors = std::get_if<std::vector<InputError>>(&read)) {
    ADD_FAILURE() << text(errors->front());
    return {};
  }
  return std::move(std::get<Script>(read));
}

constexpr const char* register_twice =
    R"({ "call": "CreateProcess", "by": "main", "as": "w" },
       { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "w", "captureExtraInfoForThreadId": "w.1" },
       { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 })";

template <class T>
Faulty faulty_at(void (*change)(Answer&)) {
  return Faulty{[change](const Step& step, Answer& answer) {
    if (std::holds_alternative<T>(step)) change(answer);
  }};
}

Outcome run(Subject& subject, const Script& script, LockstepOptions options = {}) {
  Lockstep lockstep{subject, options};
  Coverage coverage;
  return lockstep.run(script, documented_profile(), coverage);
}

TEST(Lockstep, PerformsEveryStepWhenNothingDiffers) {
  const auto subject = implementation();
  const Outcome outcome = run(*subject, scenario(register_twice));
  EXPECT_EQ(outcome.verdict, Verdict::conforms);
  EXPECT_EQ(outcome.steps, 3U);
  EXPECT_FALSE(outcome.divergence.has_value());
}

TEST(Lockstep, SaysThatNothingRanWhenAScriptHasNoSteps) {
  Script script = scenario(register_twice);
  script.steps.clear();
  EXPECT_EQ(run(*implementation(), script).verdict, Verdict::nothing_ran);
}

TEST(Lockstep, StopsAtTheFirstStepWhoseResultDiffers) {
  Faulty subject = faulty_at<WerRegisterAdditionalProcess>([](Answer& answer) { answer.result = Hresult::E_FAIL; });
  const Outcome outcome = run(subject, scenario(register_twice));
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_EQ(outcome.verdict, Verdict::diverges);
  EXPECT_EQ(outcome.steps, 2U);
  EXPECT_EQ(outcome.divergence->step, 1U);
  EXPECT_EQ(outcome.divergence->what, Difference::result);
  EXPECT_EQ(outcome.divergence->model.result, Result{Hresult::S_OK});
  EXPECT_EQ(outcome.divergence->subject.result, Result{Hresult::E_FAIL});
  EXPECT_EQ(outcome.divergence->decided, Clause("WER-AP-17"));
  EXPECT_TRUE(blames(*outcome.divergence, "WER-AP-17"));
  EXPECT_FALSE(blames(*outcome.divergence, "WER-AP-11"));
  EXPECT_EQ(std::get<WerRegisterAdditionalProcess>(outcome.divergence->resolved).processId.raw, Pid{1004});
}

struct Lie {
  Difference what;
  void (*tell)(Answer&);
};

class EveryPartOfAnAnswer : public testing::TestWithParam<Lie> {};

TEST_P(EveryPartOfAnAnswer, IsCompared) {
  Faulty subject = faulty_at<CreateProcess>(GetParam().tell);
  const Outcome outcome = run(subject, scenario(register_twice));
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_EQ(outcome.divergence->step, 0U);
  EXPECT_EQ(outcome.divergence->what, GetParam().what);
}

INSTANTIATE_TEST_SUITE_P(Lockstep, EveryPartOfAnAnswer,
                         testing::Values(Lie{Difference::result, [](Answer& a) { a.result = FALSE_; }},
                                         Lie{Difference::last_error, [](Answer& a) { a.lastError = 5; }},
                                         Lie{Difference::output, [](Answer& a) { a.written = 0b0111; }},
                                         Lie{Difference::output, [](Answer& a) { a.out[3] += 4; }},
                                         Lie{Difference::made, [](Answer& a) { a.made += 1; }},
                                         // The first difference in the order of comparison is the one that is told.
                                         Lie{Difference::output, [](Answer& a) { a.made += 1, a.out[0] += 4; }},
                                         Lie{Difference::last_error,
                                             [](Answer& a) { a.lastError = 5, a.out[0] += 4; }}));

TEST(Lockstep, SeesAnEffectThatNoAnswerShows) {
  Skipping subject{[](const Step& step) { return std::holds_alternative<FilterUnload>(step); }, applied};
  const Script script = scenario(R"({ "event": "FilterUnload", "machine": "local" })");
  const Outcome outcome = run(subject, script);
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_EQ(outcome.divergence->what, Difference::snapshot);
  EXPECT_THAT(snapshot_differences(script, outcome.divergence->model_after, outcome.divergence->subject_after),
              testing::ElementsAre(HasSubstr("/machines/local/filter")));
  EXPECT_EQ(run(subject, script, {.snapshots = false}).verdict, Verdict::conforms);
}

TEST(Lockstep, ComparesAnswersOnlyWithASubjectWithoutSnapshots) {
  Opaque honest{implementation()};
  EXPECT_EQ(run(honest, scenario(register_twice)).verdict, Verdict::conforms);
  Opaque lying{std::make_unique<Faulty>([](const Step&, Answer& answer) { answer.lastError = 5; })};
  const Outcome outcome = run(lying, scenario(register_twice));
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_THAT(outcome.divergence->subject_after, IsEmpty());
}

TEST(Lockstep, ShowsTheStateBeforeTheStepThatDiverges) {
  Faulty subject = faulty_at<WerRegisterAdditionalProcess>([](Answer& answer) { answer.result = Hresult::E_FAIL; });
  const Script script = scenario(register_twice);
  const Outcome with = run(subject, script);
  const Outcome without = run(subject, script, {.snapshots = false});
  ASSERT_TRUE(with.divergence && without.divergence);
  EXPECT_THAT(snapshot_differences(script, with.divergence->before, with.divergence->model_after), Not(IsEmpty()));
  EXPECT_EQ(with.divergence->before, without.divergence->before);
  EXPECT_EQ(with.divergence->model_after, without.divergence->model_after);
  const Outcome honest = run(*implementation(), scenario(R"({ "call": "CreateProcess", "by": "main", "as": "w" })"));
  EXPECT_EQ(honest.verdict, Verdict::conforms);
}

TEST(Lockstep, BlamesTheFileThatExpectsWhatTheModelDoesNotSay) {
  const Script script = scenario(
      R"({ "call": "CreateProcess", "by": "main", "as": "w", "out": { "dwProcessId": "w" } },
         { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "w", "returns": "S_OK" })");
  const Outcome outcome = run(*implementation(), script);
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_EQ(outcome.divergence->what, Difference::expectation);
  EXPECT_EQ(outcome.divergence->step, 1U);
  EXPECT_EQ(outcome.divergence->decided, Clause("WER-AP-32"));
  EXPECT_THAT(outcome.divergence->expectation, HasSubstr("S_OK"));
}

TEST(Lockstep, TellsOfAnUnmetExpectationBesideADifferingSubject) {
  Faulty subject = faulty_at<WerUnregisterAdditionalProcess>([](Answer& answer) { answer.result = Hresult::S_OK; });
  const Outcome outcome =
      run(subject, scenario(R"({ "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 8,
                                                     "returns": "S_OK" })"));
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_EQ(outcome.divergence->what, Difference::result);
  EXPECT_THAT(outcome.divergence->expectation, Not(IsEmpty()));
}

TEST(Lockstep, StepsByAProcessThatWasNeverMadeAreNotRunnableOnBothSides) {
  const Script script = scenario(
      R"({ "call": "CreateProcess", "by": "main", "as": "w", "parentHandle": null, "returns": "FALSE", "lastError": 6 },
         { "call": "CloseHandle", "by": "w", "hObject": "w.handle", "returns": "not-runnable" },
         { "event": "Crash", "process": "w", "returns": "not-applicable" })");
  EXPECT_EQ(run(*implementation(), script).verdict, Verdict::conforms);
}

TEST(Lockstep, NoticesASpoiledClauseAndNamesIt) {
  const Outcome outcome = run(*implementation(), scenario(register_twice), {.spoiled = "WER-AP-17"});
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_TRUE(blames(*outcome.divergence, "WER-AP-17"));
}

TEST(Lockstep, CountsWhatARunReaches) {
  const auto subject = implementation();
  Lockstep lockstep{*subject};
  Coverage coverage;
  lockstep.run(scenario(register_twice), documented_profile(), coverage);
  EXPECT_EQ(coverage.steps, 3U);
  EXPECT_TRUE(coverage.decided[Clause("WER-AP-17").index()]);
  EXPECT_TRUE(coverage.decided[Clause("OBJ-PROC-03").index()]);
  EXPECT_NE(coverage.options[choice::additional_process_self.index], 0);
  EXPECT_TRUE(coverage.diverged.none());
}

TEST(Lockstep, GivesTheSameFingerprintForTheSameSteps) {
  const auto subject = implementation();
  const auto fingerprint = [&](const Script& script) {
    Lockstep lockstep{*subject};
    Coverage coverage;
    lockstep.run(script, documented_profile(), coverage);
    return lockstep.fingerprint();
  };
  const Script twice = scenario(register_twice);
  EXPECT_EQ(fingerprint(twice), fingerprint(twice));
  Script once = twice;
  once.steps.pop_back();
  EXPECT_NE(fingerprint(twice), fingerprint(once));
  Script other = twice;
  std::get<WerRegisterAdditionalProcess>(other.steps[1]).captureExtraInfoForThreadId = {};
  EXPECT_NE(fingerprint(twice), fingerprint(other)) << "the answers are the same, the snapshots are not";
}

// The runner takes no snapshot of the model after such a step.
TEST(Lockstep, AModelThatChangedNothingHasTheSnapshotThatItHad) {
  std::size_t unchanged = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    SeededSource source{3, number};
    const Script script = generate_script(source, 60);
    model::System model{script.world, script.tables, script.profiles.front().profile};
    Bindings bindings;
    bindings.clear(script.names.size());
    bindings.bind_world(script.world);
    for (const Step& step : script.steps) {
      SnapshotWords before, after;
      model.snapshot(before);
      const auto& ruling = model.perform(bindings.resolve(step));
      model.snapshot(after);
      bindings.bind(step, ruling.answer);
      if (ruling.changed) continue;
      ASSERT_EQ(before, after) << text(script, step) << " decided by " << ruling.decided;
      ++unchanged;
    }
  }
  EXPECT_GT(unchanged, 1000U);
}

TEST(SameFailure, IsWhatDifferedAndWhichClauseDecided) {
  const Divergence a{.what = Difference::result, .decided = "WER-AP-11"};
  EXPECT_TRUE(same_failure(a, {.step = 3, .what = Difference::result, .decided = "WER-AP-11"}));
  EXPECT_FALSE(same_failure(a, {.what = Difference::output, .decided = "WER-AP-11"}));
  EXPECT_FALSE(same_failure(a, {.what = Difference::result, .decided = "WER-AP-17"}));
}

}  // namespace
}  // namespace procreg::harness
