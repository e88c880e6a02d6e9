#include "harness/judge/judged_suite.h"

#include <algorithm>

#include "harness/report/results.h"

namespace procreg::harness {

namespace {

// The clause that a script shows not to hold, be it that its function is not implemented; none when it shows that of no clause.
Clause unmet_by(const JudgedScript& script) {
  const Judgement& judgement = script.judgement;
  if (judgement.finding == Finding::not_implemented && judgement.mismatch) return judgement.mismatch->clause();
  return broken_by(script);
}

bool was_broken(const JudgedSuite& suite, Clause clause) {
  return std::any_of(suite.scripts.begin(), suite.scripts.end(),
                     [&](const JudgedScript& script) { return unmet_by(script) == clause; });
}

}  // namespace

Clause broken_by(const JudgedScript& script) {
  const Judgement& judgement = script.judgement;
  return breaks_a_clause(judgement.finding) && judgement.mismatch ? judgement.mismatch->clause() : Clause{};
}

std::size_t JudgedSuite::steps() const {
  std::size_t steps = 0;
  for (const JudgedScript& script : scripts) steps += script.judgement.steps;
  return steps;
}

Verdict verdict_of(const JudgedScript& script, bool all_counts) {
  if (!script.errors.empty()) return Verdict::unusable_input;
  switch (script.judgement.finding) {
    case Finding::violates:
    case Finding::contradicts:
      return script.known != nullptr ? Verdict::conforms : Verdict::diverges;
    case Finding::differs:
    case Finding::not_implemented:
      return all_counts && script.known == nullptr ? Verdict::diverges : Verdict::conforms;
    case Finding::not_applicable:
      return Verdict::not_applicable;
    case Finding::failed:
      return Verdict::failed;
    case Finding::undecided:
      return Verdict::undecided;
    case Finding::conforms:
      break;
  }
  return script.script.steps.empty() ? Verdict::nothing_ran : Verdict::conforms;
}

void conclude(JudgedSuite& suite) {
  std::vector<Verdict> verdicts;
  for (JudgedScript& script : suite.scripts) {
    if (const Clause clause = unmet_by(script); !clause.is_none()) script.known = suite.deviations.find(clause);
    verdicts.push_back(verdict_of(script, suite.strict || suite.profile_known));
    suite.coverage.merge(script.judgement.coverage);
  }
  for (const Deviation& deviation : suite.deviations.listed)
    if (suite.coverage.reached()[deviation.clause.index()] && !was_broken(suite, deviation.clause))
      suite.held.push_back(&deviation);
  if (!suite.held.empty()) verdicts.push_back(Verdict::diverges);
  if (suite.interrupted || suite.not_run != 0) verdicts.push_back(Verdict::undecided);
  // A subject of which nothing could be seen to hold has not been shown to conform.
  const bool something_held = std::any_of(suite.scripts.begin(), suite.scripts.end(), [](const JudgedScript& script) {
    return script.judgement.finding == Finding::conforms && script.judgement.steps != 0;
  });
  suite.verdict = worst(verdicts);
  if (suite.verdict == Verdict::conforms && !something_held) suite.verdict = Verdict::undecided;
}

}  // namespace procreg::harness
