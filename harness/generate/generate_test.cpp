#include "harness/generate/generate.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/files.h"
#include "harness/subject/subject.h"

namespace procreg::harness {
namespace {

Script seeded(std::uint64_t seed, std::uint64_t number, std::size_t steps = 60) {
  SeededSource source{seed, number};
  return generate_script(source, steps);
}

// Each generated script is one that a file may hold: it is read again, and what is read is the same script.
void expect_round_trip(const Script& script) {
  const std::string json = write_script(script);
  const ReadResult read = read_script(json, "generated.json");
  if (const auto* errors = std::get_if<std::vector<InputError>>(&read)) {
    FAIL() << text(errors->front()) << "\n" << json;
  }
  const auto& again = std::get<Script>(read);
  EXPECT_EQ(write_script(again), json);
  EXPECT_EQ(again.steps.size(), script.steps.size());
  EXPECT_EQ(again.profiles.front().profile, script.profiles.front().profile);
}

TEST(GeneratedScripts, AreValidScenariosThatReadAgainAsTheyWere) {
  for (std::uint64_t number = 0; number < 1500; ++number) {
    expect_round_trip(seeded(number % 7, number));
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

TEST(GeneratedScripts, DoTheSameWhenTheyAreReadAgain) {
  const auto subject = implementation();
  for (std::uint64_t number = 0; number < 100; ++number) {
    const Script script = seeded(11, number);
    const Script again = std::get<Script>(read_script(write_script(script), "generated.json"));
    Lockstep first{*subject}, second{*subject};
    Coverage made, read;
    EXPECT_EQ(first.run(script, script.profiles.front().profile, made).verdict, Verdict::conforms);
    second.run(again, again.profiles.front().profile, read);
    EXPECT_EQ(made.decided, read.decided);
    EXPECT_EQ(made.applied, read.applied);
  }
}

TEST(GeneratedScripts, ReachEveryKindOfStepAndEveryCoveredClause) {
  const auto subject = implementation();
  Lockstep lockstep{*subject, {.snapshots = false}};
  Coverage coverage;
  const auto wanted = [](const ClauseInfo& row) {
    return row.covered && (row.kind == ClauseKind::decides || row.kind == ClauseKind::shapes);
  };
  // What needs several opens of one file in one order comes about in a script of thousands: the failover table and the scenarios
  // go through it.
  const auto rare = [](std::string_view clause_or_choice) {
    constexpr std::array prefixes{"SMB-AI-", "SMB-VER-", "SMB-DUR-", "smb-"};
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const char* prefix) { return clause_or_choice.starts_with(prefix); });
  };
  const auto all_reached = [&] {
    for (std::size_t i = 0; i < clause_count; ++i)
      if (wanted(clauses()[i]) && !rare(clauses()[i].id) && !coverage.reached()[i]) return false;
    for (std::size_t i = 0; i < choice_count; ++i)
      if (!rare(choices()[i].name) && coverage.options[i] != (1U << choices()[i].options.size()) - 1) return false;
    return true;
  };
  constexpr std::uint64_t scripts_min = 40'000;  // then until all is reached
  constexpr std::uint64_t scripts_max = 200'000;
  for (std::uint64_t number = 0; number < scripts_max; ++number) {
    if (number >= scripts_min && number % 1000 == 0 && all_reached()) break;
    const Script script = seeded(1, number);
    lockstep.run(script, script.profiles.front().profile, coverage);
  }
  for (std::size_t kind = 0; kind < step_kinds; ++kind) EXPECT_GT(coverage.performed[kind], 100U) << steps()[kind].name;
  for (std::size_t i = 0; i < clause_count; ++i) {
    const ClauseInfo& row = clauses()[i];
    if (wanted(row) && !rare(row.id)) {
      EXPECT_TRUE(coverage.reached()[i]) << row.id;
    }
  }
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (choices()[i].covered && !rare(choices()[i].name)) {
      EXPECT_EQ(coverage.options[i], (1U << choices()[i].options.size()) - 1) << choices()[i].name;
    }
  }
}

TEST(GeneratedScripts, AreTheSameForTheSameSeed) {
  EXPECT_EQ(write_script(seeded(5, 17)), write_script(seeded(5, 17)));
  EXPECT_NE(write_script(seeded(5, 17)), write_script(seeded(5, 18)));
  EXPECT_NE(write_script(seeded(5, 17)), write_script(seeded(6, 17)));
}

TEST(GeneratedScripts, DifferInWorldProfileAndKindsOfStep) {
  std::set<std::size_t> machines, processes;
  std::set<std::string> profiles;
  std::set<std::uint32_t> limits;
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Script script = seeded(2, number, 1);
    machines.insert(script.world.machines.size());
    processes.insert(script.world.processes.size());
    profiles.insert(script.profiles.front().label.substr(0, 15));
    limits.insert(script.world.limits.dumpCollection);
  }
  EXPECT_THAT(machines, testing::ElementsAre(1, 2));
  EXPECT_THAT(processes, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(profiles, testing::ElementsAre("documented", "documented with", "windows11"));
  EXPECT_GE(limits.size(), 5U);
}

TEST(GeneratedScripts, EndWhenNoProcessCanDoAnythingAnyMore) {
  bool ended = false;
  for (std::uint64_t number = 0; number < 300 && !ended; ++number) ended = seeded(1, number, 200).steps.size() < 200;
  EXPECT_TRUE(ended);
}

TEST(GeneratedScripts, NameWhatTheyMakeInOrder) {
  SeededSource source{1, 3};
  const Script script = generate_script(source, 60);
  ASSERT_FALSE(script.names.empty());
  EXPECT_EQ(script.names.front().name, "main");
  std::set<std::string> names;
  for (const GivenNameEntry& entry : script.names) EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
}

TEST(Swarm, LeavesKindsOutAndKeepsWeights) {
  std::array<std::uint16_t, step_kinds> weights{};
  weights[3] = 1;
  weights[5] = 3;
  Swarm swarm;
  swarm.take(weights);
  EXPECT_TRUE(swarm.has(3));
  EXPECT_FALSE(swarm.has(4));
  std::array<int, step_kinds> drawn{};
  SeededSource source{1, 1};
  for (int i = 0; i < 4000; ++i) ++drawn[swarm.kind(source)];
  EXPECT_EQ(drawn[3] + drawn[5], 4000);
  EXPECT_NEAR(drawn[3], 1000, 150);
}

TEST(UsualWeights, NameKindsThatExist) {
  const auto weights = usual_weights();
  EXPECT_TRUE(std::all_of(weights.begin(), weights.end(), [](std::uint16_t weight) { return weight > 0; }));
}

}  // namespace
}  // namespace procreg::harness
