// How many transitions a second does exploration make, against SPIN on the same small world?
//
// Neither folds symmetries, both count a refusal as a transition that leads nowhere new, and neither time counts unless both
// have found as many states and transitions as there are. SPIN is measured in processor time of its verifier, depth first.
#include <fmt/format.h>

#include <chrono>

#include "bench/fixture.h"
#include "bench/question.h"
#include "bench/spin_peer.h"
#include "harness/search/explore/worlds.h"

namespace procreg::bench {

namespace {

using harness::ExploreOptions;
using harness::ExploreResult;

constexpr double bytes_per_state_most = 24;
constexpr std::uint32_t alike = 40;

std::optional<std::string> wrong(const ExploreResult& result, const Counts& counts) {
  if (result.verdict != harness::Verdict::conforms || !result.closed)
    return fmt::format("the exploration ended {}, {}", name(result.verdict), result.closed ? "closed" : "not closed");
  if (Counts{result.states, result.transitions} != counts)
    return fmt::format("{} states and {} transitions were explored; there are {} and {}", result.states,
                       result.transitions, counts.states, counts.transitions);
  return std::nullopt;
}

// With symmetries folded what counts of an order of pids is how many there are, and the thread of each.
Counts folded_counts(std::uint32_t pids, std::uint32_t capacity) {
  const std::uint64_t states = (std::uint64_t{2} << capacity) - 1;
  return {states, states * 3 * pids};
}

struct Exploration {
  ExploreOptions options;
  Counts counts;
  std::uint64_t items{};  // in a run
};

void measure_exploration(benchmark::State& state, const Exploration& exploration) {
  for (auto _ : state) {
    const ExploreResult result = explore(exploration.options);
    if (const auto problem = wrong(result, exploration.counts)) return state.SkipWithError(problem->c_str());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(exploration.items));
}

// Bytes in place of nanoseconds.
void measure_bytes(benchmark::State& state, const Exploration& exploration, bool limited) {
  for (auto _ : state) {
    const ExploreResult result = explore(exploration.options);
    if (const auto problem = wrong(result, exploration.counts)) return state.SkipWithError(problem->c_str());
    const double bytes = static_cast<double>(result.bytes) / static_cast<double>(result.states);
    if (limited && bytes > bytes_per_state_most)
      return state.SkipWithError(fmt::format("{:.1f} bytes are kept of a state", bytes).c_str());
    state.SetIterationTime(bytes * 1e-9);
  }
  state.SetItemsProcessed(1);
}

struct SpinPeer {
  Spin spin;
  Counts counts;
  std::uint64_t items{};
  bool bytes{};
};

void measure_spin(benchmark::State& state, const SpinPeer& peer) {
  for (auto _ : state) {
    const auto ran = peer.spin.run();
    if (const auto* problem = std::get_if<std::string>(&ran)) return state.SkipWithError(problem->c_str());
    const auto& run = std::get<SpinRun>(ran);
    if (!agrees(run, peer.counts))
      return state.SkipWithError(
          fmt::format("SPIN counted {} states and {} transitions", run.states, run.transitions).c_str());
    state.SetIterationTime(peer.bytes ? run.bytes_per_state * 1e-9 : run.processor_seconds);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(peer.items));
}

std::string add(const std::string& name, Exploration exploration, bool elapsed = false) {
  auto* const added = benchmark::RegisterBenchmark(
      name.c_str(),
      [exploration = std::move(exploration)](benchmark::State& state) { measure_exploration(state, exploration); });
  added->Iterations(1);
  if (elapsed)
    added->UseRealTime();
  else
    added->MeasureProcessCPUTime();
  return name;
}

// The verifier is made when it is first needed.
std::string add_spin(const std::string& name, const Registry& registry, std::uint64_t items,
                     const std::vector<std::string>& flags = {}, bool bytes = false) {
  auto shared = std::make_shared<Shared<SpinPeer>>();
  const auto make = [=] {
    return std::unique_ptr<SpinPeer>{new SpinPeer{Spin{registry, flags}, counts_of(registry), items, bytes}};
  };
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { measure_spin(state, shared->get(make)); })
      ->Iterations(1)
      ->UseManualTime();
  return name;
}

Exploration of_registry(const Registry& registry, bool subject, unsigned workers) {
  const Counts counts = counts_of(registry);
  Exploration exploration{harness::registry_world(registry.pids, registry.capacity), counts, counts.transitions};
  if (subject) exploration.options.subject = harness::scheduled_implementation;
  exploration.options.workers = workers;
  return exploration;
}

Exploration of_alike(std::uint32_t capacity) {
  Exploration exploration{harness::targets_world(alike, capacity), folded_counts(alike, capacity), 1};
  exploration.options.folds = true;
  return exploration;
}

}  // namespace

void ask_about_exploration(Questions& questions, Extent extent) {
  const Registry registry = extent.quick ? Registry{4, 3} : Registry{12, 5};
  const Registry eight{extent.quick ? 4U : 8U, registry.capacity};
  const auto transitions = counts_of(registry).transitions;
  const auto model = add("explore-model", of_registry(registry, false, 1));
  const auto compared = add("explore-compared", of_registry(registry, true, 1));
  const auto one = add("explore-one-worker", of_registry(registry, true, 1), true);
  const auto two = add("explore-two-workers", of_registry(registry, true, 2), true);
  const auto folded = add("explore-folded", of_alike(registry.capacity));
  benchmark::RegisterBenchmark("explore-bytes",
                               [exploration = of_registry(registry, false, 1), limited = !extent.quick](
                                   benchmark::State& state) { measure_bytes(state, exploration, limited); })
      ->Iterations(1)
      ->UseManualTime();

  const auto spin = add_spin("spin", registry, transitions);
  const auto uncompressed = add_spin("spin-uncompressed", registry, transitions, {"-DNOCOMP"});
  const auto spin_eight = add_spin("spin-eight", eight, 1);
  const auto spin_bytes = add_spin("spin-bytes", registry, 1, {}, true);

  questions.push_back({"exploration, a transition, model alone", "SPIN -O3 -DSAFETY, a transition", model, spin, 3});
  questions.push_back(
      {"exploration, a transition, implementation compared", "SPIN -O3 -DSAFETY, a transition", compared, spin, 1});
  questions.push_back({"exploration, a transition, model alone, uncompressed",
                       "SPIN with -DNOCOMP too, a transition",
                       model,
                       uncompressed,
                       {}});
  questions.push_back({"exploration, a transition, two workers", "one worker", two, one, 1.8});
  questions.push_back({fmt::format("exploration, {} interchangeable processes, folded", alike),
                       "SPIN, 8 of them, not folded", folded, spin_eight, 10});
  questions.push_back(
      {"exploration, bytes kept of a state (for ns)", "SPIN, without its hash table", "explore-bytes", spin_bytes, {}});
}

}  // namespace procreg::bench
