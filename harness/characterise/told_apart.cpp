#include "harness/characterise/told_apart.h"

#include <algorithm>

#include "harness/judge/candidate.h"
#include "harness/judge/trial.h"
#include "harness/search/shrink.h"

namespace procreg::harness {

namespace {

ForeignAnswer as_a_subject(const Step& step, const model::Ruling& ruling) {
  ForeignAnswer answer{ruling.answer, {}, {ruling.restarted.begin(), ruling.restarted.end()}};
  if (can_restart(step)) {
    answer.answer.made = 0;
    answer.answer.out = {};
  }
  return answer;
}

// The model under a profile of its own, whatever it is told.
class ModelSubject final : public Subject {
 public:
  explicit ModelSubject(const Profile& profile) : profile_{profile} {}
  std::string_view name() const override { return "model"; }
  void reset(const WorldSpec& world, const Tables& tables, const Profile&) override {
    system_.reset();
    system_ = std::make_unique<model::System>(world, tables, profile_);
  }
  Answer perform(const Step& step) override { return system_->perform(step).answer; }
  bool snapshot(SnapshotWords& words) override {
    system_->snapshot(words);
    return true;
  }

 private:
  Profile profile_;
  std::unique_ptr<model::System> system_{};
};

Script up_to(const Script& script, std::size_t step) {
  Script part = script;
  part.steps.resize(step + 1);
  part.expectations.clear();
  part.lines.clear();
  part.profiles.clear();
  return part;
}

}  // namespace

std::optional<std::size_t> told_apart(const Script& script, const Profile& a, const Profile& b, bool snapshots) {
  Candidate left{script, Possible::exactly(a)};
  Candidate right{script, Possible::exactly(b)};
  SnapshotWords shown_left, shown_right;
  for (std::size_t i = 0; i < script.steps.size(); ++i) {
    const Step& step = script.steps[i];
    left.perform(step);
    right.perform(step);
    if (answers_differ(step, left.ruling(), as_a_subject(step, right.ruling()))) return i;
    if (snapshots && (left.ruling().changed || right.ruling().changed)) {
      shown_left.clear();
      shown_right.clear();
      left.snapshot(shown_left);
      right.snapshot(shown_right);
      if (shown_left != shown_right) return i;
    }
    left.keep();
    right.keep();
  }
  return std::nullopt;
}

Pool::Pool(const std::vector<Script>& scripts, const Abilities& abilities) : snapshots_{abilities.snapshot} {
  for (const Script& script : scripts)
    if (what_it_lacks(abilities, script).empty()) scripts_.push_back(script);
  std::stable_sort(scripts_.begin(), scripts_.end(),
                   [](const Script& x, const Script& y) { return x.steps.size() < y.steps.size(); });
  asked_.resize(scripts_.size(), Asked{}.set());
}

Pool::Asked Pool::asked_by(const Script& script, const Profile& profile) {
  model::System system{script.world, script.tables, profile};
  Bindings names;
  names.clear(script.names.size());
  names.bind_world(script.world);
  for (const Step& step : script.steps) names.bind_all(step, system.perform(names.resolve(step)));
  Asked asked;
  const auto taken = system.options_taken();
  for (std::size_t choice = 0; choice < choice_count; ++choice) asked[choice] = taken[choice] != 0;
  return asked;
}

// A script that asked for none of the choices in which the profiles differ goes on as it did.
void Pool::look(const Profile& profile) {
  Asked differs;
  for (std::size_t choice = 0; choice < choice_count; ++choice)
    differs[choice] = !looked_ || looked_->option[choice] != profile.option[choice];
  for (std::size_t i = 0; i < scripts_.size(); ++i)
    if ((asked_[i] & differs).any()) asked_[i] = asked_by(scripts_[i], profile);
  looked_ = profile;
}

std::optional<Pool::Found> Pool::find(const Profile& a, const Profile& b, std::size_t choice,
                                      const std::vector<bool>& spent) {
  look(a);
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    if (!asked_[i][choice] || spent[i]) continue;
    if (const auto step = told_apart(scripts_[i], a, b, snapshots_)) return Found{&scripts_[i], i, *step};
  }
  return std::nullopt;
}

Script shortest(const Script& script, std::size_t step, const Profile& a, const Profile& b,
                const Abilities& abilities) {
  constexpr std::size_t tries = 2000;
  const Script part = up_to(script, step);
  ModelSubject other{b};
  Lockstep lockstep{other, {.snapshots = abilities.snapshot}};
  Coverage unused;
  const Outcome outcome = lockstep.run(part, a, unused);
  if (!outcome.divergence) return part;
  Shrunk shrunk = shrink(part, a, other, *outcome.divergence, {.runs_max = tries, .snapshots = abilities.snapshot});
  shrunk.script.profiles.clear();
  // The shrinker knows nothing of what a subject can perform, and takes another id for a difference.
  const bool good = what_it_lacks(abilities, shrunk.script).empty() &&
                    told_apart(shrunk.script, a, b, abilities.snapshot).has_value();
  return good ? shrunk.script : part;
}

}  // namespace procreg::harness
