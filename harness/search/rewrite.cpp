#include "harness/search/rewrite.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "harness/search/repair.h"
#include "harness/search/rewrite_ids.h"
#include "harness/search/rewrite_world.h"
#include "harness/search/simpler.h"
#include "harness/search/small_values.h"

namespace procreg::harness {

namespace {

using Places = std::vector<std::size_t>;  // ascending

Script without(const Script& script, const Places& places) {
  Script changed = script;
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    const auto at = static_cast<std::ptrdiff_t>(*place);
    changed.steps.erase(changed.steps.begin() + at);
    if (!changed.expectations.empty()) changed.expectations.erase(changed.expectations.begin() + at);
  }
  return changed;
}

// Long runs of steps first, then shorter ones, down to single steps; from the end, because later steps need earlier
// ones.
bool drop_runs(const Script& script, const Offer& offer) {
  const std::size_t count = script.steps.size() - 1;
  for (std::size_t length = count; length > 0; length /= 2)
    for (std::size_t end = count; end > 0; end -= std::min(end, length)) {
      Places places;
      for (std::size_t i = end - std::min(end, length); i < end; ++i) places.push_back(i);
      if (offer(without(script, places))) return true;
    }
  return false;
}

// Two or three steps that need each other: a filter that is unloaded and loaded again. Of short scripts only.
bool drop_several(const Script& script, const Offer& offer) {
  const std::size_t count = script.steps.size() - 1;
  if (count > 20) return false;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j) {
      if (offer(without(script, {i, j}))) return true;
      for (std::size_t k = j + 1; k < count && count <= 12; ++k)
        if (offer(without(script, {i, j, k}))) return true;
    }
  return false;
}

// Offers the step of a kind with default values in place of step `i`, by or for each of the processes.
bool offer_kind(const Script& script, std::size_t i, std::size_t kind, const Offer& offer) {
  for (const BoundName& name : bound_before(script, i)) {
    if (name.kind != NameKind::process) continue;
    Script changed = script;
    changed.steps[i] = steps()[kind].make();
    NameRef* const process = actor(changed.steps[i]);
    if (process != nullptr) *process = {name.base, itself_part};
    if (offer(std::move(changed))) return true;
    if (process == nullptr) return false;
  }
  return false;
}

// A step of another kind: one that comes earlier in the table, or that does the same under more profiles.
bool simpler_kinds(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    for (std::size_t kind = 0; kind < step_kinds; ++kind)
      if (offer_kind(script, i, kind, offer)) return true;
  return false;
}

bool simpler_values(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    if (each_simpler(script, i, [&](const Step& step) {
          Script changed = script;
          changed.steps[i] = step;
          return offer(std::move(changed));
        }))
      return true;
  return false;
}

// Any other step, or any of a kind, in place of step `i`. What it makes takes the name of what step `i` makes.
bool offer_any_step(const Script& script, std::size_t i, std::optional<std::size_t> kind, const Offer& offer) {
  Script named = script;
  Binds* as = binds(named.steps[i]);
  std::uint16_t made = as == nullptr ? std::uint16_t{0} : as->base;
  if (made == 0) {
    named.names.push_back({"made", {}});
    made = static_cast<std::uint16_t>(named.names.size());
  }
  for (const Step& step : small_steps(named, bound_before(named, i), made, {.kind = kind})) {
    Script changed = named;
    changed.steps[i] = step;
    if (offer(std::move(changed))) return true;
  }
  return false;
}

// Other values for all of step `i`, which stays of its kind.
bool offer_same_kind(const Script& script, std::size_t i, const Offer& offer) {
  return offer_any_step(script, i, script.steps[i].index(), offer);
}

// Other values for a step and the last one at once. Of short scripts only.
bool same_kinds(const Script& script, const Offer& offer) {
  constexpr std::size_t steps_max = 4;
  const std::size_t last = script.steps.size() - 1;
  if (script.steps.size() > steps_max) return false;
  for (std::size_t i = 0; i < last; ++i)
    if (offer_same_kind(script, i, [&](Script changed) { return offer_same_kind(changed, last, offer); })) return true;
  return false;
}

// Two processes change places as those who act, without a step or with all; the last step may refer to something else.
bool exchange_actors(const Script& script, const Offer& offer) {
  constexpr std::size_t steps_max = 8;
  const auto bases = processes_in(bound_before(script, script.steps.size()));
  if (bases.size() != 2 || script.steps.size() > steps_max) return false;
  for (std::size_t dropped = 0; dropped < script.steps.size(); ++dropped) {
    Script changed = dropped + 1 < script.steps.size() ? without(script, {dropped}) : script;
    for (Step& step : changed.steps) {
      NameRef* const process = actor(step);
      if (process == nullptr || std::holds_alternative<CreateProcess>(step)) continue;
      *process = *process == bases[0] ? bases[1] : *process == bases[1] ? bases[0] : *process;
    }
    repair(changed, true);
    if (changed.steps.empty()) continue;
    if (offer(changed) || offer_same_kind(changed, changed.steps.size() - 1, offer)) return true;
  }
  return false;
}

bool any_step(const Script& script, const Offer& offer) {
  constexpr std::size_t steps_max = 12;
  for (std::size_t i = 0; i < script.steps.size() && script.steps.size() <= steps_max; ++i)
    if (offer_any_step(script, i, {}, offer)) return true;
  return false;
}

// Any step in place of two.
bool any_step_for_two(const Script& script, const Offer& offer) {
  constexpr std::size_t steps_max = 8;
  if (script.steps.size() < 3 || script.steps.size() > steps_max) return false;
  for (std::size_t dropped = 0; dropped + 1 < script.steps.size(); ++dropped) {
    Script shorter = without(script, {dropped});
    repair(shorter, true);
    for (std::size_t i = 0; i < shorter.steps.size(); ++i)
      if (offer_any_step(shorter, i, {}, offer)) return true;
  }
  return false;
}

// A step goes if some other value becomes simpler with it: one registration less, and a capacity that is one lower.
bool drop_and_simplify(const Script& script, const Offer& offer) {
  const std::size_t count = script.steps.size() - 1;
  if (count > 12) return false;
  for (std::size_t dropped = 0; dropped < count; ++dropped) {
    Script shorter = without(script, {dropped});
    repair(shorter, true);
    if (simpler_values(shorter, offer)) return true;
  }
  return false;
}

// A value becomes simpler if only time goes on for longer: another deadline, which the next rewritings look for.
bool simplify_and_wait(const Script& script, const Offer& offer) {
  constexpr Duration long_enough{std::uint64_t{1} << 40};
  for (std::size_t waiting = 1; waiting < script.steps.size(); ++waiting) {
    if (!std::holds_alternative<AdvanceTime>(script.steps[waiting])) continue;
    Script longer = script;
    std::get<AdvanceTime>(longer.steps[waiting]).ms = long_enough;
    longer.steps.resize(waiting + 1);
    if (simpler_values(longer, offer)) return true;
  }
  return false;
}

// A step moved forward; only an order that costs less is taken.
bool reorder(const Script& script, const Offer& offer) {
  for (std::size_t to = 0; to + 1 < script.steps.size(); ++to)
    for (std::size_t from = to + 1; from + 1 < script.steps.size(); ++from) {
      Script changed = script;
      const auto at = [&changed](std::size_t i) { return changed.steps.begin() + static_cast<std::ptrdiff_t>(i); };
      std::rotate(at(to), at(from), at(from + 1));
      if (offer(std::move(changed))) return true;
    }
  return false;
}

constexpr std::array all{simpler_profile,    simpler_world,    drop_runs,         steps_for_world,   simpler_limits,
                         name_raw_ids,       name_own_handles, drop_several,      drop_runs,         merge_processes,
                         simpler_values,     simpler_kinds,    merge_ids,         exchange_ids,      exchange_guids,
                         exchange_processes, reorder,          drop_and_simplify, simplify_and_wait, end_before_reuse,
                         any_step,           any_step_for_two, exchange_actors,   same_kinds};

constexpr std::array in_place{simpler_profile,  simpler_world,   simpler_limits, name_raw_ids,
                              name_own_handles, merge_processes, simpler_values, simpler_kinds,
                              merge_ids,        exchange_ids,    exchange_guids, exchange_processes};

}  // namespace

std::span<const Rewriting> rewritings() { return all; }

std::span<const Rewriting> rewritings_in_place() { return in_place; }

}  // namespace procreg::harness
