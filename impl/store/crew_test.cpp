#include "impl/store/crew.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <thread>

namespace procreg::impl::inline PROCREG_SYNC {
namespace {

TEST(Crew, WithoutHelpersTheJobIsDoneHere) {
  Crew crew;
  const auto here = std::this_thread::get_id();
  std::size_t calls = 0;
  crew.work(0, [&](std::size_t worker) {
    EXPECT_EQ(worker, 0U);
    EXPECT_EQ(std::this_thread::get_id(), here);
    ++calls;
  });
  EXPECT_EQ(calls, 1U);
}

TEST(Crew, HelpersWorkAtTheSameTime) {
  Crew crew;
  for (int i = 0; i < 50; ++i) {
    std::barrier all_here{4};  // nobody comes through alone
    std::atomic<unsigned> who{0};
    crew.work(3, [&](std::size_t worker) {
      who += 1U << worker;
      all_here.arrive_and_wait();
    });
    EXPECT_EQ(who, 0b1111U);
  }
}

TEST(Crew, EveryPieceIsDoneOnceHoweverManyBegin) {
  Crew crew;
  for (std::size_t i = 0; i < 2000; ++i) {
    std::array<int, 8> done{};
    std::atomic<std::size_t> next{0};
    crew.work(i % 4, [&](std::size_t) {
      for (std::size_t piece = next++; piece < done.size(); piece = next++) ++done[piece];
    });
    for (const int times : done) ASSERT_EQ(times, 1);
  }
}

TEST(Crew, WhoHasTheJobWaitsForThoseThatBegan) {
  Crew crew;
  for (int i = 0; i < 50; ++i) {
    std::atomic<bool> began{false};
    std::atomic<bool> ended{false};
    crew.work(1, [&](std::size_t worker) {
      if (worker == 0) {
        while (!began) std::this_thread::yield();
      } else {
        began = true;
        std::this_thread::yield();
        ended = true;
      }
    });
    EXPECT_TRUE(ended);
  }
}

}  // namespace
}  // namespace procreg::impl::inline PROCREG_SYNC
