// The shortest failing script, by trying all short ones.
#pragma once

#include <atomic>
#include <bitset>
#include <cstddef>
#include <optional>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

struct LeastOptions {
  std::size_t steps_max{2};
  std::size_t changes{1};           // StepChoice::changes
  std::bitset<step_kinds> kinds{};  // of steps; none: all
  std::size_t runs_max{50'000};     // of a script on model and subject
  const std::atomic<bool>* stop{};
  bool snapshots{true};
  Clause spoiled{};
};

struct Least {
  std::optional<Script> script{};  // the first that fails
  // False: `runs_max` or `stop` ended the search, so that a shorter script may have been missed.
  bool complete{};
  std::size_t runs{};
};

// Breadth first over small_steps, in the world of `like` and under its first profile: the first script that fails as
// `failure` does. A script that shows the same snapshot and names as an earlier one is not continued; of a Restorable
// subject its bytes must be the same too, so that nothing hidden in it is passed over.
Least least(const Script& like, Subject& subject, const Divergence& failure, const LeastOptions& options);

}  // namespace procreg::harness
