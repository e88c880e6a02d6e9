#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "api/choice.h"
#include "api/clause.h"
#include "api/profile.h"
#include "api/step.h"
#include "harness/cli/lookup.h"
#include "harness/cli/scenario_files.h"
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

ExitStatus list_scenarios(const ListRequest& request, const Session& session) {
  const auto folder = scenarios_folder(request.scenarios);
  if (!folder) {
    session.err
        << "procreg: there is no folder of scenarios here and none was installed: name one with --scenarios DIR\n";
    return ExitStatus::unusable;
  }
  const auto folders = suite_folders(*folder);
  const FoundFiles found = find_scenario_files(folders);
  for (const harness::InputError& error : found.unreadable) session.err << text(error) << '\n';
  bool unusable = !found.unreadable.empty();
  Table table{{"file", "name", "clauses"}, {}};
  for (const std::string& file : found.files) {
    const auto read = harness::read_script_file(file);
    if (const auto* script = std::get_if<harness::Script>(&read)) {
      table.rows.push_back({file, script->name, fmt::format("{}", fmt::join(script->clauses, " "))});
      continue;
    }
    unusable = true;
    for (const harness::InputError& error : std::get<1>(read)) session.err << text(error) << '\n';
  }
  session.out << (request.json ? json_text(table) : text(table));
  if (unusable) return ExitStatus::unusable;
  return table.rows.empty() ? ExitStatus::nothing_ran : ExitStatus::conforms;
}

constexpr std::string_view lists[] = {"calls",     "events",   "clauses",    "choices", "profiles",
                                      "scenarios", "subjects", "properties", "schema"};

Table table_of(std::string_view what, const Session& session) {
  if (what == "calls") return step_table(true);
  if (what == "events") return step_table(false);
  if (what == "clauses") return clause_table();
  if (what == "choices") return choice_table();
  if (what == "profiles") return profile_table();
  if (what == "properties") return property_table(session);
  return {{"name", "meaning"}, {{"impl", "the full implementation of this project, in process"}}};
}

}  // namespace

ExitStatus list(const ListRequest& request, const Session& session) {
  if (std::find(std::begin(lists), std::end(lists), request.what) == std::end(lists)) {
    session.err << fmt::format("procreg: {}\n", harness::unknown("list", request.what, lists));
    return ExitStatus::unusable;
  }
  if (request.what == "scenarios") return list_scenarios(request, session);
  if (request.what == "schema") {
    session.out << harness::scenario_schema();
    return ExitStatus::conforms;
  }
  const Table table = table_of(request.what, session);
  session.out << (request.json ? json_text(table) : text(table));
  return ExitStatus::conforms;
}

}  // namespace procreg::cli
