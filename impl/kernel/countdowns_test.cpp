#include "impl/kernel/countdowns.h"

#include <gtest/gtest.h>

#include <vector>

namespace procreg::impl {
namespace {

std::vector<std::uint32_t> left(const Countdowns& countdowns) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t i = 0; i < countdowns.size(); ++i) all.push_back(countdowns.left(i));
  return all;
}

TEST(Countdowns, NothingFailsWhileNoneIsPending) {
  Countdowns countdowns;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(countdowns.attempt_fails());
}

TEST(Countdowns, TheNthAttemptFromNowFailsAndNoOther) {
  Arena arena;
  Countdowns countdowns;
  countdowns.add(arena, 3);
  EXPECT_FALSE(countdowns.attempt_fails());
  EXPECT_FALSE(countdowns.attempt_fails());
  EXPECT_TRUE(countdowns.attempt_fails());
  EXPECT_FALSE(countdowns.attempt_fails());
}

TEST(Countdowns, EveryAttemptLowersAllOfThemAndThoseThatMeetFailOnce) {
  Arena arena;
  Countdowns countdowns;
  for (const std::uint32_t n : {4U, 2U, 2U, 0xFFFFFFFFU}) countdowns.add(arena, n);
  EXPECT_EQ(left(countdowns), (std::vector<std::uint32_t>{2, 2, 4, 0xFFFFFFFF}));
  EXPECT_FALSE(countdowns.attempt_fails());
  countdowns.add(arena, 3);
  EXPECT_TRUE(countdowns.attempt_fails());
  EXPECT_EQ(left(countdowns), (std::vector<std::uint32_t>{2, 2, 0xFFFFFFFD}));
  EXPECT_FALSE(countdowns.attempt_fails());
  EXPECT_TRUE(countdowns.attempt_fails());
  EXPECT_EQ(left(countdowns), (std::vector<std::uint32_t>{0xFFFFFFFB}));
}

}  // namespace
}  // namespace procreg::impl
