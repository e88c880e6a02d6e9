#include "harness/lockstep/lockstep.h"

#include <algorithm>
#include <array>

#include "harness/lockstep/fingerprint.h"
#include "harness/scenario/files.h"

namespace procreg::harness {

namespace {

constexpr std::array<std::string_view, 7> verdicts{"conforms",       "diverges", "undecided",  "not-applicable",
                                                   "unusable-input", "failed",   "nothing-ran"};
constexpr std::array<std::string_view, 6> differences{"result", "lastError", "output",
                                                      "made",   "snapshot",  "expectation"};

std::optional<Difference> compare_answers(const Answer& model, const Answer& subject) {
  if (model == subject) [[likely]]
    return std::nullopt;
  if (model.result != subject.result) return Difference::result;
  if (model.lastError != subject.lastError) return Difference::last_error;
  if (model.made == subject.made) return Difference::output;
  return model.written == subject.written && model.out == subject.out ? Difference::made : Difference::output;
}

}  // namespace

std::string_view name(Verdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; }
std::string_view name(Difference difference) { return differences[static_cast<std::size_t>(difference)]; }

bool blames(const Divergence& divergence, Clause clause) {
  const auto& applied = divergence.applied;
  return divergence.decided == clause || std::find(applied.begin(), applied.end(), clause) != applied.end();
}

bool same_failure(const Divergence& a, const Divergence& b) { return a.what == b.what && a.decided == b.decided; }

Lockstep::Lockstep(Subject& subject, LockstepOptions options) : subject_{subject}, options_{options} {}

void Lockstep::begin(const WorldSpec& world, const Tables& tables, std::size_t names, const Profile& profile) {
  tables_ = tables;
  if (model_) {
    model_->reset(world, profile);
  } else {
    model_.emplace(world, tables_, profile);
  }
  model_->spoil(options_.spoiled);
  subject_.reset(world, tables_, profile);
  bindings_.clear(names);
  bindings_.bind_world(world);
  steps_ = 0;
  fingerprint_ = 0;
  model_words_.clear();
  if (options_.snapshots) model_->snapshot(model_words_);
}

std::optional<Divergence> Lockstep::step(const Step& step, Coverage& coverage) {
  const Step resolved = bindings_.resolve(step);
  ruling_ = &model_->perform(resolved);
  subject_answer_ = subject_.perform(resolved);
  coverage.note(*ruling_, step.index());
  note_fingerprint(ruling_->answer);
  if (const auto what = compare()) [[unlikely]]
    return diverged(*what, resolved, coverage);
  bindings_.bind_all(step, *ruling_);
  ++steps_;
  return std::nullopt;
}

std::optional<Difference> Lockstep::compare() {
  if (options_.snapshots && ruling_->changed) {
    model_words_.swap(before_);
    model_words_.clear();
    model_->snapshot(model_words_);
    fingerprint_ = mixed(fingerprint_, model_words_);
  }
  if (const auto what = compare_answers(ruling_->answer, subject_answer_)) return what;
  if (options_.snapshots && !snapshots_equal()) return Difference::snapshot;
  return std::nullopt;
}

bool Lockstep::snapshots_equal() {
  subject_words_.clear();
  return !subject_.snapshot(subject_words_) ||
         std::equal(model_words_.begin(), model_words_.end(), subject_words_.begin(), subject_words_.end());
}

void Lockstep::note_fingerprint(const Answer& answer) { fingerprint_ = mixed(fingerprint_, answer); }

Divergence Lockstep::diverged(Difference what, const Step& resolved, Coverage& coverage) {
  coverage.note_divergence(*ruling_);
  Divergence divergence;
  divergence.step = steps_;
  divergence.what = what;
  divergence.resolved = resolved;
  divergence.model = ruling_->answer;
  divergence.subject = subject_answer_;
  divergence.decided = ruling_->decided;
  divergence.applied.assign(ruling_->applied.begin(), ruling_->applied.end());
  if (options_.snapshots) divergence.before = ruling_->changed ? before_ : model_words_;
  model_->snapshot(divergence.model_after);
  if (!subject_.snapshot(divergence.subject_after)) divergence.subject_after.clear();
  return divergence;
}

Outcome Lockstep::run(const Script& script, const Profile& profile, Coverage& coverage) {
  Outcome outcome;
  if (script.steps.empty()) outcome.verdict = Verdict::nothing_ran;
  begin(script.world, script.tables, script.names.size(), profile);
  for (std::size_t i = 0; i < script.steps.size() && !outcome.divergence; ++i) {
    outcome.divergence = step(script.steps[i], coverage);
    ++outcome.steps;
    if (outcome.divergence)
      bindings_.bind_all(script.steps[i], *ruling_);  // what the step expects may name what it made
    std::string unmet_here = unmet_expectation(script, i);
    if (unmet_here.empty()) continue;
    if (!outcome.divergence)
      outcome.divergence = diverged(Difference::expectation, bindings_.resolve(script.steps[i]), coverage);
    outcome.divergence->step = i;
    outcome.divergence->expectation = std::move(unmet_here);
  }
  note_options(coverage);
  if (!outcome.divergence) return outcome;
  outcome.verdict = Verdict::diverges;
  if (!options_.snapshots) outcome.divergence->before = before(script, profile, outcome.divergence->step);
  return outcome;
}

// The steps up to a divergence once more, on the model alone.
SnapshotWords Lockstep::before(const Script& script, const Profile& profile, std::size_t step) const {
  model::System model{script.world, script.tables, profile};
  model.spoil(options_.spoiled);
  Bindings bindings;
  bindings.clear(script.names.size());
  bindings.bind_world(script.world);
  for (std::size_t i = 0; i < step; ++i)
    bindings.bind_all(script.steps[i], model.perform(bindings.resolve(script.steps[i])));
  SnapshotWords words;
  model.snapshot(words);
  return words;
}

std::string Lockstep::unmet_expectation(const Script& script, std::size_t step) {
  if (script.expectations.empty() || script.expectations[step].none()) [[likely]]
    return {};
  SnapshotWords words;
  model_->snapshot(words);
  return unmet(script, script.expectations[step], script.steps[step], ruling_->answer, words, bindings_);
}

}  // namespace procreg::harness
