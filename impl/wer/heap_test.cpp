#include "impl/wer/heap.h"

#include <gtest/gtest.h>

namespace procreg::impl {
namespace {

TEST(WerHeap, IsUnlimitedByDefault) {
  WerHeap heap;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(heap.allocate());
}

TEST(WerHeap, RefusesBeyondItsCapacityUntilSomethingIsReleased) {
  WerHeap heap;
  heap.set_capacity(1);
  EXPECT_TRUE(heap.allocate());
  EXPECT_FALSE(heap.allocate());
  heap.release();
  EXPECT_TRUE(heap.allocate());
}

TEST(WerHeap, LoweringTheCapacityTakesNothingAway) {
  WerHeap heap;
  EXPECT_TRUE(heap.allocate());
  EXPECT_TRUE(heap.allocate());
  heap.set_capacity(1);
  heap.release();
  EXPECT_FALSE(heap.allocate());
  heap.release();
  EXPECT_TRUE(heap.allocate());
}

TEST(WerHeap, AnAttemptThatTheCapacityRefusesCountsDownAllTheSame) {
  Arena arena;
  WerHeap heap;
  heap.set_capacity(0);
  heap.fail(arena, 2);
  EXPECT_FALSE(heap.allocate());
  EXPECT_EQ(heap.countdowns().left(0), 1U);
  heap.set_capacity(std::nullopt);
  EXPECT_FALSE(heap.allocate());
  EXPECT_TRUE(heap.allocate());
}

}  // namespace
}  // namespace procreg::impl
