#include "harness/concurrent/schedule_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "harness/concurrent/model_specification.h"
#include "harness/concurrent/random_priorities.h"
#include "harness/concurrent/recorded.h"
#include "harness/lockstep/fingerprint.h"

namespace procreg::harness {

namespace {

std::uint64_t digest_of(const History& history, const SnapshotWords& end, bool with_times) {
  std::uint64_t digest = mixed(history.size(), end);
  for (const Operation& operation : history) {
    const std::uint64_t times = with_times ? operation.called << 32 | operation.returned : 0;
    digest = mixed(mixed(digest, times << 8 ^ operation.thread), operation.answer.value_or(Answer{}));
  }
  return digest;
}

// Runs schedules of one script and judges what they lead to.
class Search {
 public:
  Search(Restorable& subject, const Script& script, const Profile& profile, const ScheduleOptions& options)
      : options_{options}, script_{subject, script, profile} {}

  ScheduleResult every(const std::function<void(const ScheduleProgress&)>& progress) {
    if (cannot_run()) return std::move(result_);
    Exhaustive schedules{{.reduces = options_.reduces, .preemptions_max = options_.preemptions_max}};
    bool more = true;
    while (more && !stopped(progress)) {
      if (options_.runs_max && result_.runs + result_.redundant >= *options_.runs_max) break;
      if (auto fault = run(schedules)) {
        fail(*fault, schedules.choices());
        return finish(Verdict::diverges);
      }
      more = schedules.next();
    }
    result_.complete = !more && !schedules.cut();
    return finish(result_.complete ? Verdict::conforms : Verdict::undecided);
  }

  ScheduleResult random(const std::function<void(const ScheduleProgress&)>& progress) {
    if (cannot_run()) return std::move(result_);
    Exhaustive first{{.preemptions_max = 0}};  // for the length of a run
    if (auto fault = run(first)) {
      fail(*fault, first.choices());
      return finish(Verdict::diverges);
    }
    const std::size_t points = script_.points();
    const std::size_t threads = script_.script().parallel.size();
    RandomPriorities schedules;
    for (std::uint64_t i = 0; i < *options_.random && !stopped(progress); ++i) {
      schedules.begin(options_.seed, options_.first + i, threads, points);
      if (auto fault = run(schedules)) {
        schedules.begin(options_.seed, options_.first + i, threads, points);
        fail(*fault, schedules);
        return finish(Verdict::diverges);
      }
    }
    return finish(result_.interrupted ? Verdict::undecided : Verdict::conforms);
  }

  ScheduleReplay replay() {
    ScheduleReplay made;
    if (!cannot_run()) {
      Replayed schedule{script_.script().schedule};
      const auto fault = run(schedule);
      made.misfit = schedule.misfit(script_.threads());
      made.history = script_.history();
      if (fault) note(*fault, script_.script().schedule);
      finish(fault ? Verdict::diverges : Verdict::conforms);
    }
    made.result = std::move(result_);
    return made;
  }

 private:
  bool cannot_run() {
    result_.divergence = script_.divergence();
    if (result_.divergence) result_.verdict = Verdict::diverges;
    return result_.divergence.has_value() || script_.script().parallel.empty();
  }

  bool stopped(const std::function<void(const ScheduleProgress&)>& progress) {
    if (progress && (result_.runs & 0xFFF) == 0) progress({result_.runs, verdicts_.size()});
    result_.interrupted = options_.stop != nullptr && options_.stop->load(std::memory_order_relaxed);
    return result_.interrupted;
  }

  std::optional<ScheduleFault> run(Strategy& strategy) {
    const RunEnd end = script_.run(strategy, options_.points_max);
    result_.points = std::max(result_.points, script_.points());
    if (end == RunEnd::given_up) {
      ++result_.redundant;
      return std::nullopt;
    }
    ++result_.runs;
    if (end == RunEnd::deadlock) return ScheduleFault::deadlock;
    if (end == RunEnd::too_long) return ScheduleFault::endless;
    outcomes_.insert(outcome());
    return linearizable() ? std::nullopt : std::optional{ScheduleFault::not_linearizable};
  }

  // Whatever order the operations took.
  std::uint64_t outcome() const {
    std::array<std::uint64_t, Scheduler::threads_max> by_thread{};
    for (const Operation& operation : script_.history())
      by_thread[operation.thread] = mixed(by_thread[operation.thread], *operation.answer);
    return mixed(mixed(0, script_.end()), std::span{by_thread}.first(script_.script().parallel.size()));
  }

  bool linearizable() {
    const std::uint64_t digest = digest_of(script_.history(), script_.end(), true);
    const auto [known, unknown] = verdicts_.try_emplace(digest, true);
    if (unknown) {
      const HistoryWorld world{script_.begin(), script_.tables(), script_.profile(), &script_.end()};
      known->second = linearize(world, script_.history()).verdict == Linearizable::yes;
    }
    return known->second;
  }

  // Runs the failing schedule once more, to write it down.
  void fail(ScheduleFault fault, Strategy& strategy) {
    Recorder recorder{strategy};
    script_.run(recorder, options_.points_max);
    note(fault, recorder.switches(script_.threads()));
  }
  void fail(ScheduleFault fault, std::vector<std::uint8_t> made) {
    Choices choices{std::move(made)};
    fail(fault, choices);
  }

  void note(ScheduleFault fault, std::vector<ScheduleSwitch> schedule) {
    ScheduleFailure failure{.fault = fault, .history = script_.history(), .schedule = std::move(schedule)};
    if (fault == ScheduleFault::not_linearizable) failure.end = script_.end();
    const auto threads = script_.threads();
    for (std::size_t i = 0; i < threads.size(); ++i)
      if (threads[i].state == Standing::State::waits)
        failure.waiting.push_back(fmt::format("thread {} waits at '{}'", i, text(threads[i].next)));
    result_.failure = std::move(failure);
  }

  ScheduleResult finish(Verdict verdict) {
    result_.verdict = verdict;
    result_.histories = verdicts_.size();
    result_.outcomes = outcomes_.size();
    for (const std::uint64_t outcome : outcomes_) result_.outcome_digest += mixed(1, outcome);
    return result_;
  }

  ScheduleOptions options_;
  ScheduledScript script_;
  ScheduleResult result_{};
  std::unordered_map<std::uint64_t, bool> verdicts_{};  // by digest of history and end
  std::unordered_set<std::uint64_t> outcomes_{};
};

}  // namespace

std::string_view name(ScheduleFault fault) {
  static constexpr std::array<std::string_view, 3> names{"deadlock", "endless", "not-linearizable"};
  return names.at(static_cast<std::size_t>(fault));
}

ScheduleResult search_schedules(Restorable& subject, const Script& script, const Profile& profile,
                                const ScheduleOptions& options,
                                const std::function<void(const ScheduleProgress&)>& progress) {
  Search search{subject, script, profile, options};
  return options.random ? search.random(progress) : search.every(progress);
}

ScheduleReplay replay_schedule(Restorable& subject, const Script& script, const Profile& profile) {
  return Search{subject, script, profile, {}}.replay();
}

}  // namespace procreg::harness
