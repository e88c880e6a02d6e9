// Linked with an implementation whose table takes one entry too many (cmake/mutant.cmake), in a world where that shows after
// six steps and no earlier.
#include <gtest/gtest.h>

#include "harness/scenario/files.h"
#include "harness/search/explore/worlds.h"

extern const char* const procreg_mutant_name;

namespace procreg::harness {
namespace {

TEST(Explore, FindsALimitThatIsOffByOneAtDepthSix) {
  ExploreOptions options = registry_world(6, 5);
  options.subject = scheduled_implementation;
  options.depth = 5;
  const ExploreResult before = explore(options);
  EXPECT_EQ(before.verdict, Verdict::conforms) << procreg_mutant_name;

  options.depth = 6;
  const ExploreResult found = explore(options);
  ASSERT_EQ(found.verdict, Verdict::diverges);
  ASSERT_TRUE(found.failure.has_value());
  EXPECT_EQ(found.failure->script.steps.size(), options.before.size() + 6);
  EXPECT_EQ(found.failure->divergence.decided, Clause("WER-AP-11"));

  ReadResult read = read_script(write_script(found.failure->script), "counterexample.json");
  ASSERT_TRUE(std::holds_alternative<Script>(read));
  const auto subject = implementation();
  Lockstep lockstep{*subject};
  Coverage coverage;
  const Outcome replayed = lockstep.run(std::get<Script>(read), found.failure->profile, coverage);
  ASSERT_TRUE(replayed.divergence.has_value());
  EXPECT_TRUE(same_failure(*replayed.divergence, found.failure->divergence));
  EXPECT_EQ(replayed.divergence->step + 1, found.failure->script.steps.size());
}

TEST(Explore, FindsItWithEveryNumberOfWorkers) {
  ExploreOptions options = registry_world(6, 5);
  options.subject = scheduled_implementation;
  std::string first;
  for (const unsigned workers : {1U, 2U, 3U}) {
    options.workers = workers;
    const ExploreResult found = explore(options);
    ASSERT_TRUE(found.failure.has_value());
    const std::string text = write_script(found.failure->script);
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  }
}

}  // namespace
}  // namespace procreg::harness
