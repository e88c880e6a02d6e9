#include "impl/kernel/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace procreg::impl {
namespace {

TEST(Arena, GivesReleasedMemoryOfTheSameSizeOutAgain) {
  Arena arena;
  void* first = arena.allocate(40);
  arena.allocate(40);
  arena.release(first, 40);
  EXPECT_EQ(arena.allocate(48), first);  // both round to 48
}

TEST(Arena, PowersOfTwoFromALineUpBeginOnALine) {
  Arena arena;
  arena.allocate(16);
  for (std::size_t bytes = 64; bytes <= 4U * 1024 * 1024; bytes *= 2) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.allocate(bytes)) % 64, 0U) << bytes;
    arena.allocate(16);
  }
}

TEST(Arena, NoTwoAllocationsOverlapAndRewindingBeginsAnew) {
  Arena arena;
  void* first = nullptr;
  for (int round = 0; round < 2; ++round) {
    std::vector<std::pair<unsigned char*, std::size_t>> all;
    for (std::size_t i = 0; i < 400; ++i) {
      const std::size_t bytes = 1 + i * i % 9001;
      all.emplace_back(static_cast<unsigned char*>(arena.allocate(bytes)), bytes);
      std::memset(all.back().first, static_cast<int>(i & 0xFF), bytes);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(all[i].first[0], i & 0xFF);
      ASSERT_EQ(all[i].first[all[i].second - 1], i & 0xFF);
    }
    if (round == 0) first = all.front().first;
    EXPECT_EQ(all.front().first, first);
    arena.rewind();
  }
}

TEST(Arena, RoundsToAQuarterOfThePowerOfTwoBelow) {
  Arena arena;
  for (std::size_t power = 256; power <= 65536; power *= 2) {
    for (std::size_t quarter = 1; quarter <= 4; ++quarter) {
      const std::size_t largest = power + power / 4 * quarter;
      void* const first = arena.allocate(largest - power / 4 + 1);
      arena.release(first, largest - power / 4 + 1);
      EXPECT_NE(arena.allocate(largest - power / 4), first) << largest;
      EXPECT_EQ(arena.allocate(largest), first) << largest;
    }
  }
}

// Fills every arena it is given in the same way, from a number on.
std::vector<std::byte*> fill(Arena& arena, int from, int count, std::size_t bytes) {
  std::vector<std::byte*> made;
  for (int i = 0; i < count; ++i) {
    made.push_back(static_cast<std::byte*>(arena.allocate(bytes)));
    std::memset(made.back(), from + i, bytes);
  }
  return made;
}

TEST(Arena, IsPutBackByteForByteOverAnyNumberOfChunks) {
  constexpr std::size_t large = 200'000;
  Arena arena;
  const auto first = fill(arena, 1, 3, large);
  Arena::Image early;
  arena.save(early);
  const auto second = fill(arena, 11, 20, large);
  Arena::Image late;
  arena.save(late);

  arena.restore(early);
  EXPECT_TRUE(arena.same_as(early));
  EXPECT_EQ(fill(arena, 77, 20, large), second);  // the same places again
  arena.release(first[0], large);
  EXPECT_FALSE(arena.same_as(early));
  EXPECT_FALSE(arena.same_as(late));

  arena.restore(late);
  EXPECT_TRUE(arena.same_as(late));
  EXPECT_EQ(static_cast<int>(*first[0]), 1);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(static_cast<int>(second[static_cast<std::size_t>(i)][large - 1]), 11 + i);
}

TEST(Arena, AnImageOutlivesALargerChunkThatCameAfterAnEarlierOne) {
  Arena arena;
  Arena::Image early;
  arena.save(early);
  fill(arena, 1, 2, 200'000);
  Arena::Image late;
  arena.save(late);
  arena.restore(early);
  fill(arena, 2, 1, 30'000'000);  // does not fit the chunk that `late` goes on in
  arena.restore(late);
  EXPECT_TRUE(arena.same_as(late));
}

TEST(Arena, PutsFreeListsBackWhetherOrNotTheyWereUsedBefore) {
  Arena arena;
  const auto made = fill(arena, 1, 2, 48);
  Arena::Image none_free;
  arena.save(none_free);
  arena.release(made[0], 48);
  Arena::Image one_free;
  arena.save(one_free);
  EXPECT_FALSE(arena.same_as(none_free));

  arena.restore(none_free);
  EXPECT_TRUE(arena.same_as(none_free));
  EXPECT_FALSE(arena.same_as(one_free));
  EXPECT_NE(arena.allocate(48), made[0]);

  arena.restore(one_free);
  EXPECT_TRUE(arena.same_as(one_free));
  EXPECT_EQ(arena.allocate(48), made[0]);
}

TEST(Arena, NoticesOneByte) {
  Arena arena;
  const auto made = fill(arena, 5, 1, 64);
  Arena::Image image;
  arena.save(image);
  made[0][63] = std::byte{6};
  EXPECT_FALSE(arena.same_as(image));
}

}  // namespace
}  // namespace procreg::impl
