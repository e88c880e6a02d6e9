#include "harness/search/explore/encoding.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "harness/search/explore/canonical_snapshot.h"
#include "harness/search/explore/digest_set.h"
#include "harness/search/explore/explore_fixture.h"
#include "harness/search/explore/path_cursor.h"

namespace procreg::harness {
namespace {

// Every state of a world to a depth, each along every path: nothing is taken for equal.
class Unfolded {
 public:
  Unfolded(const ExploreOptions& options, std::size_t depth)
      : system_{options.world, options.tables, options.profile},
        alphabet_{options.alphabet, system_.state()},
        tables_{options.tables} {
    const model::State root = system_.state();
    go_on(root, depth);
  }
  const Alphabet& alphabet() const { return alphabet_; }
  const std::vector<model::State>& states() const { return states_; }
  SnapshotWords snapshot(const model::State& state) const {
    SnapshotWords words;
    snapshot_of(state, tables_, words);
    return words;
  }

 private:
  void go_on(const model::State& state, std::size_t depth) {
    states_.push_back(state);
    if (depth == 0) return;
    std::vector<Step> steps;
    alphabet_.list(state, steps);
    for (const Step& step : steps) {
      system_.become(state);
      if (!system_.perform(step).changed) continue;
      const model::State next = system_.state();
      go_on(next, depth - 1);
    }
  }

  model::System system_;
  Alphabet alphabet_;
  const Tables& tables_;
  std::vector<model::State> states_{};
};

ExploreOptions small_ccf() {
  ExploreOptions options = ready("ccf", 2);
  return options;
}

void expect_digest_is_the_snapshot(const ExploreOptions& options, std::size_t depth, Sameness sameness) {
  const Unfolded world{options, depth};
  const bool lives = world.alphabet().may_restart();
  Encoder encoder{sameness, {.lives = lives}};
  std::map<std::uint64_t, SnapshotWords> by_digest;
  std::map<SnapshotWords, std::uint64_t> by_snapshot;
  for (const model::State& state : world.states()) {
    const std::uint64_t digest = encoder.of(state);
    const SnapshotWords visible = canonical_snapshot(world.snapshot(state), sameness, lives);
    EXPECT_EQ(by_digest.try_emplace(digest, visible).first->second, visible) << "one digest, and it shows";
    EXPECT_EQ(by_snapshot.try_emplace(visible, digest).first->second, digest) << "two digests, and nothing shows";
  }
  EXPECT_GT(by_digest.size(), 20U);
  EXPECT_LT(by_digest.size(), world.states().size()) << "some states must be met twice";
}

TEST(ADigest, IsThatOfAllThatShowsButTimesThatHavePassed) {
  expect_digest_is_the_snapshot(ready("wer", 1), 3, Sameness::raw);
  expect_digest_is_the_snapshot(ready("wer", 2), 2, Sameness::raw);
  expect_digest_is_the_snapshot(ready("storage", 1), 2, Sameness::raw);
}

TEST(ADigest, TakesNoNoticeOfARenamingThatKeepsTheOrder) {
  expect_digest_is_the_snapshot(small_ccf(), 3, Sameness::ranked);
  expect_digest_is_the_snapshot(ready("wer", 2), 2, Sameness::ranked);
}

// A crash after 60,000 ms, and the choice to close: WER makes another process.
TEST(ADigest, KnowsHowLongProcessesLivedWhereTheyMayBeRestarted) {
  ExploreOptions options = ready("restart", 1);
  constexpr std::array<std::string_view, 4> kinds{"RegisterApplicationRestart", "Crash", "UserChoice", "AdvanceTime"};
  options.alphabet.kinds = kinds_named(kinds);
  expect_digest_is_the_snapshot(options, 5, Sameness::ranked);
}

TEST(ADigest, OfWhatAStepMadeIsThatOfTheStateItself) {
  for (const auto& [options, sameness] : {std::pair{ready("wer", 2), Sameness::raw}, {small_ccf(), Sameness::ranked}}) {
    model::System system{options.world, options.tables, options.profile};
    const Alphabet alphabet{options.alphabet, system.state()};
    Encoder encoder{sameness};
    Encoder other{sameness};
    std::vector<Step> steps;
    for (std::size_t i = 0; i < 400; ++i) {
      const model::State before = system.state();
      encoder.begin(before);
      alphabet.list(before, steps);
      const bool changed = system.perform(steps[(i * 7919) % steps.size()]).changed;
      const std::uint64_t digest = changed ? encoder.after(system.state(), system.touched()) : encoder.digest();
      ASSERT_EQ(digest, other.of(system.state())) << i;
      if (i % 40 == 39) system.reset(options.world, options.profile);
    }
  }
}

// What follows from a state, without ids: the kinds of steps with their results, and the digests they lead to.
using Follows = std::multiset<std::pair<std::string, std::uint64_t>>;

Follows follows(const ExploreOptions& options, const Alphabet& alphabet, FoldedDigest& digest,
                const model::State& state) {
  model::System system{options.world, options.tables, options.profile};
  std::vector<Step> steps;
  alphabet.list(state, steps);
  Follows all;
  for (const Step& step : steps) {
    system.become(state);
    const Result result = system.perform(step).answer.result;
    const bool is_id = result.kind == ResultKind::handle;
    all.emplace(std::string{info(step).name} + ' ' + (is_id ? "handle" : text(result)), digest.of(system.state()));
  }
  return all;
}

void expect_folded_states_go_on_alike(const ExploreOptions& options, std::size_t depth) {
  const Unfolded world{options, depth};
  FoldedDigest digest{world.alphabet().folding(world.states().front())};
  Encoder ranked{Sameness::ranked};
  std::map<std::uint64_t, std::map<std::uint64_t, const model::State*>> classes;
  for (const model::State& state : world.states()) classes[digest.of(state)].emplace(ranked.of(state), &state);
  std::size_t together = 0;
  for (const auto& [folded, members] : classes) {
    together += members.size() - 1;
    const Follows first = follows(options, world.alphabet(), digest, *members.begin()->second);
    for (const auto& [unused, state] : members)
      EXPECT_TRUE(follows(options, world.alphabet(), digest, *state) == first) << std::hex << folded;
  }
  EXPECT_GT(together, classes.size() / 4) << "too few were folded to show anything";
}

TEST(AFoldedDigest, IsSharedOnlyByStatesThatGoOnAlike) {
  expect_folded_states_go_on_alike(ready("wer", 3), 1);
  expect_folded_states_go_on_alike(ready("wer", 2), 2);
  expect_folded_states_go_on_alike(registry_world(3, 2), 3);
  expect_folded_states_go_on_alike(targets_world(3, 2), 3);
}

TEST(AFoldedDigest, IsTheSameForProcessesThatChangePlaces) {
  const ExploreOptions options = ready("wer", 3);
  const auto key = [](std::uint64_t object) { return ProcessKey{MachineIndex{0}, ObjectId{object}}; };
  const auto registers = [&](std::uint64_t by, std::uint32_t pid) {
    return Step{WerRegisterAdditionalProcess{{{key(by), {}}}, {Pid{pid}, {}}, {}}};
  };
  model::System system{options.world, options.tables, options.profile};
  const Alphabet alphabet{options.alphabet, system.state()};
  FoldedDigest digest{alphabet.folding(system.state())};
  const auto after = [&](const std::vector<Step>& steps) {
    system.reset(options.world, options.profile);
    for (const Step& step : steps) system.perform(step);
    return digest.of(system.state());
  };
  // The pids are 1000, 1004 and 1008. A chain of two is a chain of two, and neither a ring nor two that point at one.
  const std::uint64_t chain = after({registers(1, 1004), registers(2, 1008)});
  EXPECT_EQ(chain, after({registers(3, 1000), registers(1, 1004)}));
  EXPECT_NE(chain, after({registers(1, 1004), registers(2, 1000)}));
  EXPECT_NE(chain, after({registers(1, 1004), registers(3, 1004)}));
  const std::uint64_t ring = after({registers(1, 1004), registers(2, 1008), registers(3, 1000)});
  EXPECT_EQ(ring, after({registers(1, 1008), registers(3, 1004), registers(2, 1000)}));
}

TEST(AFoldedDigest, KnowsAThreadWhoeverGotItLast) {
  const ExploreOptions options = ready("wer", 3);
  model::System system{options.world, options.tables, options.profile};
  FoldedDigest digest{Alphabet{options.alphabet, system.state()}.folding(system.state())};
  const auto after_a_thread_of = [&](std::uint64_t object) {
    system.reset(options.world, options.profile);
    system.perform(CreateThread{.process = {{ProcessKey{MachineIndex{0}, ObjectId{object}}, {}}}});
    return digest.of(system.state());
  };
  // The thread ids of all processes are in order only where the last process gets the thread.
  const std::uint64_t of_last = after_a_thread_of(3);
  EXPECT_EQ(after_a_thread_of(1), of_last);
  EXPECT_EQ(after_a_thread_of(2), of_last);
}

TEST(Folding, LeavesApartWhatAStepTellsApart) {
  ExploreOptions options = targets_world(3);
  model::System system{options.world, options.tables, options.profile};
  const auto classes = [&] {
    const Folding folding = Alphabet{options.alphabet, system.state()}.folding(system.state());
    return std::set<std::uint32_t>(folding.alike.begin() + 1, folding.alike.end()).size();
  };
  EXPECT_EQ(classes(), 2U) << "the caller, and the others";
  options.alphabet.steps.pop_back();
  EXPECT_EQ(classes(), 3U) << "the last one is never unregistered";
}

TEST(TimesOfInterest, AreWhenAProcessHasLivedLongEnoughToBeRestarted) {
  const ExploreOptions options = ready("restart", 1);
  model::System system{options.world, options.tables, options.profile};
  const Caller by{{ProcessKey{MachineIndex{0}, ObjectId{1}}, {}}};
  system.perform(AdvanceTime{Duration{1000}});
  EXPECT_TRUE(interesting_times(system.state()).empty());
  system.perform(RegisterApplicationRestart{.by = by});
  EXPECT_EQ(interesting_times(system.state()), (std::vector{Duration{58999}, Duration{59000}}));
}

TEST(TheSetOfDigests, KnowsWhatItHoldsWhileItGrows) {
  DigestSet set;
  std::set<std::uint64_t> reference;
  std::uint64_t digest = 1;
  for (std::size_t i = 0; i < 20'000; ++i) {
    digest = digest * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t value = i % 5 == 0 ? i % 7 : i % 11 == 0 ? ~(i % 13) : digest;
    EXPECT_EQ(set.insert(value), reference.insert(value == 0 ? 1 : value).second);
  }
  EXPECT_EQ(set.size(), reference.size());
  EXPECT_LE(set.bytes(), 16 * set.size());
}

TEST(ThePathCursor, FindsWhoFoundAState) {
  // 0 found 1..300; 2 found 301; 300 found 302 and 303; 302 found 304.
  DiscoveryLog log{false};
  log.reserve(400);
  for (std::uint64_t state = 0; state < 400; ++state) log.set_found(state, 0);
  ASSERT_TRUE(log.set_found(0, 300));
  log.set_many(0, 300);
  log.set_found(2, 1);
  log.set_found(300, 2);
  log.set_found(302, 1);
  PathCursor cursor;
  cursor.begin({0, 1, 301});
  cursor.seek(log, 301);
  EXPECT_EQ(cursor.at(1), 2U);
  EXPECT_EQ(cursor.seek(log, 302), 1U);
  EXPECT_EQ(cursor.at(1), 300U);
  EXPECT_EQ(cursor.seek(log, 303), 2U) << "the path is the same but for its end";
  cursor.begin({0, 1, 301, 304});
  cursor.seek(log, 304);
  EXPECT_EQ(cursor.at(2), 302U);
  EXPECT_EQ(cursor.at(1), 300U);
}

TEST(TimesOfInterest, AreTheNextDeadlineAndOnePastIt) {
  const ExploreOptions options = ready("wer", 2);
  model::System system{options.world, options.tables, options.profile};
  EXPECT_TRUE(interesting_times(system.state()).empty());
  system.perform(StopAnswering{{{ProcessKey{MachineIndex{0}, ObjectId{1}}, {}}}});
  system.perform(AdvanceTime{Duration{1000}});
  EXPECT_EQ(interesting_times(system.state()), (std::vector{Duration{4000}, Duration{4001}}));
  system.perform(AdvanceTime{Duration{4000}});
  EXPECT_EQ(interesting_times(system.state()), (std::vector{Duration{1}}));
}

}  // namespace
}  // namespace procreg::harness
