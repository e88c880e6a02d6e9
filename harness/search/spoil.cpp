#include "harness/search/spoil.h"

#include "harness/search/saved.h"

namespace procreg::harness {

namespace {

// A script under one profile, and what it reaches.
struct Run {
  std::size_t script{};
  Script::NamedProfile profile{};
  ClauseSet reached{};
};

std::vector<Run> runs_that_hold(std::span<const Script> scripts, Subject& subject) {
  std::vector<Run> runs;
  Lockstep lockstep{subject};
  for (std::size_t i = 0; i < scripts.size(); ++i)
    for (Script::NamedProfile& profile : profiles_of(scripts[i])) {
      Coverage coverage;
      const Outcome outcome = lockstep.run(scripts[i], profile.profile, coverage);
      if (outcome.verdict == Verdict::conforms) runs.push_back({i, std::move(profile), coverage.reached()});
    }
  return runs;
}

SpoilResult spoil(std::span<const Script> scripts, std::span<const Run> runs, Clause clause, Subject& subject) {
  SpoilResult result;
  result.clause = clause;
  Lockstep lockstep{subject, {.spoiled = clause}};
  for (const Run& run : runs) {
    if (!run.reached[clause.index()]) continue;
    ++result.scripts;
    if (result.noticed) continue;
    Coverage unused;
    Outcome outcome = lockstep.run(scripts[run.script], run.profile.profile, unused);
    if (!outcome.divergence || !blames(*outcome.divergence, clause)) continue;
    result.noticed = true;
    result.script = run.script;
    result.profile = run.profile.label;
    result.divergence = std::move(*outcome.divergence);
  }
  return result;
}

}  // namespace

std::vector<SpoilResult> spoil_suite(std::span<const Script> scripts, std::span<const Clause> clauses,
                                     Subject& subject) {
  const std::vector<Run> runs = runs_that_hold(scripts, subject);
  std::vector<SpoilResult> results;
  for (const Clause clause : clauses) results.push_back(spoil(scripts, runs, clause, subject));
  return results;
}

std::vector<Clause> clauses_to_spoil() {
  std::vector<Clause> out;
  for (std::size_t i = 0; i < clause_count; ++i) {
    const ClauseInfo& row = clauses()[i];
    if (row.covered && (row.kind == ClauseKind::decides || row.kind == ClauseKind::shapes))
      out.push_back(Clause::at(i));
  }
  return out;
}

}  // namespace procreg::harness
