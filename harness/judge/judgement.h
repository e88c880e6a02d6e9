// What is found of a subject that is judged: a scenario at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/coverage/coverage.h"
#include "harness/judge/possible.h"
#include "harness/lockstep/lockstep.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

enum class Finding : std::uint8_t {
  conforms,
  violates,  // a documented clause
  differs,  // from what a clause says that no page documents: a header, a measurement, other implementations, a choice of ours
  contradicts,      // takes one option of an open choice here and another one there
  not_implemented,  // the function is missing, or says so
  not_applicable,   // it cannot perform a step, or the world
  failed,           // it died, hung, flooded, talked nonsense
  undecided         // more ways to understand it than are followed
};
inline constexpr std::size_t findings = 8;
std::string_view name(Finding finding);  // "conforms", "not-implemented"

// The subject does otherwise than a clause says, or than it did elsewhere.
bool breaks_a_clause(Finding finding);

// One answer that the specification allows at a step.
struct Allowed {
  Answer answer{};  // in the model's ids
  Clause decided{};
  std::vector<Clause> applied{};
  Possible possible{};  // the profiles under which it is the answer
};

// An option that the subject takes in one place and not in another.
struct Contradiction {
  std::size_t choice{};
  std::uint8_t here{};     // options, as bits
  std::uint8_t earlier{};  // likewise
  std::string where{};     // the scenario that showed the earlier ones; "" for this one
};

// Where a scenario stopped.
struct Mismatch {
  Difference what{};
  // The answers that the specification allows, the one nearest to the profile `documented` first; never empty.
  std::vector<Allowed> allowed{};
  ForeignAnswer subject{};
  std::vector<std::string> differences{};  // of the snapshots: "/machines/...: model | subject"
  std::vector<Contradiction> contradictions{};
  // What is broken: the clause that decided, or the one that is about the last error where that alone differs.
  Clause clause() const;
  // It wrote an output though it refused, which no page forbids (specification README, 4.5).
  bool writes_when_refusing() const;
};

struct Judgement {
  Finding finding{Finding::conforms};
  std::size_t steps{};                    // judged
  std::size_t step{};                     // at which it stopped; meaningless where it did not
  std::string reason{};                   // why it stopped, where that is no mismatch
  std::optional<Stopped::Why> failure{};  // how the subject failed
  std::optional<Mismatch> mismatch{};
  Coverage coverage{};
};

// The finding where the subject answers otherwise: it violates documented clauses, and differs from others.
Finding finding_of(const Mismatch& mismatch);

}  // namespace procreg::harness
