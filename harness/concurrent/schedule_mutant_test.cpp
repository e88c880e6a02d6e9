// Linked with an implementation in which one fault between threads is planted (cmake/mutant.cmake): whatever the seed, drawn
// races under random schedules find it, it is shrunk to the scenario and schedule in harness/concurrent/mutants, and that file
// fails in the same way when it is replayed.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "harness/concurrent/race_script.h"
#include "harness/concurrent/schedule_search.h"
#include "harness/scenario/files.h"
#include "harness/search/saved.h"

extern const char* const procreg_mutant_name;

namespace procreg::harness {
namespace {

std::string expected_file() { return std::string{"harness/concurrent/mutants/"} + procreg_mutant_name + ".json"; }

std::string text_of(const std::string& file) {
  std::ifstream in{file};
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>{in}, {}};
}

// What hardly ever comes up by chance is looked for in a scenario of the suite, under every schedule.
constexpr std::string_view scenario_of(std::string_view mutant) {
  if (mutant == "takeover-forgets-a-pending-write")
    return "scenarios/conformance/parallel/a-program-without-a-tag-writes-before-a-takeover-or-fails.json";
  if (mutant == "file-has-two-owners")
    return "scenarios/conformance/parallel/of-two-programs-without-a-tag-one-holds-the-file.json";
  return {};
}

class PlantedBetweenThreads : public testing::TestWithParam<std::uint64_t> {
 protected:
  struct Found {
    Script script;
    ScheduleFailure failure;
  };

  std::optional<Found> find_in(std::string_view scenario) {
    ReadResult read = read_script_file(std::string{scenario});
    Script script = std::get<Script>(std::move(read));
    script.profiles = {{"documented", documented_profile()}};
    const ScheduleResult result = search_schedules(*subject_, script, documented_profile(), {});
    if (!result.failure) return std::nullopt;
    return Found{std::move(script), *result.failure};
  }

  // Scripts of two threads, each under some random schedules.
  std::optional<Found> find() {
    if (const std::string_view scenario = scenario_of(procreg_mutant_name); !scenario.empty()) return find_in(scenario);
    constexpr std::uint64_t scripts_max = 20'000;
    for (std::uint64_t i = 0; i < scripts_max; ++i) {
      SeededSource source{GetParam(), i};
      Script script = draw_race(source, {.threads = 2, .operations = 4});
      const ScheduleResult result = search_schedules(*subject_, script, script.profiles.at(0).profile, {.random = 40});
      if (result.failure) return Found{std::move(script), *result.failure};
    }
    return std::nullopt;
  }

  const std::unique_ptr<Restorable> subject_ = scheduled_implementation();
};

std::size_t steps_of(const Script& script) {
  std::size_t steps = script.steps.size();
  for (const auto& thread : script.parallel) steps += thread.size();
  return steps;
}

Script read(const std::string& text) {
  ReadResult result = read_script(text, "scenario.json");
  EXPECT_TRUE(std::holds_alternative<Script>(result)) << text;
  return std::get<Script>(std::move(result));
}

// The schedule of the scenario fits, and leads to the fault, under every profile that it names.
void expect_fault(Restorable& subject, const Script& script, ScheduleFault fault) {
  for (const auto& [label, profile] : profiles_of(script)) {
    const ScheduleReplay replayed = replay_schedule(subject, script, profile);
    EXPECT_EQ(replayed.misfit, "");
    ASSERT_TRUE(replayed.result.failure.has_value()) << label;
    EXPECT_EQ(replayed.result.failure->fault, fault);
  }
}

// One fault can show in several ways, so the steps need not be the same; they are hardly ever more.
TEST_P(PlantedBetweenThreads, IsFoundShrunkAndFailsTheSameWayWhenReplayed) {
  const std::optional<Found> found = find();
  ASSERT_TRUE(found.has_value());
  const Profile& profile = found->script.profiles.at(0).profile;
  const ShrunkSchedule shrunk = shrink_schedule(*subject_, found->script, profile, found->failure);
  const std::string text = write_script(shrunk.script);
  if (std::getenv("PROCREG_UPDATE") != nullptr) std::ofstream{expected_file()} << text;

  const Script expected = read(text_of(expected_file()));
  EXPECT_LE(steps_of(shrunk.script), steps_of(expected) + 1) << text;
  expect_fault(*subject_, read(text), found->failure.fault);
  expect_fault(*subject_, expected, found->failure.fault);
}

INSTANTIATE_TEST_SUITE_P(Seed, PlantedBetweenThreads, testing::Range<std::uint64_t>(1, 6));

}  // namespace
}  // namespace procreg::harness
