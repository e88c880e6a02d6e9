// What a run of the conformance suite found, as data: the text, JSON and JUnit forms are made from this.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/clause.h"
#include "harness/coverage/coverage.h"
#include "harness/lockstep/lockstep.h"
#include "harness/report/property.h"
#include "harness/scenario/files.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// The verdict of several together: failed, then diverges, unusable_input, undecided, nothing_ran, conforms. not_applicable
// gives way to all of them; none at all, or nothing but not_applicable, is nothing_ran.
Verdict worst(std::span<const Verdict> verdicts);
Verdict worst(std::initializer_list<Verdict> verdicts);

// A scenario under one profile.
struct ScenarioRun {
  std::string profile;
  Outcome outcome;
  Coverage coverage;
  std::string schedules{};  // what the search of the parallel part's schedules saw; "" without one
};

// A scenario file. One with errors has no runs.
struct ScenarioResult {
  std::string file;
  Script script;
  std::vector<InputError> errors;
  std::vector<ScenarioRun> runs;
  std::vector<Clause> unreached;  // that the file names, this version covers, and no run of this file reached
  std::string saved;              // the shrunk scenario of its first divergence, "" when none was written
  Verdict verdict{Verdict::nothing_ran};
};

struct PropertyRun {
  const Property* property{};
  PropertyResult result;
  std::string saved;
  Verdict verdict{Verdict::nothing_ran};
};

struct SuiteResult {
  std::string subject;
  std::uint64_t seed{};
  Clause spoiled{};
  std::vector<ScenarioResult> scenarios;
  std::vector<PropertyRun> properties;
  Coverage coverage;
  ClauseSet asked;                    // the clauses that the run had to reach
  std::vector<std::string> problems;  // what else is wrong, a line each: a folder without scenarios, a file not written
  bool interrupted{};
  Verdict verdict{Verdict::nothing_ran};

  // Of the asked clauses: those that were decided or applied, or, for a law, shown by a property that held.
  ClauseSet reached() const;
  std::size_t steps() const;
};

// The clauses that a whole run must reach: covered by this version and not a definition.
ClauseSet reachable_clauses();

// Every clause id in the list that exists; unknown ones are left out.
ClauseSet clause_set(std::span<const std::string> ids);
std::vector<Clause> clauses_in(const ClauseSet& set);

// Options of covered choices.
struct OptionCount {
  std::size_t reached{};
  std::size_t covered{};
};
OptionCount count_options(const Coverage& coverage);

}  // namespace procreg::harness
