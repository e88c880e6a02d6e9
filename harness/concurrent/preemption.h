// Takes the processor from a thread in the midst of what it does.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace procreg::harness {

// Of the thread that makes it and uses it. A step takes less than a thousandth of the time that a system leaves a thread
// alone: without this, threads that share few cores would hardly ever meet inside a step. Where the system cannot do it,
// nothing happens.
class Preemption {
 public:
  // What all threads do.
  struct Others {
    const std::atomic<std::uint64_t>& moves;  // how much they have done
    const std::atomic<std::size_t>& running;  // how many still do something, with this thread
  };
  explicit Preemption(Others others);
  ~Preemption();
  Preemption(const Preemption&) = delete;
  Preemption& operator=(const Preemption&) = delete;

  // Returns shortly before the thread is to be stopped, by `jitter` more or less. If it is inside an operation then, it
  // stands still until others have made so many moves, or seem to wait for a lock that it has, or for some milliseconds.
  void soon(std::chrono::nanoseconds jitter, std::uint64_t moves);

  // Around an operation.
  void enter();
  void leave();

  struct Timer;

 private:
  std::unique_ptr<Timer> timer_;
};

}  // namespace procreg::harness
