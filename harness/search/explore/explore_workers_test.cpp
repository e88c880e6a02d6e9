#include <gtest/gtest.h>

#include "harness/search/explore/explore_fixture.h"

namespace procreg::harness {
namespace {

void expect_same(const ExploreResult& a, const ExploreResult& b) {
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.states, b.states);
  EXPECT_EQ(a.transitions, b.transitions);
  EXPECT_EQ(a.depth, b.depth);
  EXPECT_EQ(a.digest, b.digest);
  EXPECT_EQ(a.checked, b.checked);
  EXPECT_EQ(a.coverage.reached(), b.coverage.reached());
}

TEST(Workers, FindTheSameHoweverManyTheyAre) {
  for (ExploreOptions options :
       {ready("wer", 1), to_depth(ready("ccf"), 3), folded(to_depth(ready("ccf"), 3)), registry_world(4)}) {
    options.subject = scheduled_implementation;
    const ExploreResult one = explore(options);
    for (const unsigned workers : {2U, 3U}) {
      options.workers = workers;
      expect_same(explore(options), one);
    }
  }
}

TEST(Workers, FindTheSameCounterexample) {
  ExploreOptions options = to_depth(ready("ccf"), 4);
  options.subject = scheduled_implementation;
  options.spoiled = Clause("CCF-INH-09");
  const ExploreResult one = explore(options);
  options.workers = 3;
  const ExploreResult three = explore(options);
  ASSERT_TRUE(one.failure.has_value() && three.failure.has_value());
  EXPECT_EQ(one.failure->script.steps, three.failure->script.steps);
}

TEST(Workers, ForkProfilesTogether) {
  ExploreOptions options = to_depth(registry_world(3), 2);
  options.profile = any_profile();
  options.subject = scheduled_implementation;
  const ExploreResult one = explore(options);
  options.workers = 2;
  const ExploreResult two = explore(options);
  expect_same(one, two);
  EXPECT_EQ(one.profiles, two.profiles);
}

}  // namespace
}  // namespace procreg::harness
