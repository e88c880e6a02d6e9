#include "harness/report/divergence_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "api/clause.h"
#include "harness/report/before.h"
#include "harness/report/lines.h"
#include "harness/scenario/files.h"
#include "harness/scenario/value_text.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {
namespace {

constexpr std::size_t differences_max = 12;

std::string output_text(const Tables& tables, const OutInfo& out, const Answer& answer) {
  const std::uint64_t word = answer.out[out.word];
  switch (out.kind) {
    case OutKind::boolean:
      return word != 0 ? "TRUE" : "FALSE";
    case OutKind::guid:
      return guid_text(Guid{.high = word, .low = answer.out[out.word + 1U]});
    case OutKind::address:
    case OutKind::handle:
      return fmt::format("0x{:X}", word);
    case OutKind::dword:
    case OutKind::qword:
    case OutKind::pid:
    case OutKind::tid:
      return fmt::format("{}", word);
    default:
      return out_json(tables, out, answer);
  }
}

std::string clause_name(Clause clause) {
  return clause.is_none() ? "no clause" : fmt::format("{} ({})", clause.id(), name(info(clause).basis));
}

std::string sentence(Clause clause) {
  if (clause.is_none()) return {};
  return step_row("clause", fmt::format("{}: {}", info(clause).condition, info(clause).effect));
}

// "implementation" for the full implementation, the name of any other subject.
std::string subject_label(std::string_view subject) {
  return std::string{subject == "impl" ? "implementation" : subject};
}

// An answer that differs in nothing that answer_text shows differs in what it made.
std::string answer_with_made(const Tables& tables, const Divergence& divergence, const Answer& answer) {
  std::string line = answer_text(tables, divergence.resolved, answer);
  if (divergence.what == Difference::made) line += fmt::format(", made {}", answer.made);
  return line;
}

std::string answer_rows(const Tables& tables, const Divergence& divergence, std::string_view subject) {
  const std::string model = answer_with_made(tables, divergence, divergence.model);
  const std::string other = answer_with_made(tables, divergence, divergence.subject);
  std::string lines =
      fmt::format("        {:<16}{:<{}}   {}\n", "model", model, other.size(), clause_name(divergence.decided));
  return lines + fmt::format("        {:<16}{}\n", subject_label(subject), other);
}

std::string after_rows(const Script& script, const Divergence& divergence) {
  if (divergence.subject_after.empty()) return step_row("after", "not known: the subject showed no snapshot");
  const auto differences = snapshot_differences(script, divergence.model_after, divergence.subject_after);
  if (differences.empty()) return step_row("after", "same in both");
  std::string lines;
  for (std::size_t i = 0; i < std::min(differences.size(), differences_max); ++i)
    lines += step_row(i == 0 ? "after" : "", differences[i]);
  if (differences.size() > differences_max)
    lines += step_row("", fmt::format("and {} more", differences.size() - differences_max));
  return lines;
}

// Laws apply to nearly every step and tell nothing here.
bool tells(Clause clause) {
  return info(clause).kind == ClauseKind::decides || info(clause).kind == ClauseKind::shapes;
}

std::string applied_row(const Divergence& divergence) {
  std::vector<std::string> ids;
  for (const Clause clause : divergence.applied)
    if (clause != divergence.decided && tells(clause)) ids.emplace_back(clause.id());
  return ids.empty() ? "" : step_row("applied", listed(ids, 16));
}

// Of the clauses that decided a step of the run: one did at the divergence, the others held.
std::string clauses_row(const Divergence& divergence, const Coverage& coverage) {
  std::vector<std::string> held;
  for (std::size_t i = 0; i < clause_count; ++i)
    if (coverage.decided[i] && Clause::at(i) != divergence.decided) held.emplace_back(Clause::at(i).id());
  return fmt::format("  clauses  1 diverged, {} held{}\n", held.size(),
                     held.empty() ? "" : " (" + listed(held, 8) + ")");
}

std::string headline(const Script& script, const Divergence& divergence, const DivergenceContext& context) {
  return fmt::format("DIVERGES  {}  at step {} of {}, profile {}{}\n\n", context.title, divergence.step + 1,
                     script.steps.size(), context.profile,
                     divergence.what == Difference::expectation ? ": the file contradicts the specification" : "");
}

std::string step_line(const Script& script, const Divergence& divergence) {
  const Step& step = divergence.step < script.steps.size() ? script.steps[divergence.step] : divergence.resolved;
  return fmt::format("  {:>2}  {}\n", divergence.step + 1, wrapped(text(script, step), 10, step_row.width));
}

std::string contradiction_rows(const Tables& tables, const Divergence& divergence) {
  return fmt::format("        {:<16}{}   {}\n", "model", answer_text(tables, divergence.resolved, divergence.model),
                     clause_name(divergence.decided)) +
         step_row("file", divergence.expectation);
}

}  // namespace

std::string answer_text(const Tables& tables, const Step& step, const Answer& answer) {
  std::string line = text(answer.result);
  const auto outs = info(step).outs;
  for (std::size_t i = 0; i < outs.size(); ++i)
    if ((answer.written >> i & 1U) != 0)
      line += fmt::format(", {}={}", outs[i].name, output_text(tables, outs[i], answer));
  if (answer.lastError != 0) line += fmt::format(", lastError={}", answer.lastError);
  if (const auto again = restarted(step, answer)) line += fmt::format(", restarted process {}", number(again->pid));
  return line;
}

std::string divergence_text(const Script& script, const Divergence& divergence, const DivergenceContext& context) {
  const bool contradiction = divergence.what == Difference::expectation;
  std::string lines = headline(script, divergence, context) + step_line(script, divergence);
  lines += contradiction ? contradiction_rows(script.tables, divergence)
                         : answer_rows(script.tables, divergence, context.subject);
  lines += sentence(divergence.decided) + applied_row(divergence);
  lines += step_row("before", state_before(script, divergence.resolved, divergence.before));
  if (!contradiction) lines += after_rows(script, divergence);
  if (!contradiction && !divergence.expectation.empty()) lines += step_row("file and model", divergence.expectation);
  lines += '\n';
  if (!context.again.empty()) lines += fmt::format("  again    {}\n", context.again);
  if (context.coverage != nullptr) lines += clauses_row(divergence, *context.coverage);
  return lines;
}

}  // namespace procreg::harness
