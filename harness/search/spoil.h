// Each clause made wrong in turn: a suite that does not notice does not look at it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"
#include "harness/subject/subject.h"

namespace procreg::harness {

struct SpoilResult {
  Clause clause{};
  std::size_t scripts{};  // runs (script, profile) that reach the clause when nothing is spoiled
  bool noticed{};         // one of them stopped at a divergence that names the clause, as deciding or among the applied
  std::size_t script{};   // index of the script that noticed
  std::string profile{};  // under which
  Divergence divergence{};  // what it ran into
};

// One result a clause, in the order of `clauses`. A run is tried with a clause spoiled only when it reaches the clause;
// the first that notices ends the search. A script that fails without any spoiling shows nothing and is left out.
std::vector<SpoilResult> spoil_suite(std::span<const Script> scripts, std::span<const Clause> clauses,
                                     Subject& subject);

// The clauses that can be spoiled: covered by this version, of a kind that decides or shapes.
std::vector<Clause> clauses_to_spoil();

}  // namespace procreg::harness
