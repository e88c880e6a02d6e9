#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "api/choice.h"
#include "api/clause.h"
#include "api/profile.h"
#include "api/step.h"
#include "harness/cli/failovers.h"
#include "harness/cli/lookup.h"
#include "harness/cli/scenario_files.h"
#include "harness/failover/combination.h"
#include "harness/report/function_results.h"
#include "harness/report/lines.h"
#include "harness/scenario/suggestion.h"

namespace procreg::cli {
namespace {

using harness::Table;

std::string_view covered_word(bool covered) { return covered ? "covered" : "not yet covered"; }

Table step_table(bool calls) {
  Table table{{"name", "fields"}, {}};
  for (const StepInfo& step : steps()) {
    if (step.call != calls) continue;
    std::vector<std::string> fields;
    for (const FieldInfo& field : step.fields)
      fields.push_back(fmt::format("{}{}", field.name, may_be_left_out(field.kind) ? "?" : ""));
    table.rows.push_back({std::string{step.name}, fmt::format("{}", fmt::join(fields, " "))});
  }
  return table;
}

Table clause_table() {
  Table table{{"id", "kind", "basis", "covered", "condition"}, {}};
  for (const ClauseInfo& clause : clauses())
    table.rows.push_back({std::string{clause.id}, std::string{name(clause.kind)}, std::string{name(clause.basis)},
                          std::string{covered_word(clause.covered)}, std::string{clause.condition}});
  return table;
}

Table choice_table() {
  Table table{{"name", "covered", "options"}, {}};
  for (const ChoiceInfo& choice : choices())
    table.rows.push_back({std::string{choice.name}, std::string{covered_word(choice.covered)},
                          fmt::format("{}", fmt::join(choice.options, " "))});
  return table;
}

// With what lines have no room for.
Table whole_clause_table() {
  Table table{{"id", "kind", "basis", "condition", "effect", "source", "covered"}, {}};
  for (const ClauseInfo& clause : clauses())
    table.rows.push_back({std::string{clause.id}, std::string{name(clause.kind)}, std::string{clause.provenance},
                          std::string{clause.condition}, std::string{clause.effect}, std::string{clause.source},
                          std::string{covered_word(clause.covered)}});
  return table;
}

Table whole_choice_table() {
  Table table{{"name", "question", "options", "documented", "windows11", "evidence", "covered"}, {}};
  for (const ChoiceInfo& choice : choices()) {
    std::vector<std::string> options;
    for (std::size_t i = 0; i < choice.options.size(); ++i)
      options.push_back(fmt::format("{}: {}", choice.options[i], choice.meanings[i]));
    table.rows.push_back({std::string{choice.name}, std::string{choice.question},
                          fmt::format("{}", fmt::join(options, "; ")), std::string{choice.options[choice.documented]},
                          std::string{choice.options[choice.windows11]}, std::string{choice.evidence},
                          std::string{covered_word(choice.covered)}});
  }
  return table;
}

Table profile_table() {
  Table table{{"name", "meaning"}, {}};
  for (const std::string_view profile : profile_names()) {
    std::size_t differing = 0;
    for (std::size_t i = 0; i < choice_count; ++i)
      differing += find_profile(profile)->option[i] != choices()[i].documented ? 1U : 0U;
    table.rows.push_back({std::string{profile},
                          differing == 0
                              ? "the pages, literally; the default"
                              : fmt::format("differs from documented in {} of {} choices", differing, choice_count)});
  }
  return table;
}

Table property_table(const Session& session) {
  Table table{{"name", "clauses"}, {}};
  for (const harness::Property& property : session.properties) {
    std::vector<std::string> ids;
    for (const Clause clause : property.clauses) ids.emplace_back(clause.id());
    table.rows.push_back({std::string{property.name}, fmt::format("{}", fmt::join(ids, " "))});
  }
  return table;
}

Table dimension_table() {
  Table table{{"name", "values", "meaning"}, {}};
  for (const harness::FailoverDimension& dimension : harness::failover_dimensions())
    table.rows.push_back({std::string{dimension.name}, fmt::format("{}", fmt::join(dimension.values, "; ")),
                          std::string{dimension.meaning}});
  return table;
}

Table scenario_table(const std::vector<harness::Script>& scripts) {
  Table table{{"file", "name", "clauses"}, {}};
  for (const harness::Script& script : scripts)
    table.rows.push_back({script.file, script.name, fmt::format("{}", fmt::join(script.clauses, " "))});
  return table;
}

Table result_table(const std::vector<harness::Script>& scripts) {
  Table table{{"function", "result", "clause", "basis", "scenario", "profile"}, {}};
  for (const harness::FunctionResult& row : harness::function_results(scripts))
    table.rows.push_back({std::string{steps()[row.kind].name}, row.result, std::string{row.decided.id()},
                          row.decided.is_none() ? "" : std::string{name(info(row.decided).basis)}, row.file,
                          row.profile});
  return table;
}

void print(const Table& table, const ListRequest& request, const Session& session) {
  session.out << (request.json ? json_text(table) : text(table));
}

ExitStatus list_of_scenarios(const ListRequest& request, const Session& session) {
  const auto suite = read_suite(request.scenarios);
  if (!suite) {
    session.err << fmt::format("procreg: {}\n", no_scenarios_folder);
    return ExitStatus::unusable;
  }
  for (const harness::InputError& error : suite->unusable) session.err << text(error) << '\n';
  print(request.what == "results" ? result_table(suite->scripts) : scenario_table(suite->scripts), request, session);
  if (!suite->unusable.empty()) return ExitStatus::unusable;
  return suite->scripts.empty() ? ExitStatus::nothing_ran : ExitStatus::conforms;
}

constexpr std::string_view lists[] = {"calls",     "events",     "clauses",  "choices",      "profiles",
                                      "scenarios", "results",    "outcomes", "combinations", "dimensions",
                                      "subjects",  "properties", "schema"};

Table table_of(std::string_view what, bool whole, const Session& session) {
  if (what == "calls") return step_table(true);
  if (what == "events") return step_table(false);
  if (what == "clauses") return whole ? whole_clause_table() : clause_table();
  if (what == "choices") return whole ? whole_choice_table() : choice_table();
  if (what == "profiles") return profile_table();
  if (what == "properties") return property_table(session);
  if (what == "dimensions") return dimension_table();
  return {{"name", "meaning"},
          {{"impl", "the full implementation of this project, in process"},
           {"library:PATH", "a shared library with the documented functions, in a process of its own"},
           {"program:COMMAND", "a program that speaks the subject protocol (docs/subject-protocol.md)"}}};
}

}  // namespace

ExitStatus list(const ListRequest& request, const Session& session) {
  if (std::find(std::begin(lists), std::end(lists), request.what) == std::end(lists)) {
    session.err << fmt::format("procreg: {}\n", harness::unknown("list", request.what, lists));
    return ExitStatus::unusable;
  }
  if (request.what == "scenarios" || request.what == "results") return list_of_scenarios(request, session);
  if (request.what == "outcomes") return list_outcomes(request, session);
  if (request.what == "combinations") return list_combinations(request, session);
  if (request.what == "schema") {
    session.out << harness::scenario_schema();
    return ExitStatus::conforms;
  }
  print(table_of(request.what, request.json, session), request, session);
  return ExitStatus::conforms;
}

}  // namespace procreg::cli
