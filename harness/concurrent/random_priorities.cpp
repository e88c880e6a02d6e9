#include "harness/concurrent/random_priorities.h"

#include <algorithm>
#include <utility>

namespace procreg::harness {

void RandomPriorities::begin(std::uint64_t seed, std::uint64_t number, std::size_t threads, std::size_t points) {
  SeededSource source{seed, number};
  source.begin(0);
  point_ = 0;
  priorities_.resize(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    priorities_[i] = depth_ + static_cast<std::uint32_t>(i);
    std::swap(priorities_[i], priorities_[source.below(static_cast<std::uint32_t>(i + 1))]);
  }
  falls_.clear();
  for (std::uint32_t i = 1; i < depth_; ++i)
    falls_.push_back(source.below(static_cast<std::uint32_t>(std::max<std::size_t>(points, 1))));
}

std::size_t RandomPriorities::choose(std::span<const Standing> threads, std::size_t running) {
  if (running != no_thread)
    for (std::size_t i = 0; i < falls_.size(); ++i)
      if (falls_[i] == point_) priorities_[running] = static_cast<std::uint32_t>(i);
  ++point_;
  std::size_t best = no_thread;
  for (std::size_t i = 0; i < threads.size(); ++i)
    if (threads[i].state == Standing::State::ready && (best == no_thread || priorities_[i] > priorities_[best]))
      best = i;
  return best;
}

}  // namespace procreg::harness
