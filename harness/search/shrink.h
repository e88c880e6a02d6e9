// The smallest scenario that fails in the same way, in normal form: the same fault gives the same file, whoever found
// it.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

struct ShrinkOptions {
  std::size_t runs_max{300'000};    // of a script on model and subject
  const std::atomic<bool>* stop{};  // set by another thread or a signal: the best so far is kept
  bool snapshots{true};             // as in the run that failed
  Clause spoiled{};                 // of the model, as in the run that failed
};

struct Shrunk {
  Script script{};          // one profile, or none when it fails so under both predefined ones
  Profile profile{};        // one under which it fails
  Divergence divergence{};  // of the shrunk script under that profile, at its last step
  std::size_t runs{};
  // No part of it can be left out or made simpler by itself: every step is needed. False when stopped or out of runs.
  bool finished{};
};

// `failure` is what `script` runs into under `profile`; a script that does not fail so is returned as it is. What steps
// expect is kept for Difference::expectation, and then of the failing step only.
// A script with a parallel part is returned as it is.
Shrunk shrink(const Script& script, const Profile& profile, Subject& subject, const Divergence& failure,
              const ShrinkOptions& options = {});

// The stable name of a saved failure: "wer-ap-11-result-1a2b3c4d.json", from the deciding clause, what differed and the
// text.
std::string failure_file_name(const Divergence& divergence, const std::string& text);

}  // namespace procreg::harness
