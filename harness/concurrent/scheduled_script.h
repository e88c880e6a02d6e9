// A scenario whose parallel part runs under schedules, on the implementation whose locks and atomics are points.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "harness/concurrent/history.h"
#include "harness/concurrent/scheduler.h"
#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"
#include "model/state.h"

namespace procreg::harness {

// Runs the parallel part again and again, each time from the world as the steps before it left it. Not thread-safe. Subject
// and script outlive it.
class ScheduledScript {
 public:
  // Performs the steps before the parallel part in lockstep.
  ScheduledScript(Restorable& subject, const Script& script, const Profile& profile);
  ScheduledScript(const ScheduledScript&) = delete;
  ScheduledScript& operator=(const ScheduledScript&) = delete;

  // Where these steps diverge: nothing can be run then.
  const std::optional<Divergence>& divergence() const { return divergence_; }

  // At most `points_max` points.
  RunEnd run(Strategy& strategy, std::size_t points_max);

  // Of the last run: operations in the order in which they were called, and the world afterwards (of no meaning when it
  // did not come to its end).
  const History& history() const { return history_; }
  const SnapshotWords& end() const { return end_; }
  std::span<const Standing> threads() const { return scheduler_.threads(); }
  std::size_t points() const { return scheduler_.points(); }

  // The model before the parallel part.
  const model::State& begin() const { return lockstep_.model().state(); }
  const Tables& tables() const { return script_.tables; }
  const Profile& profile() const { return profile_; }
  const Script& script() const { return script_; }

 private:
  struct Thread {
    std::vector<Step> steps{};  // resolved, where it binds no names
    bool binds{};
    Bindings bindings{};
  };
  void prepare(std::size_t thread);
  void perform_all(std::size_t thread);
  Answer perform(std::size_t thread, const Step& step);

  Restorable& subject_;
  const Script& script_;
  Profile profile_;
  Lockstep lockstep_;
  std::optional<Divergence> divergence_{};
  WorldImage root_{};
  std::vector<Thread> threads_{};
  std::vector<std::function<void()>> bodies_{};
  Scheduler scheduler_{};
  History history_{};
  SnapshotWords end_{};
  std::uint64_t clock_{};
};

}  // namespace procreg::harness
