// The locks and atomics of the implementation, in the flavour of real threads: the standard ones, at no cost.
//
// A flavour is chosen by include folder (`#include "sync.h"`) and named by the inline namespace PROCREG_SYNC, so that one
// program can hold several. Nothing in impl uses a lock or an atomic of the standard library by its own name.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

#include "impl/sync/name.h"

#define PROCREG_SYNC threads

namespace procreg::sync::inline PROCREG_SYNC {

// ThreadSanitizer watches: to it a lock is the same lock for as long as its memory is not given back.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool known_by_address = true;
#elif defined(__has_feature)
inline constexpr bool known_by_address = __has_feature(thread_sanitizer);
#else
inline constexpr bool known_by_address = false;
#endif

template <class T, Name>
using atomic = std::atomic<T>;
// Free again sooner, as a rule, than a sleeping thread wakes: who meets it locked looks again for a few microseconds before it
// sleeps.
template <Name>
class mutex {
 public:
  void lock() noexcept {
    // Of an attempt that succeeds ThreadSanitizer learns nothing about the order of locks.
    for (int attempt = 0; attempt < attempts && !known_by_address; ++attempt) {
      if (mutex_.try_lock()) return;
      pause();
    }
    mutex_.lock();
  }
  void unlock() noexcept { mutex_.unlock(); }

 private:
  static constexpr int attempts = 100;
  static void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }

  std::mutex mutex_{};
};
// wait wants a std::unique_lock of a mutex.
template <Name>
using condition = std::condition_variable_any;

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;
inline constexpr auto acquire_release = std::memory_order_acq_rel;

// The alignment of what different threads write to at once.
inline constexpr std::size_t apart = 64;
// Into how many parts a large table with a lock each is divided: a power of two.
// ThreadSanitizer follows at most 64 locks that one thread holds, and some steps hold those of all parts.
inline constexpr std::size_t parts = known_by_address ? 32 : 64;

// Called by who has read `seen` and cannot go on before another thread, within a few instructions, stores something else.
template <class Atomic>
void spin_while(const Atomic&, typename Atomic::value_type) noexcept {
  std::this_thread::yield();
}

}  // namespace procreg::sync::inline PROCREG_SYNC
