// Where a scheduler decides who runs next. Everything that one thread of a world can see of another goes through a point.
#pragma once

#include <cstdint>
#include <string_view>

namespace procreg::schedule {

enum class PointKind : std::uint8_t {
  call,      // a step begins
  returned,  // a step has ended
  lock,
  unlock,
  load,
  store,
  wait,    // until another thread stores to an atomic or signals a condition
  notify,  // signals a condition
  end,     // a thread has nothing left to do
};
std::string_view name(PointKind kind);  // "call", "return", "lock" ...

struct Point {
  PointKind kind{};
  const void* on{};    // the lock or atomic; of call and returned, nothing
  const char* name{};  // what it is called, "" for call, returned and end
};

// Who may run. One a thread of the operating system; the threads that it takes turns between are its own.
class Turns {
 public:
  virtual ~Turns() = default;
  // The running thread is about to do this; returns when it is its turn to.
  virtual void before(const Point& point) noexcept = 0;
  // The running thread, whose turn it was, cannot do it: the lock is held, the value has not changed. Returns when another
  // thread has done something to `point.on`, and it is its turn again.
  virtual void blocked(const Point& point) noexcept = 0;
};

// nullptr: nobody takes turns, and a point costs a look at this.
inline constinit thread_local Turns* turns = nullptr;

inline void before(PointKind kind, const void* on, const char* name) noexcept {
  if (turns != nullptr) [[unlikely]]
    turns->before({kind, on, name});
}

// Without turns nobody would ever wake the thread: ends the program with a message.
void blocked(PointKind kind, const void* on, const char* name) noexcept;

}  // namespace procreg::schedule
