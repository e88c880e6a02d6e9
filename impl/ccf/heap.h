#pragma once

#include <cstdint>

#include "impl/kernel/countdowns.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The memory of one machine's CCF filter as far as it can run out (CCF-FLT-09). Safe from any thread.
class CcfHeap {
 public:
  explicit CcfHeap(Arena& arena) noexcept : arena_{arena} {}

  // `n` is at least 1.
  void fail(std::uint32_t n) noexcept {
    const std::scoped_lock lock{lock_};
    countdowns_.add(arena_, n);
    pending_.store(countdowns_.size(), sync::relaxed);
  }

  // One attempt. False: no memory.
  bool allocate() noexcept {
    if (pending_.load(sync::relaxed) == 0) return true;
    const std::scoped_lock lock{lock_};
    const bool fails = countdowns_.attempt_fails();
    pending_.store(countdowns_.size(), sync::relaxed);
    return !fails;
  }

  // Beside no other call.
  const Countdowns& countdowns() const noexcept { return countdowns_; }

 private:
  Arena& arena_;
  sync::mutex<"ccf heap"> lock_;
  sync::atomic<std::uint32_t, "ccf heap pending"> pending_{0};
  Countdowns countdowns_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
