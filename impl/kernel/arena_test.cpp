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

}  // namespace
}  // namespace procreg::impl
