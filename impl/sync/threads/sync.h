// The locks and atomics of the implementation, in the flavour of real threads: the standard ones, at no cost.
//
// A flavour is chosen by include folder (`#include "sync.h"`) and named by the inline namespace PROCREG_SYNC, so that one
// program can hold several. Nothing in impl uses a lock or an atomic of the standard library by its own name.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#define PROCREG_SYNC threads

namespace procreg::sync::inline PROCREG_SYNC {

template <class T>
using atomic = std::atomic<T>;
using mutex = std::mutex;

inline constexpr auto relaxed = std::memory_order_relaxed;
inline constexpr auto acquire = std::memory_order_acquire;
inline constexpr auto release = std::memory_order_release;

// Called by who waits for another thread's few instructions.
inline void yield() noexcept { std::this_thread::yield(); }

}  // namespace procreg::sync::inline PROCREG_SYNC
