#include "harness/failover/table.h"

#include <algorithm>

namespace procreg::harness {
namespace {

constexpr std::size_t told_every = 4096;

}  // namespace

std::string fate_of_first(const FailoverOutcome& outcome) {
  if (outcome.write == Result{NtStatus::STATUS_SUCCESS}) return "kept";
  if (outcome.write == Result{NtStatus::STATUS_FILE_CLOSED}) return "closed";
  return text(outcome.write);
}

FailoverRunner::FailoverRunner(Subject& subject, Coverage& coverage)
    : subject_{subject}, coverage_{coverage}, lockstep_{subject, {.snapshots = false}} {}

bool FailoverRunner::run(const Combination& combination) {
  const Script& script = scripts_.of(combination);
  if (agrees(script)) {
    note();
    return true;
  }
  tell(combination, script);
  return false;
}

bool FailoverRunner::agrees(const Script& script) {
  lockstep_.begin(script.world, script.tables, script.names.size(), script.profiles.front().profile);
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    ++run_.steps;
    if (auto divergence = lockstep_.step(script.steps[i], coverage_)) {
      seen_ = std::move(*divergence);
      return false;
    }
    if (i == FailoverScripts::second_create(script)) look_at_second_create();
  }
  outcome_.write = lockstep_.ruling().answer.result;
  lockstep_.note_options(coverage_);
  return snapshots_agree(script);
}

void FailoverRunner::look_at_second_create() {
  const model::Ruling& ruling = lockstep_.ruling();
  outcome_.second = ruling.answer.result;
  outcome_.decided = ruling.decided;
  applied_.reset();
  for (const Clause clause : ruling.applied) applied_[clause.index()] = true;
}

bool FailoverRunner::snapshots_agree(const Script& script) {
  model_words_.clear();
  subject_words_.clear();
  lockstep_.model().snapshot(model_words_);
  if (!subject_.snapshot(subject_words_) || model_words_ == subject_words_) return true;
  seen_ = {.step = script.steps.size() - 1,
           .what = Difference::snapshot,
           .resolved = lockstep_.bindings().resolve(script.steps.back()),
           .model = lockstep_.ruling().answer,
           .subject = lockstep_.subject_answer(),
           .decided = lockstep_.ruling().decided,
           .model_after = model_words_,
           .subject_after = subject_words_};
  return false;
}

void FailoverRunner::note() {
  FailoverTable& table = run_.table;
  const auto known = std::find(table.outcomes.begin(), table.outcomes.end(), outcome_);
  const auto outcome = static_cast<std::uint8_t>(known - table.outcomes.begin());
  if (known == table.outcomes.end()) table.outcomes.push_back(outcome_);
  const auto [place, is_new] = places_.emplace(applied_, static_cast<std::uint16_t>(table.applied.size()));
  if (is_new) table.applied.push_back(applied_);
  table.entries.push_back({outcome, place->second});
}

// Once more, with snapshots after every step: that says where they part, if they do so again.
void FailoverRunner::tell(const Combination& combination, const Script& script) {
  Lockstep closer{subject_};
  Outcome seen = closer.run(script, script.profiles.front().profile, coverage_);
  run_.steps += seen.steps;
  run_.difference = {combination, script, seen.divergence.value_or(std::move(seen_))};
}

FailoverRun run_every_combination(Subject& subject, Coverage& coverage,
                                  const std::function<void(std::size_t done)>& watch) {
  FailoverRunner runner{subject, coverage};
  for (std::size_t number = 0; number < combination_count(); ++number) {
    if (watch && number % told_every == 0) watch(number);
    if (!runner.run(combination_at(number))) break;
  }
  return std::move(runner).finish();
}

}  // namespace procreg::harness
