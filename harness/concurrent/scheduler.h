// Runs threads one at a time: at every point (impl/sync/scheduled/points.h) a strategy decides who goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "harness/concurrent/fiber.h"
#include "impl/sync/scheduled/points.h"

namespace procreg::harness {

// Where a thread stands. `next` is what it does when it goes on; of one that has ended, nothing (kind end).
struct Standing {
  enum class State : std::uint8_t {
    ready,
    waits,  // for a lock that is held, or for another thread to do something to next.on
    ended,
  };
  State state{State::ready};
  schedule::Point next{};
};

inline constexpr std::size_t no_thread = static_cast<std::size_t>(-1);

class Strategy {
 public:
  virtual ~Strategy() = default;
  // The thread that goes on, one that is ready, of which there is at least one; no_thread: the run is given up here.
  // `running` went on last, no_thread at the beginning. Called on a small stack: no deep recursion.
  virtual std::size_t choose(std::span<const Standing> threads, std::size_t running) = 0;
};

enum class RunEnd : std::uint8_t {
  done,      // every thread has ended
  deadlock,  // none is ready, some wait: for each other, or for a wake-up that nobody will give
  given_up,  // by the strategy
  too_long,  // the bound on points was hit
};

// Not thread-safe; one run at a time and a thread of the operating system. The threads of one run must meet each other at
// points only. One that does not come to its end is dropped where it stands: its body owns nothing.
class Scheduler final : private schedule::Turns {
 public:
  static constexpr std::size_t threads_max = 64;

  // Runs body i as thread i, all from their beginnings. A thread stands before its first point when the strategy is asked for
  // the first time.
  RunEnd run(std::span<const std::function<void()>> bodies, Strategy& strategy, std::size_t points_max);

  // Of the last run: where each thread stands, and how many points were passed.
  std::span<const Standing> threads() const { return threads_; }
  std::size_t points() const { return points_; }

 private:
  void before(const schedule::Point& point) noexcept override;
  void blocked(const schedule::Point& point) noexcept override;

  void begin(std::span<const std::function<void()>> bodies);
  void stand(Standing::State state, const schedule::Point& point) noexcept;
  bool is_held(const void* lock) const noexcept;
  void go_on() noexcept;
  std::size_t chosen() noexcept;
  void pass(std::size_t thread) noexcept;
  void wake(const void* on) noexcept;

  Fiber main_{};
  std::vector<std::unique_ptr<Fiber>> fibers_{};
  std::vector<std::function<void()>> bodies_{};  // what the fibers run: one of the run's, and then the end
  std::span<const std::function<void()>> bodies_of_run_{};
  std::vector<Standing> threads_{};
  std::vector<const void*> held_{};
  Strategy* strategy_{};
  std::size_t running_{no_thread};
  std::size_t points_{};
  std::size_t points_max_{};
  bool beginning_{};
  RunEnd end_{};
};

}  // namespace procreg::harness
