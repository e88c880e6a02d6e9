#include "harness/search/fuzz.h"

#include <algorithm>

#include "harness/generate/generate.h"
#include "harness/lockstep/fingerprint.h"
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
    if (!options_.first) try_saved();
    std::uint64_t script = options_.first.value_or(options_.shard);
    for (; goes_on(script); script += options_.shards) {
      run_script(script);
      ++result_.scripts;
      if (result_.scripts % scripts_between_progress == 0) tell_progress();
      if (options_.checkpoint && elapsed() >= next_checkpoint_) put_by(script + options_.shards);
    }
    tell_progress();
    if (options_.checkpoint && !stopped()) put_by(script);
    result_.verdict = verdict();
    return std::move(result_);
  }

 private:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
  }
  bool stopped() const { return stop_ != nullptr && stop_->load(); }
  bool within_scripts(std::uint64_t script) const { return !options_.scripts || script < *options_.scripts; }
  bool within_steps() const { return !options_.steps || result_.steps < *options_.steps; }
  bool within_time() const { return !options_.time || elapsed() < *options_.time; }

  bool goes_on(std::uint64_t script) {
    const bool more = within_scripts(script) &&
                      result_.failures.size() + options_.known.size() < options_.failures_max && within_steps() &&
                      within_time();
    result_.interrupted = stopped();
    return more && !result_.interrupted;
  }

  // A script in which the run was stopped may have been shrunk in part only: it is done again.
  void put_by(std::uint64_t next) {
    if (stopped()) return;
    result_.verdict = verdict();
    options_.checkpoint(result_, next);
    next_checkpoint_ = elapsed() + options_.checkpoint_interval;
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
      failure.key = key_of(failure.divergence, profile);
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
    result_.fingerprint += mixed(mixed(0, number + 1), lockstep_.fingerprint());
    if (divergence && is_new(key_of(*divergence, world_.profile))) found(number, std::move(*divergence));
  }

  bool is_new(const FailureKey& key) const {
    return std::none_of(options_.known.begin(), options_.known.end(),
                        [&](const FailureKey& k) { return k.covers(key); }) &&
           std::none_of(result_.failures.begin(), result_.failures.end(),
                        [&](const FuzzFailure& known) { return known.key.covers(key); });
  }
  static FailureKey key_of(const Divergence& divergence, const Profile& profile) {
    return {divergence.what, divergence.decided, !is_predefined(profile)};
  }
  static bool is_predefined(const Profile& profile) {
    return profile == documented_profile() || profile == windows11_profile();
  }

  void found(std::uint64_t number, Divergence divergence) {
    FuzzFailure failure;
    failure.found_in = number;
    failure.steps_before = steps_.size();
    failure.key = key_of(divergence, world_.profile);
    Script script = script_of(world_, names_, steps_);
    if (options_.shrinks) {
      const ShrinkOptions shrinking{options_.shrink_runs_max, stop_, options_.snapshots, options_.spoiled};
      Shrunk shrunk = shrink(script, world_.profile, subject_, divergence, shrinking);
      failure.script = std::move(shrunk.script);
      failure.profile = shrunk.profile;
      failure.divergence = std::move(shrunk.divergence);
      failure.finished = shrunk.finished;
      failure.explanation = explained(failure.script, failure.profile, subject_, failure.divergence, shrinking);
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
  std::chrono::milliseconds next_checkpoint_{options_.checkpoint_interval};
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
