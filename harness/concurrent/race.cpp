#include "harness/concurrent/race.h"

#include <algorithm>

#include "harness/concurrent/record.h"
#include "harness/search/repair.h"
#include "model/system.h"

namespace procreg::harness {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t rounds_between_progress = 64;

// Races scripts on one subject.
class Track {
 public:
  Track(const RacedSubjectFactory& subject, std::size_t threads, std::chrono::milliseconds limit)
      : held_{std::make_shared<Held>(Held{subject(), {}})}, racers_{threads}, limit_{limit} {}

  // One round of the script. Where the steps before the race go wrong already, they are the history, on one thread.
  RecordedRace run(const Script& script, std::uint64_t pauses) {
    RecordedRace race{script, {}, {}};
    held_->tables = script.tables;
    const Profile& profile = profile_of(race);
    subject().reset(script.world, held_->tables, profile);
    Bindings bindings;
    if (!prepare(race, profile, bindings)) return race;
    Recorded recorded = racers_.race({held_, held_->subject.get()}, script.parallel, bindings, {pauses}, limit_);
    race.history = std::move(recorded.history);
    stuck_ = recorded.stuck;
    if (SnapshotWords words; !stuck_ && subject().snapshot(words)) race.end = std::move(words);
    return race;
  }

  bool stuck() const { return stuck_; }

 private:
  // Threads that are stuck keep it.
  struct Held {
    std::unique_ptr<Subject> subject;
    Tables tables;
  };
  Subject& subject() { return *held_->subject; }

  bool prepare(RecordedRace& race, const Profile& profile, Bindings& bindings) {
    model::System model{race.script.world, held_->tables, profile};
    bindings.clear(race.script.names.size());
    bindings.bind_world(race.script.world);
    History history;
    for (const Step& step : race.script.steps) {
      const Step resolved = bindings.resolve(step);
      const Answer answer = subject().perform(resolved);
      history.push_back({0, resolved, answer, 2 * history.size(), 2 * history.size() + 1});
      const model::Ruling& ruling = model.perform(resolved);
      bindings.bind_all(step, ruling);
      if (ruling.answer == answer) continue;
      race.script.parallel = {race.script.steps};
      race.script.steps.clear();
      race.script.expectations.clear();
      race.history = std::move(history);
      return false;
    }
    return true;
  }

  std::shared_ptr<Held> held_;
  Racers racers_;
  std::chrono::milliseconds limit_;
  bool stuck_{};
};

// Candidates with one thread, one step of a thread, or one step before the race less, the largest cuts first.
std::vector<Script> smaller_scripts(const Script& script) {
  std::vector<Script> out;
  for (std::size_t thread = 0; thread < script.parallel.size() && script.parallel.size() > 2; ++thread) {
    out.push_back(script);
    out.back().parallel.erase(out.back().parallel.begin() + static_cast<std::ptrdiff_t>(thread));
  }
  for (std::size_t thread = 0; thread < script.parallel.size(); ++thread)
    for (std::size_t step = 0; step < script.parallel[thread].size() && script.parallel[thread].size() > 1; ++step) {
      out.push_back(script);
      auto& steps = out.back().parallel[thread];
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(step));
    }
  for (std::size_t step = 0; step < script.steps.size(); ++step) {
    out.push_back(script);
    out.back().steps.erase(out.back().steps.begin() + static_cast<std::ptrdiff_t>(step));
  }
  for (Script& candidate : out) {
    candidate.expectations.clear();
    candidate.schedule.clear();
    repair(candidate, true);
  }
  return out;
}

std::size_t size_of(const RecordedRace& race) { return race.history.size() + race.script.steps.size(); }

class Race {
 public:
  Race(const RacedSubjectFactory& subject, const RaceOptions& options,
       const std::function<void(const RaceProgress&)>& progress, const std::atomic<bool>* stop)
      : options_{options},
        progress_{progress},
        stop_{stop},
        threads_{options.script ? options.script->parallel.size() : options.shape.threads},
        track_{subject, threads_, options.round_limit} {}

  RaceResult run() {
    for (std::uint64_t round = options_.shard; goes_on(round); round += options_.shards) {
      one(round);
      if (++rounds_ % rounds_between_progress == 0) tell_progress();
    }
    tell_progress();
    result_.verdict = verdict();
    return std::move(result_);
  }

 private:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
  }
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  bool goes_on(std::uint64_t round) {
    result_.interrupted = stopped();
    return !result_.interrupted && !result_.failure && (!options_.rounds || round < *options_.rounds) &&
           (!options_.time || elapsed() < *options_.time);
  }
  void tell_progress() const {
    if (progress_) progress_({rounds_, result_.counts.operations, elapsed()});
  }

  Verdict verdict() const {
    if (result_.failure) return result_.failure->stuck ? Verdict::failed : Verdict::diverges;
    if (result_.interrupted || result_.counts.ran_out > 0) return Verdict::undecided;
    if (result_.counts.operations == 0) return Verdict::nothing_ran;
    return result_.counts.overlapping == 0 ? Verdict::undecided : Verdict::conforms;
  }

  LinearizeLimits limits() const {
    return {.bytes_max = options_.judging_bytes, .deadline = Clock::now() + options_.judging_time, .stop = stop_};
  }

  void one(std::uint64_t round) {
    source_.begin_script(options_.seed, round);
    RecordedRace race = track_.run(options_.script ? *options_.script : draw_race(source_, options_.shape), round + 1);
    result_.counts.operations += race.history.size();
    result_.counts.overlapping += overlapping(race.history);
    if (track_.stuck()) return found_stuck(std::move(race), round);
    ++result_.counts.histories;
    switch (judge(race, limits()).verdict) {
      case Linearizable::yes:
        ++result_.counts.linearizable;
        break;
      case Linearizable::ran_out:
        ++result_.counts.ran_out;
        break;
      case Linearizable::no:
        ++result_.counts.violations;
        found(std::move(race), round);
        break;
    }
  }

  void found_stuck(RecordedRace race, std::uint64_t round) {
    RaceFailure failure;
    failure.round = round;
    failure.operations = race.history.size();
    failure.stuck = true;
    failure.race = std::move(race);
    result_.failure = std::move(failure);
  }

  void found(RecordedRace race, std::uint64_t round) {
    RaceFailure failure;
    failure.round = round;
    failure.operations = race.history.size();
    failure.race = cut_down(std::move(race), limits());
    race_again(failure);
    failure.why = explain(failure.race, judge(failure.race, limits()));
    result_.failure = std::move(failure);
  }

  // Smaller scripts raced for some time, in the hope that one of them goes wrong too. What is kept is a history that
  // really happened, so it need not come again.
  void race_again(RaceFailure& failure) {
    const Clock::time_point until = Clock::now() + options_.shrinking_time;
    const auto over = [&] { return stopped() || track_.stuck() || Clock::now() >= until; };
    bool smaller = true;
    while (smaller && !over()) {
      smaller = false;
      for (const Script& candidate : smaller_scripts(failure.race.script)) {
        if (over() || (smaller = goes_wrong(candidate, failure, over))) break;
      }
    }
  }

  template <class Over>
  bool goes_wrong(const Script& candidate, RaceFailure& failure, const Over& over) {
    constexpr int rounds_each = 300;
    for (int i = 0; i < rounds_each && !over(); ++i) {
      RecordedRace again = track_.run(candidate, ++failure.raced_again);
      if (track_.stuck() || judge(again, limits()).verdict != Linearizable::no) continue;
      again = cut_down(std::move(again), limits());
      if (size_of(again) >= size_of(failure.race)) continue;
      failure.race = std::move(again);
      return true;
    }
    return false;
  }

  const RaceOptions& options_;
  const std::function<void(const RaceProgress&)>& progress_;
  const std::atomic<bool>* stop_;
  std::size_t threads_;
  Track track_;
  Clock::time_point begun_{Clock::now()};
  SeededSource source_{0, 0};
  std::uint64_t rounds_{};
  RaceResult result_{};
};

}  // namespace

RaceResult race(const RacedSubjectFactory& subject, const RaceOptions& options,
                const std::function<void(const RaceProgress&)>& progress, const std::atomic<bool>* stop) {
  return Race{subject, options, progress, stop}.run();
}

}  // namespace procreg::harness
