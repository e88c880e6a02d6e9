// How every combination ends, as model and subject agree on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/clause.h"
#include "api/status.h"
#include "harness/coverage/coverage.h"
#include "harness/failover/combination.h"
#include "harness/lockstep/lockstep.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

struct FailoverOutcome {
  Result second{};   // of the second create
  Result write{};    // of the write of the first client afterwards
  Clause decided{};  // the second create
  friend bool operator==(const FailoverOutcome&, const FailoverOutcome&) = default;
};
// "kept" or "closed"; for any other answer to the write that answer.
std::string fate_of_first(const FailoverOutcome& outcome);

struct FailoverTable {
  std::vector<FailoverOutcome> outcomes{};  // each once, in order of first use
  std::vector<ClauseSet> applied{};         // clauses that applied to a second create together; each set once
  struct Entry {
    std::uint8_t outcome{};  // index into outcomes
    std::uint16_t applied{};
  };
  std::vector<Entry> entries{};  // in the order of the runs; of a whole table by the number of the combination
  const FailoverOutcome& outcome_of(std::size_t number) const { return outcomes[entries[number].outcome]; }
};

// The first combination at which model and subject did not agree.
struct FailoverDifference {
  Combination combination{};
  Script script{};
  Divergence divergence{};
};

struct FailoverRun {
  FailoverTable table{};  // up to the difference
  std::uint64_t steps{};
  std::optional<FailoverDifference> difference{};
};

// Runs combinations one after another, each in lockstep from the beginning of its world: answers are compared after every step,
// snapshots after the last.
class FailoverRunner {
 public:
  FailoverRunner(Subject& subject, Coverage& coverage);
  // False where model and subject do not agree; then it has seen enough.
  bool run(const Combination& combination);
  const FailoverRun& done() const { return run_; }
  FailoverRun finish() && { return std::move(run_); }

 private:
  bool agrees(const Script& script);
  void look_at_second_create();
  bool snapshots_agree(const Script& script);
  void note();
  void tell(const Combination& combination, const Script& script);

  Subject& subject_;
  Coverage& coverage_;
  Lockstep lockstep_;
  FailoverScripts scripts_{};
  FailoverRun run_{};
  FailoverOutcome outcome_{};
  ClauseSet applied_{};
  std::unordered_map<ClauseSet, std::uint16_t> places_{};
  Divergence seen_{};  // in a run that did not agree
  SnapshotWords model_words_{};
  SnapshotWords subject_words_{};
};

// All of them. `watch` is told how many are done, every few thousand; it may be empty.
FailoverRun run_every_combination(Subject& subject, Coverage& coverage,
                                  const std::function<void(std::size_t done)>& watch = {});

}  // namespace procreg::harness
