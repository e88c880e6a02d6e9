#include "harness/cli/failovers.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <ostream>
#include <span>

#include "harness/failover/rows.h"
#include "harness/failover/table.h"
#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"
#include "harness/report/results.h"

namespace procreg::cli {
namespace {

using harness::FailoverOutcome;
using harness::FailoverPart;
using harness::FailoverRow;
using harness::FailoverRun;
using harness::FailoverTable;
using harness::Table;

constexpr std::size_t flushed_every = 1000;

void show_difference(const harness::FailoverDifference& difference, std::string_view subject, const Session& session) {
  session.out << text(difference.combination) << '\n'
              << divergence_text(difference.script, difference.divergence,
                                 {.title = difference.script.name,
                                  .profile = difference.script.profiles.front().label,
                                  .subject = subject,
                                  .again = ""});
}

// nullopt: they differ, and that has been told.
std::optional<FailoverTable> table_of(const Session& session) {
  const std::unique_ptr<harness::Subject> subject = session.subject();
  session.runs("list");
  harness::Coverage coverage;
  FailoverRun run = harness::run_every_combination(*subject, coverage, [&](std::size_t done) {
    session.runs("list");
    if (session.progress != nullptr)
      session.progress->show([&] { return fmt::format("{} of {} combinations", done, harness::combination_count()); });
  });
  if (session.progress != nullptr) session.progress->clear();
  if (!run.difference) return std::move(run.table);
  show_difference(*run.difference, subject->name(), session);
  return std::nullopt;
}

std::vector<std::string> columns() {
  std::vector<std::string> names{"second create", "first open", "clause", "also", "combinations"};
  for (const harness::FailoverDimension& dimension : harness::failover_dimensions()) names.emplace_back(dimension.name);
  return names;
}

std::string ids(const ClauseSet& set) {
  std::vector<std::string_view> ids;
  for (const Clause clause : harness::clauses_in(set)) ids.push_back(clause.id());
  return fmt::format("{}", fmt::join(ids, " "));
}

std::vector<std::string> cells_of(const FailoverOutcome& outcome, const ClauseSet& applied, std::size_t combinations) {
  return {text(outcome.second), fate_of_first(outcome), std::string{outcome.decided.id()}, ids(applied),
          fmt::format("{}", combinations)};
}

std::vector<std::string> cells_of(const FailoverTable& table, const FailoverRow& row, const ClauseSet& applied) {
  std::vector<std::string> cells = cells_of(table.outcomes[row.outcome], applied, row.combinations());
  for (std::size_t part = 0; part < harness::failover_parts; ++part)
    cells.push_back(text(row, static_cast<FailoverPart>(part)));
  return cells;
}

Table rows_of(const FailoverTable& table) {
  const std::vector<FailoverRow> rows = merged(table);
  const std::vector<ClauseSet> applied = applied_to_rows(table, rows);
  Table out{columns(), {}};
  for (std::size_t i = 0; i < rows.size(); ++i) out.rows.push_back(cells_of(table, rows[i], applied[i]));
  return out;
}

// For lines: parts that do not matter are left out.
Table conditions_of(const FailoverTable& table) {
  Table out{{"second create", "first open", "clause", "combinations", "when"}, {}};
  for (const FailoverRow& row : merged(table)) {
    std::vector<std::string> when;
    for (std::size_t part = 0; part < harness::failover_parts; ++part) {
      const std::string values = text(row, static_cast<FailoverPart>(part));
      if (values != "any") when.push_back(fmt::format("{} {}", harness::failover_dimensions()[part].name, values));
    }
    const FailoverOutcome& outcome = table.outcomes[row.outcome];
    out.rows.push_back({text(outcome.second), fate_of_first(outcome), std::string{outcome.decided.id()},
                        fmt::format("{}", row.combinations()), fmt::format("{}", fmt::join(when, "; "))});
  }
  return out;
}

std::vector<std::string> cells_of(const FailoverTable& table, std::size_t number) {
  const FailoverTable::Entry entry = table.entries[number];
  std::vector<std::string> cells = cells_of(table.outcomes[entry.outcome], table.applied[entry.applied], 1);
  const harness::Combination combination = harness::combination_at(number);
  for (std::size_t part = 0; part < harness::failover_parts; ++part)
    cells.emplace_back(harness::failover_dimensions()[part].values[combination.values[part]]);
  return cells;
}

std::string line_of(const FailoverTable& table, std::size_t number) {
  const FailoverOutcome& outcome = table.outcome_of(number);
  return fmt::format("{}  {}  {}  {}\n", text(outcome.second), fate_of_first(outcome), outcome.decided.id(),
                     text(harness::combination_at(number)));
}

// A part of the array that json_text makes of all, without its brackets.
std::string objects_of(const FailoverTable& table, std::size_t begin, std::size_t end) {
  Table part{columns(), {}};
  for (std::size_t number = begin; number < end; ++number) part.rows.push_back(cells_of(table, number));
  const std::string array = json_text(part);
  return array.substr(1, array.size() - std::string_view{"[\n]\n"}.size());
}

void print_json(const FailoverTable& table, std::ostream& out) {
  for (std::size_t begin = 0; begin < table.entries.size(); begin += flushed_every)
    out << (begin == 0 ? "[" : ",") << objects_of(table, begin, std::min(begin + flushed_every, table.entries.size()));
  out << "\n]\n";
}

ExitStatus list_run(const ListRequest& request, const Session& session,
                    void (*print)(const FailoverTable&, bool, std::ostream&)) {
  const std::optional<FailoverTable> table = table_of(session);
  if (!table) return ExitStatus::diverges;
  print(*table, request.json, session.out);
  return ExitStatus::conforms;
}

}  // namespace

void print_outcomes(const FailoverTable& table, bool json, std::ostream& out) {
  out << (json ? json_text(rows_of(table)) : text(conditions_of(table)));
}

void print_combinations(const FailoverTable& table, bool json, std::ostream& out) {
  if (json) return print_json(table, out);
  for (std::size_t number = 0; number < table.entries.size(); ++number) out << line_of(table, number);
}

ExitStatus list_outcomes(const ListRequest& request, const Session& session) {
  return list_run(request, session, print_outcomes);
}

ExitStatus list_combinations(const ListRequest& request, const Session& session) {
  return list_run(request, session, print_combinations);
}

}  // namespace procreg::cli
