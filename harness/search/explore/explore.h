// Every script up to a depth, or until nothing new is left: breadth first over the states of the model, each step also
// performed on the implementation and compared.
//
// States are told apart by 64-bit digests, so two may be taken for one: ExploreResult::one_in bounds how likely that is. Each
// state of the model is checked along the one path by which it was found first: what the implementation hides (the order of
// free lists, say) may differ on other paths to it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/coverage/coverage.h"
#include "harness/lockstep/lockstep.h"
#include "harness/search/explore/alphabet.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

using RestorableFactory = std::function<std::unique_ptr<Restorable>()>;

struct ExploreOptions {
  // The root: a world, and steps performed in it first (with names, as in a script).
  WorldSpec world{};
  Tables tables{};
  Names names{{"main", {}}};
  std::vector<Step> before{};

  AlphabetOptions alphabet{};
  // A choice whose option is unknown is forked where a step first asks for it; each of its options is gone on with.
  Profile profile{documented_profile()};
  bool folds{};                          // states that differ by an exchange of what no step tells apart are one
  std::optional<std::uint32_t> depth{};  // steps of a script; without it until nothing new is left
  RestorableFactory subject{};           // empty: the model alone
  Clause spoiled{};                      // of the model

  unsigned workers{1};
  // Bounds: the run ends undecided at the first that is met.
  std::uint64_t states_max{~std::uint64_t{0}};
  std::uint64_t bytes_max{~std::uint64_t{0}};  // of what is kept of states
  std::optional<std::chrono::milliseconds> time{};
  // Every shard goes through all states of the model; shard `shard` of `shards`, from 0, performs the steps of its share of
  // the states on the subject.
  std::uint64_t shard{0};
  std::uint64_t shards{1};
};

// `documented`, with every covered choice unknown.
Profile any_profile();

struct ExploreProgress {
  std::uint64_t states{};
  std::uint64_t transitions{};
  std::uint32_t depth{};    // of the states that steps are being taken from
  std::uint64_t waiting{};  // states found of which no step has been taken
  std::uint64_t bytes{};
  std::chrono::milliseconds elapsed{};
};

struct ExploreFailure {
  Script script{};  // the steps before, then the fewest that diverge
  Profile profile{};
  Divergence divergence{};
};

struct ExploreResult {
  Verdict verdict{Verdict::nothing_ran};
  bool closed{};                // no step leads to a state that is not there
  std::uint64_t states{};       // distinct, the root included
  std::uint64_t transitions{};  // steps taken; one that is refused is one
  std::uint32_t depth{};        // the most steps that a state needs
  std::uint64_t digest{};       // of the set of states
  std::uint64_t bytes{};        // kept of states: digests, and how each was found
  std::uint64_t one_in{};       // two states were taken for one with a probability of at most one in this
  Coverage coverage{};
  // Of this shard's share; the sums over all shards are those of a run without shards.
  std::uint64_t share_states{};
  std::uint64_t share_transitions{};
  std::uint64_t share_digest{};
  std::uint64_t checked{};  // steps performed on the subject
  std::size_t profiles{1};  // combinations of options gone on with
  std::string bound{};      // which bound was met: "states", "memory", "time", "interrupted", ""
  std::optional<ExploreFailure> failure{};
  std::string problem{};  // what went wrong in the explorer itself; the verdict is then `failed`
};

// `progress`, if any, is called now and then from one of the threads. `stop`, if any, ends the run soon after it is set. All
// but `coverage.performed` of a run that ends early is the same for any number of workers.
ExploreResult explore(const ExploreOptions& options, const std::function<void(const ExploreProgress&)>& progress = {},
                      const std::atomic<bool>* stop = nullptr);

}  // namespace procreg::harness
