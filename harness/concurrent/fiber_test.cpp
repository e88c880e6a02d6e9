#include "harness/concurrent/fiber.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace procreg::harness {
namespace {

constexpr std::size_t stack_bytes = 64 * 1024;

TEST(Fiber, GoesOnWhereItWasLeft) {
  Fiber main;
  Fiber left{stack_bytes};
  Fiber right{stack_bytes};
  std::string order;
  const std::function<void()> left_body = [&] {
    order += 'a';
    left.switch_to(right);
    order += 'c';
    left.switch_to(main);
    order += 'f';
  };
  const std::function<void()> right_body = [&] {
    order += 'b';
    right.switch_to(left);
    order += 'e';
  };
  left.start(left_body, main);
  right.start(right_body, left);
  main.switch_to(left);
  order += 'd';
  main.switch_to(right);  // which ends, and goes on with left, which ends
  EXPECT_EQ(order, "abcdef");
}

TEST(Fiber, KeepsLocalsAndFloatingPointAcrossManySwitches) {
  Fiber main;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::vector<std::function<void()>> bodies;
  std::array<double, 8> sums{};
  for (std::size_t i = 0; i < sums.size(); ++i) fibers.push_back(std::make_unique<Fiber>(stack_bytes));
  for (std::size_t i = 0; i < sums.size(); ++i) {
    bodies.emplace_back([&, i] {
      double sum = 0;
      for (int k = 0; k < 1000; ++k) {
        sum += 0.5 * static_cast<double>(i);
        fibers[i]->switch_to(main);
      }
      sums[i] = sum;
    });
  }
  for (std::size_t i = 0; i < sums.size(); ++i) fibers[i]->start(bodies[i], main);
  for (int k = 0; k < 1001; ++k)
    for (const auto& fiber : fibers) main.switch_to(*fiber);
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], 500.0 * static_cast<double>(i));
}

TEST(Fiber, MayBeStartedAnewInTheMiddleOfItsBody) {
  Fiber main;
  Fiber fiber{stack_bytes};
  int begun = 0;
  int ended = 0;
  // Frames of another depth each time, with arrays that sanitizers watch. What owns memory lives outside: nothing is unwound.
  std::function<void(int)> deeper = [&](int n) {
    std::array<int, 50> watched{};
    watched[static_cast<std::size_t>(n)] = ++begun;
    if (n > 0) return deeper(n - 1);
    fiber.switch_to(main);
    ++ended;
  };
  const std::function<void()> body = [&] { deeper(begun % 7); };
  for (int i = 0; i < 100; ++i) {
    fiber.start(body, main);
    main.switch_to(fiber);
  }
  EXPECT_GT(begun, 100);
  EXPECT_EQ(ended, 0);
}

void fall_off_the_stack() {
  Fiber main;
  Fiber fiber{stack_bytes};
  const std::function<void()> body = [] {
    std::function<int(int)> deep = [&deep](int n) {
      std::array<volatile char, 512> room{};
      room[static_cast<std::size_t>(n) % room.size()] = 1;
      return n == 0 ? 0 : deep(n - 1) + room[1];
    };
    deep(1'000'000);
  };
  fiber.start(body, main);
  main.switch_to(fiber);
}

TEST(FiberDeathTest, StopsAtTheEndOfItsStack) { EXPECT_DEATH(fall_off_the_stack(), ""); }

}  // namespace
}  // namespace procreg::harness
