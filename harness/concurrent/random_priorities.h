// Random schedules with a known chance of meeting a fault (PCT: Burckhardt, Kothari, Musuvathi, Nagarakatti, ASPLOS 2010).
#pragma once

#include <cstdint>
#include <vector>

#include "harness/concurrent/scheduler.h"
#include "harness/generate/choice_source.h"

namespace procreg::harness {

// The ready thread of the highest priority goes on; priorities are drawn, and `depth - 1` times in a run the running thread
// falls below all others. A fault that needs `depth` points in one order is met with a chance of at least
// 1 / (threads * points^(depth - 1)) in each run.
class RandomPriorities final : public Strategy {
 public:
  explicit RandomPriorities(std::uint32_t depth = 3) : depth_{depth} {}

  // Before a run of `threads` threads and about `points` points. The run depends on (seed, number) and nothing else.
  void begin(std::uint64_t seed, std::uint64_t number, std::size_t threads, std::size_t points);
  std::size_t choose(std::span<const Standing> threads, std::size_t running) override;

 private:
  std::uint32_t depth_;
  std::vector<std::uint32_t> priorities_{};  // by thread, all different
  std::vector<std::size_t> falls_{};         // points at which the running thread falls, the i-th one to priority i
  std::size_t point_{};
};

}  // namespace procreg::harness
