#include "harness/search/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/generate/world.h"
#include "harness/lockstep/fingerprint.h"
#include "harness/search/least.h"
#include "harness/search/repair.h"
#include "harness/search/rewrite.h"
#include "harness/search/simpler.h"

namespace procreg::harness {

namespace {

constexpr std::size_t least_steps = 2;

class Shrinker {
 public:
  Shrinker(Subject& subject, const Divergence& failure, const ShrinkOptions& options)
      : subject_{subject},
        lockstep_{subject, {options.snapshots, options.spoiled}},
        failure_{failure},
        options_{options} {}

  Shrunk run(const Script& script, const Profile& profile) {
    if (!script.parallel.empty()) return {script, profile, failure_, runs_, false};
    best_ = script;
    best_.profiles = {{profile_label(profile), profile}};
    if (!begin()) return {script, profile, failure_, runs_, false};
    do {
      settle();
    } while (take_least());
    return finish();
  }

 private:
  bool expects() const { return failure_.what == Difference::expectation; }
  bool stopped() const { return runs_ >= options_.runs_max || (options_.stop != nullptr && options_.stop->load()); }

  // Takes the script as it is, in normal form.
  bool begin() {
    if (!expects()) best_.expectations.clear();
    if (failure_.step + 1 < best_.steps.size()) best_.steps.resize(failure_.step + 1);
    Script script = best_;
    cost_ = {~std::uint64_t{0}};
    return take(std::move(script));
  }

  // Whether the candidate fails in the same way and is simpler; then it is the best. What follows the failing step is
  // cut off.
  bool take(Script candidate) {
    if (stopped()) return false;
    repair(candidate, expects());
    if (!keeps_expected_names(candidate)) return false;
    ++runs_;
    Coverage unused;
    Outcome outcome = lockstep_.run(candidate, candidate.profiles.front().profile, unused);
    if (!outcome.divergence || !same_failure(*outcome.divergence, failure_)) return false;
    candidate.steps.resize(outcome.divergence->step + 1);
    if (!candidate.expectations.empty()) keep_last_expectation(candidate);
    Cost cost_now = cost(candidate);
    // Second after the profile: whether it fails so under every predefined one. Asked only where it can matter.
    cost_now.insert(cost_now.begin() + 1, 0);
    if (!(cost_now < cost_)) return false;
    if (cost_now.front() > 0 || !fails_everywhere(candidate)) cost_now[1] = 1;
    if (!(cost_now < cost_)) return false;
    best_ = std::move(candidate);
    cost_ = std::move(cost_now);
    divergence_ = std::move(*outcome.divergence);
    return true;
  }

  static void keep_last_expectation(Script& script) {
    script.expectations.resize(script.steps.size());
    for (std::size_t i = 0; i + 1 < script.steps.size(); ++i) script.expectations[i] = {};
  }

  // The text of an expectation may use names: they must stay.
  bool keeps_expected_names(const Script& script) const {
    if (!expects()) return true;
    if (script.expectations.empty()) return false;
    const Expectation& expected = script.expectations.back();
    const std::string text = expected.out + expected.report + expected.leaves;
    return std::all_of(best_.names.begin(), best_.names.end(), [&](const GivenNameEntry& name) {
      return text.find(name.name) == std::string::npos ||
             std::find(script.names.begin(), script.names.end(), name) != script.names.end();
    });
  }

  // Until no rewriting helps.
  void settle() {
    for (Cost before; before != cost_ && !stopped();) {
      before = cost_;
      pass();
    }
  }

  // Rewritings end where every way to something simpler leads through something that is not: so every script of one or
  // two steps is tried before more than two are left.
  bool take_least() {
    if (best_.steps.size() <= least_steps || expects() || stopped()) return false;
    const Least found = least(best_, subject_, failure_,
                              {.steps_max = least_steps,
                               .runs_max = options_.runs_max - runs_,
                               .stop = options_.stop,
                               .snapshots = options_.snapshots,
                               .spoiled = options_.spoiled});
    runs_ += found.runs;
    return found.script && take(*found.script);
  }

  // Every rewriting in turn, each as often as it helps; those that take most away come first.
  void pass() {
    for (const Rewriting& rewriting : rewritings())
      while (!stopped() && rewriting(best_, [this](Script candidate) { return take(std::move(candidate)); })) {
      }
  }

  Shrunk finish() {
    const bool finished = !stopped();
    Script& script = best_;
    script.file.clear();
    script.why.clear();
    script.clauses = {std::string{divergence_.decided.id()}};
    script.name = fmt::format("{} differs at {}", name(divergence_.what), divergence_.decided.id());
    if (divergence_.decided.is_none()) script.clauses.clear();
    script.world_given = script.world != WorldSpec{} || script.names.empty() || script.names.front().name != "main";
    const Profile profile = script.profiles.front().profile;
    if (fails_everywhere(script)) script.profiles.clear();
    return {std::move(best_), profile, std::move(divergence_), runs_, finished};
  }

  bool fails_everywhere(const Script& script) {
    const auto predefined = profile_names();
    return std::all_of(predefined.begin(), predefined.end(),
                       [&](std::string_view profile) { return fails_under(script, *find_profile(profile)); });
  }
  bool fails_under(const Script& script, const Profile& profile) {
    ++runs_;
    Coverage unused;
    const Outcome outcome = lockstep_.run(script, profile, unused);
    return outcome.divergence && same_failure(*outcome.divergence, failure_) &&
           outcome.divergence->step + 1 == script.steps.size();
  }

  Subject& subject_;
  Lockstep lockstep_;
  const Divergence& failure_;
  const ShrinkOptions& options_;
  Script best_{};
  Cost cost_{};
  Divergence divergence_{};
  std::size_t runs_{};
};

}  // namespace

Shrunk shrink(const Script& script, const Profile& profile, Subject& subject, const Divergence& failure,
              const ShrinkOptions& options) {
  return Shrinker{subject, failure, options}.run(script, profile);
}

std::string failure_file_name(const Divergence& divergence, const std::string& text) {
  std::uint64_t digest = 0;
  for (const char letter : text) digest = mixed(digest, static_cast<unsigned char>(letter));
  std::string clause{divergence.decided.id()};
  std::transform(clause.begin(), clause.end(), clause.begin(),
                 [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; });
  return fmt::format("{}-{}-{:08x}.json", clause, name(divergence.what), static_cast<std::uint32_t>(digest >> 32));
}

}  // namespace procreg::harness
