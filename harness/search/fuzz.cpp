#include "harness/search/fuzz.h"

#include <algorithm>

#include "harness/generate/generate.h"
#include "harness/scenario/files.h"
#include "harness/search/saved.h"

namespace procreg::harness {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t scripts_between_progress = 256;

class Fuzz {
 public:
  Fuzz(Subject& subject, const FuzzOptions& options, const std::function<void(const FuzzProgress&)>& progress,
       const std::atomic<bool>* stop)
      : subject_{subject},
        options_{options},
        progress_{progress},
        stop_{stop},
        lockstep_{subject, {options.snapshots, options.spoiled}} {}

  FuzzResult run() {
    try_saved();
    for (std::uint64_t script = options_.shard; goes_on(); script += options_.shards) {
      run_script(script);
      ++result_.scripts;
      if (result_.scripts % scripts_between_progress == 0) tell_progress();
    }
    tell_progress();
    result_.fingerprint = lockstep_.fingerprint();
    result_.verdict = verdict();
    return std::move(result_);
  }

 private:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
  }
  bool within_steps() const { return !options_.steps || result_.steps < *options_.steps; }
  bool within_time() const { return !options_.time || elapsed() < *options_.time; }

  bool goes_on() {
    result_.interrupted = stop_ != nullptr && stop_->load();
    return !result_.interrupted && result_.failures.size() < options_.failures_max && within_steps() && within_time();
  }

  Verdict verdict() const {
    if (!result_.failures.empty()) return Verdict::diverges;
    if (result_.interrupted) return Verdict::undecided;
    return result_.steps == 0 ? Verdict::nothing_ran : Verdict::conforms;
  }

  void tell_progress() const {
    if (progress_) progress_({result_.scripts, result_.steps, elapsed(), result_.coverage, result_.failures.size()});
  }

  void try_saved() {
    if (options_.save.empty()) return;
    SavedFailures saved = read_saved(options_.save);
    result_.problems = std::move(saved.problems);
    for (Script& script : saved.scripts) try_saved(script);
  }

  void try_saved(Script& script) {
    for (const auto& [label, profile] : profiles_of(script)) {
      Coverage unused;
      Lockstep lockstep{subject_, {options_.snapshots, options_.spoiled}};
      Outcome outcome = lockstep.run(script, profile, unused);
      if (!outcome.divergence) continue;
      FuzzFailure failure;
      failure.profile = profile;
      failure.divergence = std::move(*outcome.divergence);
      failure.text = write_script(script);
      failure.file = script.file;
      failure.steps_before = script.steps.size();
      failure.script = std::move(script);
      result_.failures.push_back(std::move(failure));
      return;
    }
  }

  // At least one step, else a run would never end; at most as many as there can be names.
  std::uint32_t steps_per_script() const { return std::clamp(options_.steps_per_script, 1U, 60'000U); }

  void run_script(std::uint64_t number) {
    source_.begin_script(options_.seed, number);
    generate_world(source_, steps_per_script(), world_, names_);
    lockstep_.begin(world_.world, generated_tables(), names_.room(), world_.profile);
    steps_.clear();
    std::optional<Divergence> divergence;
    while (!divergence && steps_.size() < steps_per_script() && within_steps() && alive(lockstep_.model().state())) {
      source_.begin(steps_.size() + 1);
      steps_.push_back(generate(source_, {lockstep_.model().state(), lockstep_.bindings(), world_.swarm, names_}));
      divergence = lockstep_.step(steps_.back(), result_.coverage);
      ++result_.steps;
    }
    lockstep_.note_options(result_.coverage);
    if (divergence && is_new(*divergence)) found(number, std::move(*divergence));
  }

  // A failure under a profile of its own is not the end of the search for the same one under a predefined profile.
  bool is_new(const Divergence& divergence) const {
    const bool own = !is_predefined(world_.profile);
    return std::none_of(result_.failures.begin(), result_.failures.end(), [&](const FuzzFailure& known) {
      return same_failure(known.divergence, divergence) && (own || is_predefined(known.profile));
    });
  }
  static bool is_predefined(const Profile& profile) {
    return profile == documented_profile() || profile == windows11_profile();
  }

  void found(std::uint64_t number, Divergence divergence) {
    FuzzFailure failure;
    failure.found_in = number;
    failure.found_at = result_.steps;
    failure.steps_before = steps_.size();
    Script script = script_of(world_, names_, steps_);
    if (options_.shrinks) {
      Shrunk shrunk = shrink(script, world_.profile, subject_, divergence,
                             {options_.shrink_runs_max, stop_, options_.snapshots, options_.spoiled});
      failure.script = std::move(shrunk.script);
      failure.profile = shrunk.profile;
      failure.divergence = std::move(shrunk.divergence);
      failure.finished = shrunk.finished;
    } else {
      failure.script = std::move(script);
      failure.profile = world_.profile;
      failure.divergence = std::move(divergence);
    }
    failure.text = write_script(failure.script);
    if (!options_.save.empty()) save(failure);
    result_.failures.push_back(std::move(failure));
  }

  void save(FuzzFailure& failure) {
    const Saved saved = save_failure(options_.save, failure.divergence, failure.text);
    failure.file = saved.file;
    if (!saved.problem.empty()) result_.problems.push_back(saved.problem);
  }

  Subject& subject_;
  const FuzzOptions& options_;
  const std::function<void(const FuzzProgress&)>& progress_;
  const std::atomic<bool>* stop_;
  Lockstep lockstep_;
  Clock::time_point begun_{Clock::now()};
  SeededSource source_{0, 0};
  GeneratedWorld world_{};
  NameBook names_{};
  std::vector<Step> steps_{};
  FuzzResult result_{};
};

}  // namespace

FuzzResult fuzz(Subject& subject, const FuzzOptions& options, const std::function<void(const FuzzProgress&)>& progress,
                const std::atomic<bool>* stop) {
  return Fuzz{subject, options, progress, stop}.run();
}

}  // namespace procreg::harness
