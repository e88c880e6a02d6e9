#include "harness/report/results.h"

#include <algorithm>
#include <array>

#include "api/choice.h"

namespace procreg::harness {
namespace {

constexpr std::array precedence{Verdict::failed,    Verdict::diverges,    Verdict::unusable_input,
                                Verdict::undecided, Verdict::nothing_ran, Verdict::conforms};

bool asks_a_property(Clause clause) { return info(clause).kind == ClauseKind::law; }

}  // namespace

Verdict worst(std::span<const Verdict> verdicts) {
  for (const Verdict verdict : precedence)
    if (std::find(verdicts.begin(), verdicts.end(), verdict) != verdicts.end()) return verdict;
  return Verdict::nothing_ran;
}

Verdict worst(std::initializer_list<Verdict> verdicts) {
  return worst(std::span<const Verdict>{verdicts.begin(), verdicts.size()});
}

ClauseSet SuiteResult::reached() const {
  ClauseSet reached;
  const ClauseSet seen = coverage.reached();
  for (std::size_t i = 0; i < clause_count; ++i) reached[i] = seen[i] && !asks_a_property(Clause::at(i));
  for (const PropertyRun& run : properties) {
    if (run.verdict != Verdict::conforms) continue;
    for (const Clause clause : run.property->clauses) reached[clause.index()] = true;
  }
  return reached & asked;
}

std::size_t SuiteResult::steps() const {
  std::size_t steps = 0;
  for (const ScenarioResult& scenario : scenarios)
    for (const ScenarioRun& run : scenario.runs) steps += run.outcome.steps;
  for (const PropertyRun& run : properties) steps += run.result.steps;
  return steps;
}

ClauseSet reachable_clauses() {
  ClauseSet set = covered_clauses();
  for (std::size_t i = 0; i < clause_count; ++i)
    if (clauses()[i].kind == ClauseKind::definition) set[i] = false;
  return set;
}

ClauseSet clause_set(std::span<const std::string> ids) {
  ClauseSet set;
  for (const std::string& id : ids)
    if (const auto clause = Clause::find(id)) set[clause->index()] = true;
  return set;
}

std::vector<Clause> clauses_in(const ClauseSet& set) {
  std::vector<Clause> list;
  for (std::size_t i = 0; i < clause_count; ++i)
    if (set[i]) list.push_back(Clause::at(i));
  return list;
}

OptionCount count_options(const Coverage& coverage) {
  OptionCount count;
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    if (!choice.covered) continue;
    count.covered += choice.options.size();
    for (std::size_t option = 0; option < choice.options.size(); ++option)
      count.reached += (coverage.options[i] >> option) & 1U;
  }
  return count;
}

}  // namespace procreg::harness
