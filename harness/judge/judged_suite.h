// What a suite of scenarios found of a subject that is judged.
#pragma once

#include <string>
#include <vector>

#include "harness/judge/deviations.h"
#include "harness/judge/judge.h"
#include "harness/judge/judgement.h"
#include "harness/scenario/files.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// A scenario under a profile, or under whatever profile the subject follows.
struct JudgedScript {
  std::string file{};
  std::string profile{};             // its label; "" where the profile is not known
  Script script{};                   // with the texts that the subject answered
  std::vector<InputError> errors{};  // of a file that cannot be used
  Judgement judgement{};
  const Deviation* known{};  // this is a deviation that the user listed
};

struct JudgedSuite {
  std::string subject{};  // as on the command line
  std::string name{};     // as it calls itself; "" when it never said so
  std::string version{};
  bool profile_known{};  // one was named, or the subject follows the one it is told
  bool strict{};         // everything that differs counts
  std::vector<JudgedScript> scripts{};
  Knowledge knowledge{};
  Coverage coverage{};
  Deviations deviations{};
  std::vector<const Deviation*> held{};  // listed, and yet the clause held wherever it was looked at
  std::vector<std::string> problems{};
  std::size_t not_run{};  // scenarios left out after the subject had failed too often
  bool interrupted{};
  Verdict verdict{Verdict::nothing_ran};

  std::size_t steps() const;
};

// The verdict of one script, as a part of the suite's. With an unknown profile and not `strict` only what violates a documented clause, and
// what contradicts itself, diverges.
Verdict verdict_of(const JudgedScript& script, bool all_counts);

// The clause that a script shows to be broken; none when it shows that of no clause.
Clause broken_by(const JudgedScript& script);

// Fills in `known`, `held`, `coverage` and `verdict` from the scripts.
void conclude(JudgedSuite& suite);

}  // namespace procreg::harness
