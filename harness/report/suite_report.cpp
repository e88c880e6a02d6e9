#include "harness/report/suite_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "api/choice.h"
#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"

namespace procreg::harness {
namespace {

constexpr RowLayout summary_row{.label = 14, .width = 100};

std::vector<std::string> ids(std::span<const Clause> clauses) {
  std::vector<std::string> ids;
  for (const Clause clause : clauses) ids.emplace_back(clause.id());
  return ids;
}

std::string all_ids(std::span<const Clause> clauses) { return listed(ids(clauses), clauses.size()); }

// --- what went wrong ---

std::string unusable_text(const ScenarioResult& scenario) {
  std::string lines = fmt::format("UNUSABLE  {}\n\n", scenario.file);
  for (const InputError& error : scenario.errors) lines += fmt::format("  {}\n", text(error));
  return lines + '\n';
}

const ScenarioRun* first_divergence(const ScenarioResult& scenario) {
  for (const ScenarioRun& run : scenario.runs)
    if (run.outcome.divergence) return &run;
  return nullptr;
}

bool same_place(const Divergence& a, const Divergence& b) { return a.step == b.step && same_failure(a, b); }

std::string run_text(const SuiteResult& result, const ScenarioResult& scenario, const ScenarioRun& run) {
  const std::string again = again_command(result, scenario, run);
  return divergence_text(scenario.script, *run.outcome.divergence,
                         {.title = scenario.file,
                          .profile = run.profile,
                          .subject = result.subject,
                          .again = again,
                          .coverage = &run.coverage});
}

// Of the parallel part, under the first profile where it fails.
std::string diverging_schedules(const SuiteResult& result, const ScenarioResult& scenario) {
  for (const ScenarioRun& run : scenario.runs)
    if (run.outcome.verdict == Verdict::diverges)
      return fmt::format("DIVERGES  {}  in its parallel part, profile {}\n\n{}\n  again    {}\n\n", scenario.file,
                         run.profile, run.schedules, again_command(result, scenario, run));
  return {};
}

// The first divergence in full; that of another profile only where it is another one.
std::string diverging_text(const SuiteResult& result, const ScenarioResult& scenario) {
  const ScenarioRun* first = first_divergence(scenario);
  if (first == nullptr) return diverging_schedules(result, scenario);
  std::string lines = run_text(result, scenario, *first);
  std::string others;
  for (const ScenarioRun& run : scenario.runs) {
    if (&run == first || !run.outcome.divergence) continue;
    if (same_place(*first->outcome.divergence, *run.outcome.divergence)) {
      lines += fmt::format("  also     under profile {}\n", run.profile);
    } else {
      others += '\n' + run_text(result, scenario, run);
    }
  }
  if (!scenario.saved.empty()) lines += fmt::format("  saved    {}\n", scenario.saved);
  return lines + others + '\n';
}

std::string scenario_text(const SuiteResult& result, const ScenarioResult& scenario) {
  switch (scenario.verdict) {
    case Verdict::unusable_input:
      return unusable_text(scenario);
    case Verdict::diverges:
      return diverging_text(result, scenario);
    case Verdict::nothing_ran:
      return fmt::format("NOTHING RAN  {}\n\n", scenario.file);
    default:
      return {};
  }
}

std::string indented(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += end == 0 ? "\n" : fmt::format("  {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string property_text(const PropertyRun& run) {
  if (run.verdict == Verdict::conforms) return {};
  std::string lines = fmt::format("{}  property: {}\n\n", headline(run.verdict), run.property->name);
  lines += run.verdict == Verdict::undecided ? "  it looked at no world at all\n" : indented(run.result.counterexample);
  lines += fmt::format("\n  clauses  {}\n", all_ids(run.property->clauses));
  if (!run.saved.empty()) lines += fmt::format("  saved    {}\n", run.saved);
  return lines + '\n';
}

// --- the summary ---

struct Tally {
  std::array<std::size_t, 7> of{};
  std::size_t all{};
  void count(Verdict verdict) {
    ++of[static_cast<std::size_t>(verdict)];
    ++all;
  }
};

// "12: 10 conform, 1 diverges, 1 unusable-input".
std::string tally_text(const Tally& tally) {
  std::string line = fmt::format("{}", tally.all);
  bool first = true;
  for (std::size_t i = 0; i < tally.of.size(); ++i) {
    if (tally.of[i] == 0) continue;
    line += fmt::format("{}{} {}", first ? ": " : ", ", tally.of[i], name(static_cast<Verdict>(i)));
    first = false;
  }
  return line;
}

std::string clause_rows(const SuiteResult& result) {
  if (result.asked.none()) return {};
  const ClauseSet reached = result.reached();
  std::string lines = summary_row("clauses", fmt::format("{} of {} reached", reached.count(), result.asked.count()));
  const auto missing = clauses_in(result.asked & ~reached);
  if (!missing.empty()) lines += summary_row("not reached", all_ids(missing));
  return lines;
}

std::string option_row(const SuiteResult& result) {
  const OptionCount count = count_options(result.coverage);
  return summary_row("options", fmt::format("{} of {} reached", count.reached, count.covered));
}

// Only a run that asks for the whole table says what no run can reach yet.
std::string scope_rows(const SuiteResult& result) {
  if (result.asked != reachable_clauses()) return {};
  const std::size_t covered = covered_clauses().count();
  const std::size_t definitions = covered - result.asked.count();
  return summary_row("not asked",
                     fmt::format("{} definitions, {} of later versions", definitions, clause_count - covered));
}

std::string spoiled_row(const SuiteResult& result) {
  if (result.spoiled.is_none()) return {};
  std::size_t noticed = 0;
  for (const ScenarioResult& scenario : result.scenarios)
    for (const ScenarioRun& run : scenario.runs)
      noticed += run.outcome.divergence && blames(*run.outcome.divergence, result.spoiled) ? 1U : 0U;
  return summary_row("spoiled", fmt::format("{}, named by {}", result.spoiled.id(), counted(noticed, "divergence")));
}

std::string summary(const SuiteResult& result) {
  Tally scenarios;
  Tally runs;
  for (const ScenarioResult& scenario : result.scenarios) {
    scenarios.count(scenario.verdict);
    for (const ScenarioRun& run : scenario.runs) runs.count(run.outcome.verdict);
  }
  Tally properties;
  for (const PropertyRun& run : result.properties) properties.count(run.verdict);

  std::string lines = summary_row("scenarios", fmt::format("{} ({})", tally_text(scenarios), counted(runs.all, "run")));
  lines += summary_row("properties", tally_text(properties));
  lines += summary_row("steps", fmt::format("{}", result.steps()));
  return lines + clause_rows(result) + option_row(result) + scope_rows(result) + spoiled_row(result);
}

}  // namespace

std::string headline(Verdict verdict) {
  constexpr std::array<std::string_view, 7> words{"CONFORMS", "DIVERGES", "UNDECIDED",  "NOT APPLICABLE",
                                                  "UNUSABLE", "FAILED",   "NOTHING RAN"};
  return std::string{words[static_cast<std::size_t>(verdict)]};
}

std::string shell_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-_./:=,+@%"}.find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string{text};
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return word + '\'';
}

std::string again_command(const SuiteResult& result, const ScenarioResult& scenario, const ScenarioRun& run) {
  const bool spoiled = !result.spoiled.is_none();
  std::string command = spoiled ? fmt::format("procreg conform --spoil {} ", result.spoiled.id()) : "procreg replay ";
  command += shell_word(scenario.file);
  if (result.subject != "impl") command += " --subject " + shell_word(result.subject);
  if (scenario.script.profiles.empty()) command += " --profile " + shell_word(run.profile);
  return command;
}

std::string suite_text(const SuiteResult& result) {
  std::string lines;
  for (const ScenarioResult& scenario : result.scenarios) lines += scenario_text(result, scenario);
  for (const PropertyRun& run : result.properties) lines += property_text(run);
  for (const std::string& problem : result.problems) lines += fmt::format("{}\n", problem);
  if (!result.problems.empty()) lines += '\n';
  lines += summary(result);
  return lines + fmt::format("\n{}{}\n", headline(result.verdict), result.interrupted ? ", interrupted" : "");
}

}  // namespace procreg::harness
