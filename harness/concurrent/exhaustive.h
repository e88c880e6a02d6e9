// Every schedule, each class of equivalent ones once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/concurrent/scheduler.h"

namespace procreg::harness {

// Two points of different threads that do not commute: swapping them may change what happens. Begin and end of steps do
// not commute with each other: their order is the real-time order that a verdict rests on.
bool dependent(const schedule::Point& a, const schedule::Point& b);

struct ExhaustiveOptions {
  // Sleep sets (Godefroid): of the schedules that differ only in the order of independent points, one is run to its end. Off:
  // every interleaving.
  bool reduces{true};
  // At most so many switches away from a thread that could go on; nullopt: any number. With `reduces`, the bound is held
  // against the representative of a class that the search meets, so it may leave out a class that has another within the bound.
  std::optional<std::uint32_t> preemptions_max{};
};

// Depth first, by running again: run(), next(), run(), next() ... until next() is false.
class Exhaustive final : public Strategy {
 public:
  explicit Exhaustive(ExhaustiveOptions options = {}) : options_{options} {}

  std::size_t choose(std::span<const Standing> threads, std::size_t running) override;

  // To be called after every run. False: there is no other schedule.
  bool next();
  // The bound left something out.
  bool cut() const { return cut_; }
  // The choices of the last run, one a point.
  std::vector<std::uint8_t> choices() const;

 private:
  using Threads = std::uint64_t;  // a bit a thread
  struct Node {
    std::vector<Standing> threads;
    Threads asleep{};    // need not go on here: what would follow was seen from an earlier node
    Threads explored{};  // have gone on from here before
    std::size_t running{no_thread};
    std::size_t chosen{no_thread};
    std::uint32_t preemptions{};  // before this choice
  };

  void enter(std::span<const Standing> threads, std::size_t running);
  Threads asleep_after(const Node& node) const;
  bool is_preemption(const Node& node, std::size_t thread) const;
  std::size_t best_of(const Node& node);

  ExhaustiveOptions options_;
  std::vector<Node> path_{};  // of the last run; nodes beyond depth_ keep their memory
  std::size_t length_{};      // of the path
  std::size_t depth_{};       // in the running one
  bool cut_{};
};

}  // namespace procreg::harness
