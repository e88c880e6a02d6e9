#include "harness/concurrent/schedule_search.h"
#include "harness/search/repair.h"

namespace procreg::harness {

namespace {

template <class Container>
void remove_at(Container& container, std::size_t index) {
  container.erase(container.begin() + static_cast<std::ptrdiff_t>(index));
}

// Bounds of one search while shrinking: a fault that needs more than this is not made smaller, but it is kept.
constexpr std::uint32_t preemptions_most = 3;
constexpr std::uint64_t runs_most = 20'000;

class Shrinking {
 public:
  Shrinking(Restorable& subject, const Script& script, const Profile& profile, const ScheduleFailure& failure,
            const std::atomic<bool>* stop)
      : subject_{subject}, profile_{profile}, stop_{stop}, best_{script, failure, 0} {
    best_.script.schedule = failure.schedule;
  }

  ShrunkSchedule run() {
    Script whole = best_.script;
    whole.schedule.clear();
    accept(whole);  // the fewest preemptions
    while (!stopped() && drop_something()) {
    }
    return std::move(best_);
  }

 private:
  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  // A whole thread, else a step of one, else a step before them, from the last on.
  bool drop_something() {
    for (std::size_t thread = best_.script.parallel.size(); best_.script.parallel.size() > 1 && thread-- > 0;)
      if (without([&](Script& script) { remove_at(script.parallel, thread); })) return true;
    for (std::size_t thread = best_.script.parallel.size(); thread-- > 0;)
      for (std::size_t step = best_.script.parallel[thread].size(); step-- > 0;)
        if (without([&](Script& script) { remove_at(script.parallel[thread], step); })) return true;
    for (std::size_t step = best_.script.steps.size(); step-- > 0;)
      if (without([&](Script& script) { remove_at(script.steps, step); })) return true;
    return false;
  }

  template <class Drop>
  bool without(Drop&& drop) {
    if (stopped()) return false;
    Script candidate = best_.script;
    candidate.schedule.clear();
    candidate.expectations.clear();
    drop(candidate);
    repair(candidate, false);
    return accept(candidate);
  }

  // Takes the candidate if it fails in the same way, with the fewest preemptions.
  bool accept(const Script& candidate) {
    if (candidate.parallel.empty()) return false;
    for (std::uint32_t preemptions = 0; preemptions <= preemptions_most && !stopped(); ++preemptions) {
      ++best_.searches;
      const ScheduleResult result = search_schedules(
          subject_, candidate, profile_, {.preemptions_max = preemptions, .runs_max = runs_most, .stop = stop_});
      if (result.divergence || result.complete) return false;
      if (!result.failure) continue;
      if (result.failure->fault != best_.failure.fault) return false;
      best_.failure = *result.failure;
      best_.script = candidate;
      best_.script.schedule = best_.failure.schedule;
      return true;
    }
    return false;
  }

  Restorable& subject_;
  const Profile& profile_;
  const std::atomic<bool>* stop_;
  ShrunkSchedule best_;
};

}  // namespace

ShrunkSchedule shrink_schedule(Restorable& subject, const Script& script, const Profile& profile,
                               const ScheduleFailure& failure, const std::atomic<bool>* stop) {
  return Shrinking{subject, script, profile, failure, stop}.run();
}

}  // namespace procreg::harness
