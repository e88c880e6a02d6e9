// The locks and atomics of the implementation, in the flavour in which threads take turns: each operation is a point
// (points.h) at which a scheduler chooses who runs next. Only one thread runs at a time, so plain values do; memory orders are
// accepted and mean sequential consistency. Without a scheduler the operations cost next to nothing and belong to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>  // scoped_lock and unique_lock take these

#include "impl/sync/name.h"
#include "impl/sync/scheduled/points.h"

#define PROCREG_SYNC scheduled

namespace procreg::sync::inline PROCREG_SYNC {

enum class order : std::uint8_t { any };
inline constexpr auto relaxed = order::any;
inline constexpr auto acquire = order::any;
inline constexpr auto release = order::any;
inline constexpr auto acquire_release = order::any;
inline constexpr bool known_by_address = false;

template <class T, Name Called>
class atomic {
 public:
  using value_type = T;
  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_{value} {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  T load(order = order::any) const noexcept {
    schedule::before(schedule::PointKind::load, this, Called.text);
    return value_;
  }
  void store(T value, order = order::any) noexcept {
    schedule::before(schedule::PointKind::store, this, Called.text);
    value_ = value;
  }
  T fetch_add(T more, order = order::any) noexcept {
    schedule::before(schedule::PointKind::store, this, Called.text);
    const T before = value_;
    value_ += more;
    return before;
  }
  T exchange(T value, order = order::any) noexcept {
    schedule::before(schedule::PointKind::store, this, Called.text);
    const T before = value_;
    value_ = value;
    return before;
  }
  // See spin_while.
  void wait_while(T seen) const noexcept {
    schedule::before(schedule::PointKind::wait, this, Called.text);
    while (value_ == seen) schedule::blocked(schedule::PointKind::wait, this, Called.text);
  }

 private:
  T value_{};
};

// Worlds are saved and put back all the time: they had better be small.
inline constexpr std::size_t apart = alignof(std::uint64_t);
// Few locks to take where all parts are wanted; two, so that there is an order among them.
inline constexpr std::size_t parts = 2;

template <Name Called>
class mutex {
 public:
  constexpr mutex() noexcept = default;
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock() noexcept {
    schedule::before(schedule::PointKind::lock, this, Called.text);
    while (held_) schedule::blocked(schedule::PointKind::lock, this, Called.text);
    held_ = true;
  }
  void unlock() noexcept {
    schedule::before(schedule::PointKind::unlock, this, Called.text);
    held_ = false;
  }

 private:
  bool held_{};
};

// No wake-up without a reason: a scheduler that invents some would hide those that are lost.
template <Name Called>
class condition {
 public:
  template <class Lock>
  void wait(Lock& lock) noexcept {
    const std::uint64_t seen = signals_;
    lock.unlock();
    schedule::before(schedule::PointKind::wait, this, Called.text);
    while (signals_ == seen) schedule::blocked(schedule::PointKind::wait, this, Called.text);
    lock.lock();
  }
  void notify_all() noexcept {
    schedule::before(schedule::PointKind::notify, this, Called.text);
    ++signals_;
  }

 private:
  std::uint64_t signals_{};
};

template <class Atomic>
void spin_while(const Atomic& word, typename Atomic::value_type seen) noexcept {
  word.wait_while(seen);
}

}  // namespace procreg::sync::inline PROCREG_SYNC
