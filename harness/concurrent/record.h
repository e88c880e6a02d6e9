// Real threads on one subject, and the history of what they did.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "harness/concurrent/history.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

// How the steps of threads are brought to overlap: pauses drawn by this seed, none for 0.
struct Pauses {
  std::uint64_t seed{};
};

struct Recorded {
  History history{};
  bool stuck{};  // some operation did not return in time
};

// Threads that race, round after round. Not thread-safe itself.
class Racers {
 public:
  explicit Racers(std::size_t threads);
  // After a round that was stuck the threads, and what they use, are left behind until they come back.
  ~Racers();
  Racers(const Racers&) = delete;
  Racers& operator=(const Racers&) = delete;

  std::size_t threads() const;

  // Each list of steps on a thread of its own, all let go at once; there are at most as many lists as threads. A name is
  // what `bindings` says, or what the thread itself bound. The subject must allow steps from several threads; a round that
  // is stuck keeps it. `limit` is for the whole round.
  Recorded race(const std::shared_ptr<Subject>& subject, std::span<const std::vector<Step>> parallel,
                const Bindings& bindings, Pauses pauses, std::chrono::milliseconds limit);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::vector<std::thread> threads_;
  bool stuck_{};
};

// How many operations overlap one of another thread.
std::size_t overlapping(const History& history);

}  // namespace procreg::harness
