// Linked with an implementation in which one fault is planted (cmake/mutant.cmake): whatever the seed, fuzzing finds
// it, shrinks it to the scenario in harness/search/mutants, and that scenario fails in the same way when it is
// replayed. No shorter scenario does: all of them are tried.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/scenario/files.h"
#include "harness/search/fuzz.h"
#include "harness/search/least.h"
#include "harness/search/saved.h"

extern const char* const procreg_mutant_name;

namespace procreg::harness {
namespace {

std::string expected_file() { return std::string{"harness/search/mutants/"} + procreg_mutant_name + ".json"; }

std::string expected_text() {
  const std::string file = expected_file();
  std::ifstream in{file};
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>{in}, {}};
}

class PlantedFault : public testing::TestWithParam<std::uint64_t> {
 protected:
  PlantedFault() { std::filesystem::remove_all(folder_); }
  ~PlantedFault() override { std::filesystem::remove_all(folder_); }

  // The failure that shrank to the expected scenario; nullptr, with what was found, when none did.
  const FuzzFailure* expected_of(const FuzzResult& result) const {
    for (const FuzzFailure& failure : result.failures)
      if (failure.text == expected_) return &failure;
    for (const FuzzFailure& failure : result.failures) ADD_FAILURE() << failure.text;
    return nullptr;
  }

  const std::string expected_ = expected_text();
  const std::string folder_ = testing::TempDir() + "procreg_" + procreg_mutant_name + "_" + std::to_string(GetParam());
};

TEST_P(PlantedFault, IsFoundShrunkSavedAndFailsTheSameWayWhenReplayed) {
  const auto subject = implementation();
  // One fault may show at several clauses; each is a failure of its own.
  const FuzzResult found = fuzz(*subject, {.seed = GetParam(), .steps = 400'000, .failures_max = 30, .save = folder_});
  ASSERT_EQ(found.verdict, Verdict::diverges);
  EXPECT_THAT(found.problems, testing::IsEmpty());
  const FuzzFailure* failure = expected_of(found);
  ASSERT_NE(failure, nullptr);
  EXPECT_TRUE(failure->finished);

  ReadResult read = read_script_file(failure->file);
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  const Script& script = std::get<Script>(read);
  EXPECT_EQ(write_script(script), expected_);
  for (const auto& [label, profile] : profiles_of(script)) {
    Lockstep lockstep{*subject};
    Coverage coverage;
    const Outcome replayed = lockstep.run(script, profile, coverage);
    ASSERT_TRUE(replayed.divergence.has_value()) << label;
    EXPECT_TRUE(same_failure(*replayed.divergence, failure->divergence));
    EXPECT_EQ(replayed.divergence->step, failure->divergence.step);
  }
}

// Longer scripts than two steps are tried of these only.
std::bitset<step_kinds> registering() {
  std::bitset<step_kinds> kinds;
  for (const Step& step : {Step{WerRegisterAdditionalProcess{}}, Step{WerUnregisterAdditionalProcess{}},
                           Step{CreateProcess{}}, Step{ExitProcess{}}, Step{SetHeapCapacity{}}, Step{FailAllocation{}}})
    kinds.set(step.index());
  return kinds;
}

// The bytes of the implementation are part of what tells states apart here, so nothing hidden in it is passed over.
TEST(ScenarioOfAPlantedFault, HasNoShorterOne) {
  ReadResult read = read_script_file(expected_file());
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  Script& script = std::get<Script>(read);
  const auto subject = scheduled_implementation();
  Lockstep lockstep{*subject};
  Coverage coverage;
  const Outcome outcome = lockstep.run(script, documented_profile(), coverage);
  ASSERT_TRUE(outcome.divergence.has_value()) << "the fault is in both flavours";

  script.profiles = {{"documented", documented_profile()}};
  LeastOptions upto{.steps_max = script.steps.size(), .runs_max = 50'000'000};
  if (script.steps.size() > 2) upto.kinds = registering();
  const Least same = least(script, *subject, *outcome.divergence, upto);
  ASSERT_TRUE(same.complete);
  ASSERT_TRUE(same.script.has_value()) << "the search does find it";
  EXPECT_EQ(same.script->steps.size(), script.steps.size());
}

INSTANTIATE_TEST_SUITE_P(Seed, PlantedFault, testing::Range<std::uint64_t>(1, PROCREG_MUTANT_SEEDS + 1));

}  // namespace
}  // namespace procreg::harness
