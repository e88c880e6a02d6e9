#include "harness/concurrent/recorded_race.h"

#include <algorithm>

#include "harness/concurrent/model_specification.h"
#include "harness/scenario/files.h"
#include "model/system.h"

namespace procreg::harness {

namespace {

HistoryWorld world_of(const RecordedRace& race, const model::State& begin) {
  return {begin, race.script.tables, profile_of(race), race.end ? &*race.end : nullptr};
}

bool has_no_order(const RecordedRace& race, const LinearizeLimits& limits) {
  return judge(race, limits).verdict == Linearizable::no;
}

std::vector<std::uint64_t> returns_of(const History& history) {
  std::vector<std::uint64_t> returns;
  for (const Operation& operation : history)
    if (operation.answer) returns.push_back(operation.returned);
  std::sort(returns.begin(), returns.end());
  return returns;
}

// All that had been called, and the answers that had been given, when the return at `last` had happened.
History beginning(const History& history, std::uint64_t last) {
  History out;
  for (const Operation& operation : history) {
    if (operation.called > last) continue;
    out.push_back(operation);
    if (operation.answer && operation.returned > last) out.back().answer.reset();
  }
  return out;
}

// `parallel` as the threads of the history performed it; threads without operations go, and a schedule, which counts
// what they did.
void fit_script(RecordedRace& race) {
  std::vector<std::vector<Step>> parallel;
  std::vector<std::size_t> place(race.script.parallel.size(), race.history.size());
  for (std::size_t thread = 0; thread < place.size(); ++thread) {
    std::vector<Step> steps;
    for (const Operation& operation : race.history)
      if (operation.thread == thread) steps.push_back(operation.step);
    if (steps.empty()) continue;
    place[thread] = parallel.size();
    parallel.push_back(std::move(steps));
  }
  for (Operation& operation : race.history) operation.thread = static_cast<std::uint16_t>(place[operation.thread]);
  race.script.parallel = std::move(parallel);
  race.script.schedule.clear();
}

void cut_end(RecordedRace& race, const LinearizeLimits& limits) {
  if (!race.end) return;
  RecordedRace without = race;
  without.end.reset();
  if (has_no_order(without, limits)) race.end.reset();
}

// The first return up to which there is no order, by bisection: what has none keeps none when more is added.
void cut_later(RecordedRace& race, const LinearizeLimits& limits) {
  const std::vector<std::uint64_t> returns = returns_of(race.history);
  RecordedRace shorter = race;
  const auto first = std::partition_point(returns.begin(), returns.end(), [&](std::uint64_t last) {
    shorter.history = beginning(race.history, last);
    return !has_no_order(shorter, limits);
  });
  if (first != returns.end()) race.history = beginning(race.history, *first);
}

void cut_parts(RecordedRace& race, const LinearizeLimits& limits) {
  const Prepared begun = prepared(race.script, profile_of(race));
  ModelSpecification specification{world_of(race, begun.state), race.history};
  const Linearization refused = linearize(specification, intervals_of(race.history), limits);
  if (refused.verdict != Linearizable::no) return;
  History part;
  for (const std::uint32_t operation : specification.parts()[refused.failed_part])
    part.push_back(race.history[operation]);
  race.history = std::move(part);
}

// One order for all parts: of those that come next in their parts, the one that was called first.
std::vector<std::uint32_t> merged(const History& history, const std::vector<std::vector<std::uint32_t>>& orders) {
  std::vector<std::uint32_t> out;
  std::vector<std::size_t> next(orders.size());
  while (true) {
    std::optional<std::size_t> first;
    for (std::size_t part = 0; part < orders.size(); ++part) {
      const auto called = [&](std::size_t of) { return history[orders[of][next[of]]].called; };
      if (next[part] < orders[part].size() && (!first || called(part) < called(*first))) first = part;
    }
    if (!first) return out;
    out.push_back(orders[*first][next[*first]++]);
  }
}

model::State after(ModelSpecification& specification, model::State state, std::span<const std::uint32_t> order) {
  model::State next;
  for (const std::uint32_t operation : order) {
    specification.apply(state, operation, next);
    std::swap(state, next);
  }
  return state;
}

// How the end of some order of the answers differs from that of the subject.
std::vector<std::string> differences_of_ends(const RecordedRace& race, const model::State& begin) {
  RecordedRace without = race;
  without.end.reset();
  const Linearization answers = judge(without);
  if (answers.verdict != Linearizable::yes) return {};
  ModelSpecification specification{world_of(without, begin), without.history};
  const model::State state = after(specification, begin, merged(race.history, answers.orders));
  SnapshotWords words;
  model::snapshot_of(state, race.script.tables, words);
  return snapshot_differences(race.script, words, *race.end);
}

}  // namespace

const Profile& profile_of(const RecordedRace& race) { return race.script.profiles.front().profile; }

Prepared prepared(const Script& script, const Profile& profile) {
  model::System model{script.world, script.tables, profile};
  Bindings bindings;
  bindings.clear(script.names.size());
  bindings.bind_world(script.world);
  for (const Step& step : script.steps) bindings.bind_all(step, model.perform(bindings.resolve(step)));
  return {model.state(), std::move(bindings)};
}

Linearization judge(const RecordedRace& race, const LinearizeLimits& limits) {
  const Prepared begun = prepared(race.script, profile_of(race));
  return linearize(world_of(race, begun.state), race.history, limits);
}

RecordedRace cut_down(RecordedRace race, const LinearizeLimits& limits) {
  if (!has_no_order(race, limits)) return race;
  cut_end(race, limits);
  if (race.end) return race;  // it is the end of the whole history
  cut_later(race, limits);
  cut_parts(race, limits);
  fit_script(race);
  return race;
}

Explanation explain(const RecordedRace& race, const Linearization& result) {
  Explanation out{.verdict = result.verdict};
  if (result.verdict != Linearizable::no) {
    if (result.verdict == Linearizable::yes) out.ordered = merged(race.history, result.orders);
    return out;
  }
  const Prepared begun = prepared(race.script, profile_of(race));
  ModelSpecification specification{world_of(race, begun.state), race.history};
  out.ordered = result.orders[result.failed_part];
  const model::State state = after(specification, begun.state, out.ordered);
  for (const std::uint32_t operation : result.stuck) {
    const model::Ruling ruling = specification.ruling(state, operation);
    out.stuck.push_back({operation, ruling.answer, ruling.decided, {ruling.applied.begin(), ruling.applied.end()}});
  }
  if (result.stuck.empty() && race.end) out.differences = differences_of_ends(race, begun.state);
  return out;
}

}  // namespace procreg::harness
