#include "harness/search/least.h"

#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "harness/lockstep/fingerprint.h"
#include "harness/search/repair.h"
#include "harness/search/small_values.h"

namespace procreg::harness {

namespace {

class Search {
 public:
  Search(const Script& like, Subject& subject, const Divergence& failure, const LeastOptions& options)
      : lockstep_{subject, {options.snapshots, options.spoiled}},
        restorable_{dynamic_cast<const Restorable*>(&subject)},
        failure_{failure},
        options_{options},
        script_{like} {
    script_.steps.clear();
    script_.expectations.clear();
    repair(script_, false);
    world_names_ = script_.names.size();
  }

  Least run() {
    std::vector<std::vector<Step>> paths{{}};
    for (std::size_t length = 1; length <= options_.steps_max && !found_.script && !stopped(); ++length) {
      std::vector<std::vector<Step>> longer;
      for (const auto& path : paths) continue_path(path, length < options_.steps_max ? &longer : nullptr);
      paths = std::move(longer);
    }
    found_.complete = found_.script.has_value() || !stopped();
    return std::move(found_);
  }

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;

  bool stopped() const {
    return found_.runs >= options_.runs_max || (options_.stop != nullptr && options_.stop->load());
  }

  // Tries every step after the path; those that lead to something new are added to `longer`, if any.
  void continue_path(const std::vector<Step>& path, std::vector<std::vector<Step>>* longer) {
    script_.steps = path;
    script_.names.resize(world_names_ + path.size() + 1, {"made", {}});
    const BoundNames names = bound_before(script_, path.size());
    for (const Step& step :
         small_steps(script_, names, static_cast<std::uint16_t>(script_.names.size()), {.changes = options_.changes})) {
      if (found_.script || stopped()) break;
      if (!is_in_play(step)) continue;
      script_.steps.push_back(step);
      if (runs_through() && longer != nullptr && is_new()) longer->push_back(script_.steps);
      script_.steps.pop_back();
    }
  }

  // Whether the script conforms; one that fails as it should is what was looked for.
  bool runs_through() {
    ++found_.runs;
    lockstep_.begin(script_.world, script_.tables, script_.names.size(), script_.profiles.front().profile);
    for (const Step& step : script_.steps) {
      const auto divergence = lockstep_.step(step, coverage_);
      if (!divergence) continue;
      if (same_failure(*divergence, failure_)) found_.script = script_;
      return false;
    }
    return true;
  }

  bool is_new() {
    words_ = lockstep_.model_snapshot();
    for (std::size_t base = 0; base < lockstep_.bindings().size(); ++base) {
      const auto& bound = lockstep_.bindings().at(static_cast<std::uint16_t>(base));
      if (bound.is)
        words_.insert(words_.end(), {base, number(bound.process.object), number(bound.pid), number(bound.first_tid),
                                     number(bound.handle)});
    }
    if (restorable_ != nullptr) add_bytes();
    return seen_.insert({mixed(1, words_), mixed(2, words_)}).second;
  }

  void add_bytes() {
    restorable_->save(image_);
    image_.resize((image_.size() + 7) / 8 * 8);
    const std::size_t before = words_.size();
    words_.resize(before + image_.size() / 8);
    std::memcpy(words_.data() + before, image_.data(), image_.size());
  }

  bool is_in_play(const Step& step) const { return options_.kinds.none() || options_.kinds[step.index()]; }

  Lockstep lockstep_;
  const Restorable* restorable_;
  const Divergence& failure_;
  const LeastOptions& options_;
  Script script_;
  std::size_t world_names_{};
  Coverage coverage_{};
  WorldImage image_{};
  SnapshotWords words_{};
  std::set<Key> seen_{};
  Least found_{};
};

}  // namespace

Least least(const Script& like, Subject& subject, const Divergence& failure, const LeastOptions& options) {
  return Search{like, subject, failure, options}.run();
}

}  // namespace procreg::harness
