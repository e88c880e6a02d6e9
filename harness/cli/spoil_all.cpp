#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "harness/cli/conform.h"
#include "harness/cli/output.h"
#include "harness/cli/scenario_files.h"
#include "harness/report/lines.h"
#include "harness/report/suite_report.h"
#include "harness/search/spoil.h"

namespace procreg::cli {
namespace {

using harness::Script;
using harness::SpoilResult;
using harness::Verdict;

// What was read, and what was wrong with the rest.
struct Read {
  std::vector<Script> scripts;
  std::vector<Verdict> verdicts;
};

Read read_all(const std::vector<std::string>& paths, const ConformRequest& request, const Session& session) {
  Read all;
  const FoundFiles found = find_scenario_files(paths);
  const auto complain = [&](const harness::InputError& error) {
    session.err << fmt::format("procreg: {}\n", text(error));
    all.verdicts.push_back(Verdict::unusable_input);
  };
  std::for_each(found.unreadable.begin(), found.unreadable.end(), complain);
  for (const std::string& file : found.files) {
    auto read = harness::read_script_file(file);
    if (const auto* errors = std::get_if<1>(&read)) {
      std::for_each(errors->begin(), errors->end(), complain);
      continue;
    }
    auto& script = std::get<Script>(read);
    if (script.profiles.empty() && request.profile) script.profiles = {*request.profile};
    all.scripts.push_back(std::move(script));
  }
  return all;
}

std::string condition_of(Clause clause) {
  constexpr std::size_t width = 70;
  const std::string_view condition = info(clause).condition;
  return condition.size() <= width ? std::string{condition} : fmt::format("{}...", condition.substr(0, width - 3));
}

std::string text_of(const std::vector<SpoilResult>& results, Verdict verdict) {
  harness::Table missed{{"clause", "kind", "why", "condition"}, {}};
  for (const SpoilResult& result : results) {
    if (result.noticed) continue;
    missed.rows.push_back({std::string{result.clause.id()}, std::string{name(info(result.clause).kind)},
                           result.scripts == 0
                               ? "no scenario reaches it"
                               : fmt::format("{} reach it, none notices", harness::counted(result.scripts, "run")),
                           condition_of(result.clause)});
  }
  const std::size_t noticed = results.size() - missed.rows.size();
  return text(missed) + (missed.rows.empty() ? "" : "\n") +
         fmt::format("spoiled  {} of {} clauses are noticed and named\n\n{}\n", noticed, results.size(),
                     harness::headline(verdict));
}

std::string json_of(const std::vector<SpoilResult>& results, const std::vector<Script>& scripts) {
  harness::Table table{{"clause", "kind", "runs", "noticed", "by", "profile"}, {}};
  for (const SpoilResult& result : results)
    table.rows.push_back({std::string{result.clause.id()}, std::string{name(info(result.clause).kind)},
                          fmt::format("{}", result.scripts), result.noticed ? "yes" : "no",
                          result.noticed ? scripts[result.script].file : "", result.profile});
  return json_text(table);
}

}  // namespace

ExitStatus conform_spoil_all(const ConformRequest& request, const Session& session) {
  const auto folder = scenarios_folder(request.scenarios);
  if (request.paths.empty() && !folder) {
    session.err << fmt::format("procreg: {}\n", no_scenarios_folder);
    return ExitStatus::unusable;
  }
  Read read = read_all(request.paths.empty() ? suite_folders(*folder) : request.paths, request, session);
  session.runs("the scenarios, each clause spoiled in turn");
  const auto subject = session.subject();
  const auto results =
      harness::spoil_suite(read.scripts, request.only.empty() ? harness::clauses_to_spoil() : request.only, *subject);
  const bool all =
      std::all_of(results.begin(), results.end(), [](const SpoilResult& result) { return result.noticed; });
  read.verdicts.push_back(all ? Verdict::conforms : Verdict::undecided);
  if (read.scripts.empty() || results.empty()) read.verdicts.push_back(Verdict::nothing_ran);
  const Verdict verdict = harness::worst(read.verdicts);
  session.out << (request.json == "-" ? json_of(results, read.scripts) : text_of(results, verdict));
  const bool written =
      request.json.empty() || request.json == "-" || written_to(request.json, json_of(results, read.scripts), session);
  return written ? exit_status(verdict) : ExitStatus::failed;
}

}  // namespace procreg::cli
