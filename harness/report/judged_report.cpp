#include "harness/report/judged_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

constexpr RowLayout summary_row{.label = 16, .width = 100};
constexpr std::size_t files_shown = 4;
constexpr std::size_t reasons_shown = 8;
constexpr std::size_t differences_shown = 12;
constexpr std::size_t answers_shown = 4;

std::string profile_suffix(const JudgedScript& script) {
  return script.profile.empty() ? "" : ", profile " + script.profile;
}

// What sets an allowed answer apart from the profile `documented`: ", where choice=option".
std::string where(const Possible& possible) {
  const Profile base = documented_profile();
  std::string out;
  for (std::size_t i = 0; i < choice_count; ++i)
    if ((possible.options[i] >> base.option[i] & 1U) == 0)
      out += fmt::format("{}{}={}", out.empty() ? ", where " : " ", choices()[i].name,
                         options_text(i, possible.options[i]));
  return out;
}

struct AllowedRow {
  std::string answer;
  std::string where;
};

// The answers that are allowed, each once.
std::vector<AllowedRow> distinct(const JudgedScript& script, const Step& step, const Mismatch& mismatch) {
  std::vector<AllowedRow> rows;
  for (const Allowed& allowed : mismatch.allowed) {
    std::string line = fmt::format("{}, by {} ({})", answer_text(script.script.tables, step, allowed.answer),
                                   allowed.decided.id(), name(info(allowed.decided).basis));
    const auto same = [&](const AllowedRow& row) { return row.answer == line; };
    if (std::none_of(rows.begin(), rows.end(), same)) rows.push_back({std::move(line), where(allowed.possible)});
  }
  return rows;
}

std::string allowed_rows(const JudgedScript& script, const Step& step, const Mismatch& mismatch) {
  const std::vector<AllowedRow> rows = distinct(script, step, mismatch);
  std::string lines;
  for (std::size_t i = 0; i < std::min(rows.size(), answers_shown); ++i)
    lines += step_row(i == 0 ? "specification" : "or", rows[i].answer + (rows.size() > 1 ? rows[i].where : ""));
  return rows.size() > answers_shown ? lines + step_row("", "and others") : lines;
}

std::string mismatch_rows(const JudgedScript& script, const JudgedSuite& suite) {
  const Judgement& judgement = script.judgement;
  const Mismatch& mismatch = *judgement.mismatch;
  const Step& step = script.script.steps[judgement.step];
  std::string lines = allowed_rows(script, step, mismatch);
  lines += step_row(suite.name.empty() ? "subject" : suite.name,
                    answer_text(script.script.tables, step, mismatch.subject.answer));
  lines += step_row("clause", fmt::format("{}: {}", info(mismatch.clause()).condition, info(mismatch.clause()).effect));
  if (mismatch.writes_when_refusing())
    lines += step_row("differs in", "outputs: one is written though the call is refused (specification README, 4.5)");
  else if (mismatch.what != Difference::result)
    lines += step_row("differs in", name(mismatch.what));
  for (std::size_t i = 0; i < std::min(differences_shown, mismatch.differences.size()); ++i)
    lines += step_row(i == 0 ? "after" : "", mismatch.differences[i]);
  for (const Contradiction& each : mismatch.contradictions) lines += step_row("contradiction", text(each));
  return lines;
}

std::string upper(std::string_view word) {
  std::string out;
  for (const char c : word) out += c == '-' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string step_line(const JudgedScript& script) {
  const std::size_t place = script.judgement.step;
  if (place >= script.script.steps.size()) return {};
  return fmt::format("  {:>2}  {}\n", place + 1,
                     wrapped(text(script.script, script.script.steps[place]), 10, step_row.width));
}

std::string again(const JudgedScript& script, const JudgedSuite& suite) {
  std::string command =
      fmt::format("procreg conform --subject {} {}", shell_word(suite.subject), shell_word(script.file));
  if (!script.profile.empty() && script.script.profiles.empty()) command += " --profile " + shell_word(script.profile);
  return fmt::format("  again    {}\n", command);
}

std::string failure_word(Stopped::Why why) {
  constexpr std::array<std::string_view, 7> words{"cannot", "missing", "not started", "died",
                                                  "hung",   "flooded", "nonsense"};
  return std::string{words[static_cast<std::size_t>(why)]};
}

std::string headline_of(const JudgedScript& script) {
  const Judgement& judgement = script.judgement;
  std::string line = upper(name(judgement.finding));
  if (judgement.failure) line += fmt::format(" ({})", failure_word(*judgement.failure));
  line += fmt::format("  {}", script.file);
  if (judgement.step < script.script.steps.size())
    line += fmt::format("  at step {} of {}", judgement.step + 1, script.script.steps.size());
  return line + profile_suffix(script);
}

// What makes two findings one for a reader.
std::string key_of(const JudgedScript& script) {
  const Judgement& judgement = script.judgement;
  std::string key = fmt::format("{}|{}|", name(judgement.finding), judgement.reason);
  if (!judgement.mismatch) return key;
  const Mismatch& mismatch = *judgement.mismatch;
  key += fmt::format("{}|{}|{}", mismatch.clause().id(), info(script.script.steps[judgement.step]).name,
                     text(mismatch.subject.answer.result));
  for (const Contradiction& each : mismatch.contradictions) key += fmt::format("|{}", each.choice);
  return key;
}

std::string finding_text(const JudgedScript& script, const std::vector<std::string>& others, const JudgedSuite& suite) {
  std::string lines = headline_of(script) + "\n\n" + step_line(script);
  if (!script.judgement.reason.empty()) lines += step_row("because", script.judgement.reason);
  if (script.judgement.mismatch) lines += mismatch_rows(script, suite);
  if (script.known != nullptr) lines += step_row("known", script.known->reason);
  if (!others.empty())
    lines +=
        step_row("also in", fmt::format("{}: {}", counted(others.size(), "scenario"), listed(others, files_shown)));
  return lines + '\n' + again(script, suite) + '\n';
}

bool is_told(const JudgedScript& script) {
  const Finding finding = script.judgement.finding;
  return script.errors.empty() && finding != Finding::conforms && finding != Finding::not_applicable;
}

std::string findings_text(const JudgedSuite& suite) {
  std::vector<const JudgedScript*> first;
  std::map<std::string, std::vector<std::string>> others;
  for (const JudgedScript& script : suite.scripts) {
    if (!is_told(script)) continue;
    const auto [place, is_new] = others.try_emplace(key_of(script));
    if (is_new)
      first.push_back(&script);
    else
      place->second.push_back(script.file);
  }
  std::string lines;
  for (const JudgedScript* script : first) lines += finding_text(*script, others.at(key_of(*script)), suite);
  return lines;
}

std::string unusable_text(const JudgedSuite& suite) {
  std::string lines;
  for (const JudgedScript& script : suite.scripts) {
    if (script.errors.empty()) continue;
    lines += fmt::format("UNUSABLE  {}\n\n", script.file);
    for (const InputError& error : script.errors) lines += fmt::format("  {}\n", text(error));
    lines += '\n';
  }
  return lines;
}

// "12 a, 3 b and 2 more reasons", the most frequent first.
std::string reasons_text(const std::map<std::string, std::size_t>& reasons) {
  std::vector<std::pair<std::string, std::size_t>> sorted{reasons.begin(), reasons.end()};
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string line;
  for (std::size_t i = 0; i < std::min(reasons_shown, sorted.size()); ++i)
    line += fmt::format("{}{}: {}", i == 0 ? "" : "; ", sorted[i].second, sorted[i].first);
  if (sorted.size() > reasons_shown) line += fmt::format("; and {} other reasons", sorted.size() - reasons_shown);
  return line;
}

std::string reason_rows(const JudgedSuite& suite, Finding finding, std::string_view label) {
  std::map<std::string, std::size_t> reasons;
  for (const JudgedScript& script : suite.scripts)
    if (script.judgement.finding == finding && script.errors.empty()) ++reasons[script.judgement.reason];
  return reasons.empty() ? "" : summary_row(label, reasons_text(reasons));
}

std::string tally(const JudgedSuite& suite) {
  std::array<std::size_t, findings> count{};
  std::size_t unusable = 0;
  for (const JudgedScript& script : suite.scripts)
    ++(script.errors.empty() ? count[static_cast<std::size_t>(script.judgement.finding)] : unusable);
  std::string line = fmt::format("{} runs", suite.scripts.size());
  char before = ':';
  const auto add = [&](std::size_t number, std::string_view word) {
    if (number == 0) return;
    line += fmt::format("{} {} {}", before, number, word);
    before = ',';
  };
  for (std::size_t i = 0; i < findings; ++i) add(count[i], name(static_cast<Finding>(i)));
  add(unusable, "unusable");
  return line;
}

std::string profile_rows(const JudgedSuite& suite) {
  if (suite.profile_known) return {};
  const Possible known = hull(suite.knowledge.profiles);
  const Possible all = Possible::everything();
  const Profile base = documented_profile();
  std::size_t shown = 0;
  std::vector<std::string> unlike;
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (known.options[i] == all.options[i]) continue;
    shown += known.decided(i) ? 1 : 0;
    if ((known.options[i] >> base.option[i] & 1U) == 0)
      unlike.push_back(fmt::format("{}={}", choices()[i].name, options_text(i, known.options[i])));
  }
  std::string line = fmt::format("{} of {} choices shown", shown, choice_count);
  if (!unlike.empty()) line += fmt::format("; other than documented: {}", listed(unlike, unlike.size()));
  return summary_row("profile", line);
}

std::string clause_row(const JudgedSuite& suite) {
  ClauseSet broken;
  for (const JudgedScript& script : suite.scripts)
    if (const Clause clause = broken_by(script); !clause.is_none()) broken[clause.index()] = true;
  const ClauseSet held = suite.coverage.reached() & reachable_clauses() & ~broken;
  return summary_row("clauses", fmt::format("{} of {} seen to hold, {} broken", held.count(),
                                            reachable_clauses().count(), broken.count()));
}

std::string deviation_rows(const JudgedSuite& suite) {
  std::size_t known = 0;
  for (const JudgedScript& script : suite.scripts) known += script.known != nullptr ? 1U : 0U;
  if (suite.deviations.listed.empty()) return {};
  return summary_row("known", fmt::format("{} of these by {} listed in {}", known,
                                          counted(suite.deviations.listed.size(), "deviation"), suite.deviations.file));
}

std::string held_text(const JudgedSuite& suite) {
  std::string lines;
  for (const Deviation* deviation : suite.held)
    lines += fmt::format(
        "HOLDS, THOUGH LISTED  {}\n\n        {}\n        It is a known deviation in {} (\"{}\"), and every scenario "
        "that asks for it\n"
        "        found it to hold: take it out of the list.\n\n",
        deviation->clause.id(), info(deviation->clause).condition, suite.deviations.file, deviation->reason);
  return lines;
}

std::string summary(const JudgedSuite& suite) {
  std::string lines;
  if (!suite.name.empty())
    lines +=
        summary_row("subject", suite.version.empty() ? suite.name : fmt::format("{} {}", suite.name, suite.version));
  lines += summary_row("scenarios", tally(suite));
  lines += reason_rows(suite, Finding::not_applicable, "not applicable");
  lines += reason_rows(suite, Finding::not_implemented, "not implemented");
  if (suite.not_run != 0)
    lines += summary_row("not run",
                         fmt::format("{}: the subject failed again and again", counted(suite.not_run, "scenario")));
  lines += summary_row("steps", fmt::format("{}", suite.steps()));
  return lines + clause_row(suite) + profile_rows(suite) + deviation_rows(suite);
}

}  // namespace

std::vector<std::string_view> option_names(std::size_t choice, std::uint8_t options) {
  std::vector<std::string_view> chosen;
  const auto names = choices()[choice].options;
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((options >> i & 1U) != 0) chosen.push_back(names[i]);
  return chosen;
}

std::string options_text(std::size_t choice, std::uint8_t options) {
  return fmt::format("{}", fmt::join(option_names(choice, options), " or "));
}

std::string text(const Contradiction& contradiction) {
  const auto& [choice, here, earlier, where] = contradiction;
  return fmt::format("{}: {} here, {} {}", choices()[choice].name, options_text(choice, here),
                     options_text(choice, earlier), where.empty() ? "before" : "in " + where);
}

std::string judged_text(const JudgedSuite& suite) {
  std::string lines = unusable_text(suite) + findings_text(suite) + held_text(suite);
  for (const std::string& problem : suite.problems) lines += fmt::format("{}\n", problem);
  if (!suite.problems.empty()) lines += '\n';
  return lines + summary(suite) +
         fmt::format("\n{}{}\n", headline(suite.verdict), suite.interrupted ? ", interrupted" : "");
}

}  // namespace procreg::harness
