#pragma once

#include <cstdint>

#include "impl/kernel/arena_vector.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Pending faults, each of which makes the n-th attempt from when it was set fail (WER-ALL-54, WER-REC-29, CCF-FLT-09). Its
// owner's lock guards it.
class Countdowns {
 public:
  // `n` is at least 1.
  void add(Arena& arena, std::uint32_t n) noexcept { due_.insert_sorted(arena, attempts_ + n); }

  // One attempt: every countdown drops by 1. True when one of them reached 0; those are removed.
  bool attempt_fails() noexcept {
    if (due_.empty()) return false;
    ++attempts_;
    std::uint32_t reached = 0;
    while (reached < due_.size() && due_[reached] == attempts_) ++reached;
    due_.erase_front(reached);
    return reached > 0;
  }

  std::uint32_t size() const noexcept { return due_.size(); }
  // What is left of the i-th, ascending.
  std::uint32_t left(std::uint32_t i) const noexcept { return static_cast<std::uint32_t>(due_[i] - attempts_); }
  void free(Arena& arena) noexcept { due_.free(arena); }

 private:
  ArenaVector<std::uint64_t> due_{};  // ascending, as numbers of attempts since the beginning
  std::uint64_t attempts_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
