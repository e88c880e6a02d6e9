#include "harness/search/explore/explore.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "harness/scenario/files.h"
#include "harness/search/explore/explore_fixture.h"
#include "harness/search/explore/worlds.h"

namespace procreg::harness {
namespace {

struct Reference {
  const char* name;
  ExploreOptions options;
  std::uint64_t states;
  std::uint64_t transitions;
  std::uint32_t depth;
  bool closed;
  std::uint64_t digest;
};

// Found by both compilers. A number that changes here is a change of what the model does, or of when two states are one; a
// digest alone, of the words that stand for a state.
std::vector<Reference> references() {
  return {
      {"registry of 4", registry_world(4), 633, 7596, 4, true, 0xf1258f6fb4853b4a},
      {"registry of 40, folded", folded(registry_world(40)), 63, 7560, 5, true, 0x87ac28b07c831d80},
      {"4 targets, folded", folded(targets_world(4)), 31, 372, 4, true, 0xe5f3423d330c5bf2},
      {"wer, 1 process", ready("wer", 1), 2020, 58068, 12, true, 0x9a9cb1348766717d},
      {"wer to 3 steps", to_depth(ready("wer"), 3), 13898, 99747, 3, false, 0xbfb351f3f9a759c},
      {"wer to 3 steps, folded", folded(to_depth(ready("wer"), 3)), 2478, 20119, 3, false, 0xdd961564431beb8d},
      {"storage to 3 steps", to_depth(ready("storage"), 3), 3337, 45165, 3, false, 0x4f99e017dd4cd36b},
      {"ccf to 3 steps", to_depth(ready("ccf"), 3), 3188, 13073, 3, false, 0x32d8d1a8b5ad8671},
      {"ccf to 3 steps, folded", folded(to_depth(ready("ccf"), 3)), 2673, 11541, 3, false, 0xdc27e527fb24e9af},
  };
}

TEST(Explore, CountsTheStatesOfReferenceWorlds) {
  for (Reference& world : references()) {
    world.options.subject = scheduled_implementation;
    const ExploreResult result = explore(world.options);
    EXPECT_EQ(result.verdict, Verdict::conforms) << world.name;
    EXPECT_EQ(result.states, world.states) << world.name;
    EXPECT_EQ(result.transitions, world.transitions) << world.name;
    EXPECT_EQ(result.checked, world.transitions) << world.name;
    EXPECT_EQ(result.depth, world.depth) << world.name;
    EXPECT_EQ(result.closed, world.closed) << world.name;
    EXPECT_EQ(result.digest, world.digest) << world.name << std::hex << " 0x" << result.digest;
  }
}

// The root has registered a restart; no step of the search does.
ExploreOptions restart_registered_before() {
  ExploreOptions options = ready("restart");
  options.depth = 4;
  options.before = {RegisterApplicationRestart{.by = {{{}, {1, itself_part}}}}};
  constexpr std::array<std::string_view, 3> kinds{"Crash", "UserChoice", "AdvanceTime"};
  options.alphabet.kinds = kinds_named(kinds);
  options.subject = scheduled_implementation;
  return options;
}

TEST(Explore, GoesOnAfterARestartThatTheRootRegistered) {
  for (const bool folds : {false, true}) {
    ExploreOptions options = restart_registered_before();
    options.folds = folds;
    const ExploreResult result = explore(options);
    EXPECT_EQ(result.verdict, Verdict::conforms);
    EXPECT_TRUE(result.coverage.reached()[Clause("WER-REC-24").index()]);
    EXPECT_FALSE(result.closed);
  }
}

TEST(Explore, FoldsAndNamesAProcessThatTheRootRestarted) {
  ExploreOptions options = restart_registered_before();
  const Target main{{{}, {1, itself_part}}};
  options.before.insert(options.before.end(),
                        {AdvanceTime{.ms = Duration{60000}}, Crash{.process = main}, UserChoice{.process = main}});
  options.folds = true;
  constexpr std::array<std::string_view, 1> kinds{"StopAnswering"};
  options.alphabet.kinds = kinds_named(kinds);
  options.spoiled = Clause("WER-ALL-28");
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_EQ(text(result.failure->script, result.failure->script.steps.back()),
            "StopAnswering(process=main.restarted1)");
}

TEST(Explore, FindsTheSameWithoutTheSubject) {
  ExploreOptions options = ready("wer", 1);
  const ExploreResult alone = explore(options);
  options.subject = scheduled_implementation;
  const ExploreResult compared = explore(options);
  EXPECT_EQ(alone.digest, compared.digest);
  EXPECT_EQ(alone.transitions, compared.transitions);
  EXPECT_EQ(alone.coverage.reached(), compared.coverage.reached());
  EXPECT_EQ(alone.checked, 0U);
}

TEST(Explore, FindsALimitThatIsOffByOneBehindSixSteps) {
  ExploreOptions options = folded(registry_world(8, 6));
  options.subject = [] { return std::make_unique<OneMore>(); };
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  ASSERT_TRUE(result.failure.has_value());
  const ExploreFailure& failure = *result.failure;
  EXPECT_EQ(failure.divergence.decided, Clause("WER-AP-11"));
  EXPECT_EQ(failure.script.steps.size(), options.before.size() + 7);
  EXPECT_EQ(failure.divergence.step + 1, failure.script.steps.size());

  const auto again = read_script(write_script(failure.script), "again.json");
  ASSERT_TRUE(std::holds_alternative<Script>(again));
  OneMore subject;
  Coverage unused;
  const Outcome outcome = Lockstep{subject}.run(std::get<Script>(again), failure.profile, unused);
  ASSERT_TRUE(outcome.divergence.has_value());
  EXPECT_TRUE(same_failure(*outcome.divergence, failure.divergence));
}

TEST(Explore, FindsTheShortestScriptForASpoiledClause) {
  ExploreOptions options = ready("ccf");
  options.depth = 5;
  options.subject = scheduled_implementation;
  options.spoiled = Clause("CCF-INH-09");
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_EQ(result.failure->divergence.decided, Clause("CCF-INH-09"));
  EXPECT_EQ(result.failure->script.steps.size(), 3U) << "register with inheritance, make a child, register again";
}

TEST(Explore, NamesProcessesThatWereMade) {
  ExploreOptions options = ready("ccf");
  options.depth = 5;
  options.subject = scheduled_implementation;
  options.spoiled = Clause("CCF-OPEN-05");
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_TRUE(std::holds_alternative<Script>(read_script(write_script(result.failure->script), "made.json")));
}

TEST(Explore, DivergesWhereTheStepsBeforeDo) {
  ExploreOptions options = registry_world(3);
  options.subject = scheduled_implementation;
  options.spoiled = Clause("WER-AP-35");
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_EQ(result.failure->divergence.step, 1U);
  EXPECT_EQ(result.states, 0U);
}

TEST(Explore, IsUndecidedWhereABoundIsMet) {
  const auto bound = [](auto set) {
    ExploreOptions options = ready("wer");
    options.subject = scheduled_implementation;
    set(options);
    const ExploreResult result = explore(options);
    EXPECT_EQ(result.verdict, Verdict::undecided);
    EXPECT_FALSE(result.closed);
    EXPECT_GT(result.transitions, 0U);
    return result.bound;
  };
  EXPECT_EQ(bound([](ExploreOptions& options) { options.states_max = 2000; }), "states");
  EXPECT_EQ(bound([](ExploreOptions& options) { options.bytes_max = 1; }), "memory");
  EXPECT_EQ(bound([](ExploreOptions& options) { options.time = std::chrono::milliseconds{20}; }), "time");
}

TEST(Explore, StopsWhenItIsAskedToAndKeepsWhatItFound) {
  const std::atomic<bool> stop{true};
  const ExploreResult result = explore(ready("wer"), {}, &stop);
  EXPECT_EQ(result.verdict, Verdict::undecided);
  EXPECT_EQ(result.bound, "interrupted");
  EXPECT_GT(result.states, 1U);
}

TEST(Explore, RunsNothingWithoutASingleStep) {
  ExploreOptions options;
  EXPECT_EQ(explore(options).verdict, Verdict::nothing_ran);
  options = ready("wer");
  options.depth = 0;
  EXPECT_EQ(explore(options).verdict, Verdict::nothing_ran);
}

TEST(Explore, KeepsAtMostTwentyFourBytesAState) {
  const ExploreResult result = explore(registry_world(8));
  EXPECT_EQ(result.states, 244'849U);
  EXPECT_LE(result.bytes, 24 * result.states);
}

TEST(Explore, TellsProgress) {
  std::uint64_t last = 0;
  const auto tell = [&](const ExploreProgress& now) {
    EXPECT_GE(now.states, last);
    EXPECT_GT(now.bytes, 0U);
    last = now.states;
  };
  ExploreOptions options = ready("wer");
  options.time = std::chrono::milliseconds{500};
  explore(options, tell);
  EXPECT_GT(last, 0U);
}

TEST(Shards, OfAnExplorationAddUpToIt) {
  ExploreOptions options = to_depth(ready("ccf"), 3);
  options.subject = scheduled_implementation;
  const ExploreResult whole = explore(options);
  EXPECT_EQ(whole.share_digest, whole.digest);
  options.shards = 3;
  std::uint64_t states = 0, transitions = 0, checked = 0, digest = 0;
  for (options.shard = 0; options.shard < 3; ++options.shard) {
    const ExploreResult part = explore(options);
    EXPECT_EQ(part.digest, whole.digest);
    EXPECT_GT(part.checked, whole.checked / 6);
    states += part.share_states;
    transitions += part.share_transitions;
    checked += part.checked;
    digest += part.share_digest;
  }
  EXPECT_EQ(states, whole.states);
  EXPECT_EQ(transitions, whole.transitions);
  EXPECT_EQ(checked, whole.checked);
  EXPECT_EQ(digest, whole.digest);
}

TEST(AnyProfile, IsForkedWhereAStepFirstAsks) {
  ExploreOptions options = to_depth(registry_world(3), 2);
  options.profile = any_profile();
  options.subject = scheduled_implementation;
  const ExploreResult result = explore(options);
  EXPECT_EQ(result.verdict, Verdict::conforms);
  EXPECT_EQ(result.profiles, 9U);
  const auto duplicate = choice::additional_process_duplicate.index;
  EXPECT_EQ(result.coverage.options[duplicate], 0b111) << "every option of a choice that was asked for";
  EXPECT_EQ(result.coverage.options[choice::app_instance_zero_guid.index], 0) << "none of one that was not";
  options.profile = documented_profile();
  EXPECT_GT(result.states, explore(options).states);
}

TEST(AnyProfile, FindsWhatIsWrongUnderAnotherProfileOnly) {
  ExploreOptions options = to_depth(registry_world(3), 2);
  options.subject = [] { return std::make_unique<AlwaysDocumented>(); };
  EXPECT_EQ(explore(options).verdict, Verdict::conforms);
  options.profile = any_profile();
  const ExploreResult result = explore(options);
  ASSERT_EQ(result.verdict, Verdict::diverges);
  EXPECT_NE(result.failure->profile, documented_profile());
}

}  // namespace
}  // namespace procreg::harness
