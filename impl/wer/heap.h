#pragma once

#include <cstdint>
#include <optional>

#include "impl/kernel/countdowns.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The WER heap of one process as far as it can run out (wer.md 7): how many allocations may be alive, and which attempts are
// to fail. Guarded by the gate of the process. The memory itself comes from the world's arena.
class WerHeap {
 public:
  void set_capacity(std::optional<std::uint32_t> allocations) noexcept { capacity_ = allocations; }
  void fail(Arena& arena, std::uint32_t n) noexcept { countdowns_.add(arena, n); }

  // One attempt. False: no memory, nothing is alive that was not before.
  bool allocate() noexcept {
    if (countdowns_.attempt_fails()) return false;
    if (capacity_ && alive_ >= *capacity_) return false;
    ++alive_;
    return true;
  }
  void release() noexcept { --alive_; }

  std::optional<std::uint32_t> capacity() const noexcept { return capacity_; }
  const Countdowns& countdowns() const noexcept { return countdowns_; }

  // As in a new process (WER-ALL-56).
  void free(Arena& arena) noexcept {
    countdowns_.free(arena);
    *this = {};
  }

 private:
  std::optional<std::uint32_t> capacity_{};
  std::uint32_t alive_{};
  Countdowns countdowns_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
