#include <fmt/format.h>

#include <algorithm>

#include "harness/concurrent/schedule_search.h"
#include "harness/search/repair.h"
#include "harness/search/rewrite.h"
#include "harness/search/simpler.h"

namespace procreg::harness {

namespace {

// Bounds of one search while shrinking: a fault that needs more than this is not made smaller, but it is kept.
constexpr std::uint32_t preemptions_most = 3;
constexpr std::uint64_t runs_most = 20'000;

template <class Container>
void remove_at(Container& container, std::size_t index) {
  container.erase(container.begin() + static_cast<std::ptrdiff_t>(index));
}

// The steps of all threads behind those before them, as one sequence.
Script in_a_row(const Script& script) {
  Script row = script;
  row.parallel.clear();
  for (const auto& thread : script.parallel) row.steps.insert(row.steps.end(), thread.begin(), thread.end());
  return row;
}

// A variant of in_a_row(script) with as many steps, as threads again.
Script in_threads(const Script& script, Script row) {
  auto at = row.steps.begin() + static_cast<std::ptrdiff_t>(script.steps.size());
  const std::vector<Step> before{row.steps.begin(), at};
  for (const auto& thread : script.parallel) {
    const auto end = at + static_cast<std::ptrdiff_t>(thread.size());
    row.parallel.emplace_back(at, end);
    at = end;
  }
  row.steps = before;
  return row;
}

class Shrinking {
 public:
  Shrinking(Restorable& subject, const Script& script, const Profile& profile, const ScheduleFailure& failure,
            const std::atomic<bool>* stop)
      : subject_{subject}, stop_{stop}, best_{script, failure, 0} {
    best_.script.schedule = failure.schedule;
    best_.script.profiles = {{"", profile}};
    for (const auto& known : script.profiles)
      if (known.profile == profile) best_.script.profiles = {known};
  }

  ShrunkSchedule run() {
    take(best_.script);
    for (Cost before; before != cost_ && !stopped();) {
      before = cost_;
      while (drop_something() || run_earlier() || exchange_threads() || repeat_a_step()) {
      }
      for (const Rewriting& rewriting : rewritings_in_place()) rewrite(rewriting);
    }
    return finish();
  }

 private:
  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  // A whole thread, else a step of one, else a step before them, from the last on.
  bool drop_something() {
    const Script& best = best_.script;
    for (std::size_t thread = best.parallel.size(); best.parallel.size() > 1 && thread-- > 0;)
      if (with([&](Script& script) { remove_at(script.parallel, thread); })) return true;
    for (std::size_t thread = best.parallel.size(); thread-- > 0;)
      for (std::size_t step = best.parallel[thread].size(); step-- > 0;)
        if (with([&](Script& script) { remove_at(script.parallel[thread], step); })) return true;
    for (std::size_t step = best.steps.size(); step-- > 0;)
      if (with([&](Script& script) { remove_at(script.steps, step); })) return true;
    return false;
  }

  // The first step of a thread before all threads.
  bool run_earlier() {
    for (std::size_t thread = 0; thread < best_.script.parallel.size(); ++thread)
      if (with([&](Script& script) {
            script.steps.push_back(script.parallel[thread].front());
            remove_at(script.parallel[thread], 0);
          }))
        return true;
    return false;
  }

  bool exchange_threads() {
    for (std::size_t j = 1; j < best_.script.parallel.size(); ++j)
      for (std::size_t i = 0; i < j; ++i)
        if (with([&](Script& script) { std::swap(script.parallel[i], script.parallel[j]); })) return true;
    return false;
  }

  // A step of another kind becomes the same as one of another thread.
  bool repeat_a_step() {
    const std::vector<std::vector<Step>> threads = best_.script.parallel;
    for (std::size_t to = 0; to < threads.size(); ++to)
      for (std::size_t at = 0; at < threads[to].size(); ++at)
        for (std::size_t from = 0; from < threads.size(); ++from)
          for (const Step& step : threads[from])
            if (from != to && with([&](Script& script) { script.parallel[to][at] = step; })) return true;
    return false;
  }

  template <class Change>
  bool with(Change&& change) {
    if (stopped()) return false;
    Script candidate = best_.script;
    change(candidate);
    return take(std::move(candidate));
  }

  // As often as it helps.
  void rewrite(Rewriting rewriting) {
    for (bool better = true; better && !stopped();) {
      const Script before = best_.script;
      better = rewriting(in_a_row(before), [&](Script row) { return take(in_threads(before, std::move(row))); });
    }
  }

  // Whether the candidate fails in the same way and is simpler; then it is the best.
  bool take(Script candidate) {
    candidate.schedule.clear();
    candidate.expectations.clear();
    repair(candidate, false);
    if (candidate.parallel.empty()) return false;
    // First, how much runs at once.
    Cost cost_now = cost(in_a_row(candidate));
    cost_now.insert(cost_now.begin(), in_a_row(candidate).steps.size() - candidate.steps.size());
    for (const auto& thread : candidate.parallel) cost_now.push_back(thread.size());
    if (!cost_.empty() && !(cost_now < cost_)) return false;
    auto failure = failure_of(candidate, candidate.profiles.front().profile);
    if (!failure) return false;
    cost_ = std::move(cost_now);
    best_.failure = std::move(*failure);
    best_.script = std::move(candidate);
    best_.script.schedule = best_.failure.schedule;
    return true;
  }

  // With the fewest preemptions. nullopt: none of the same kind is met within the bounds.
  std::optional<ScheduleFailure> failure_of(const Script& script, const Profile& profile) {
    for (std::uint32_t preemptions = 0; preemptions <= preemptions_most && !stopped(); ++preemptions) {
      ++best_.searches;
      ScheduleResult result = search_schedules(subject_, script, profile,
                                               {.preemptions_max = preemptions, .runs_max = runs_most, .stop = stop_});
      if (result.divergence || result.complete) return std::nullopt;
      if (!result.failure) continue;
      if (result.failure->fault != best_.failure.fault) return std::nullopt;
      return std::move(result.failure);
    }
    return std::nullopt;
  }

  ShrunkSchedule finish() {
    Script& script = best_.script;
    script.file.clear();
    script.why.clear();
    script.clauses = {"WER-ALL-07"};
    script.name = fmt::format("{} under this schedule", name(best_.failure.fault));
    script.world_given = script.world != WorldSpec{} || script.names.empty() || script.names.front().name != "main";
    const auto predefined = profile_names();
    if (std::all_of(predefined.begin(), predefined.end(), [&](std::string_view profile) {
          const auto replayed = replay_schedule(subject_, script, *find_profile(profile));
          return replayed.result.failure && replayed.result.failure->fault == best_.failure.fault;
        }))
      script.profiles.clear();
    return std::move(best_);
  }

  Restorable& subject_;
  const std::atomic<bool>* stop_;
  ShrunkSchedule best_;
  Cost cost_{};
};

}  // namespace

ShrunkSchedule shrink_schedule(Restorable& subject, const Script& script, const Profile& profile,
                               const ScheduleFailure& failure, const std::atomic<bool>* stop) {
  return Shrinking{subject, script, profile, failure, stop}.run();
}

}  // namespace procreg::harness
