#include "bench/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <iterator>

namespace procreg::bench {

namespace {

constexpr std::string_view explanation = "ratio = peer / ours of one round; median (smallest .. largest) of the rounds";

std::string nanoseconds(double ns) { return ns < 1000 ? fmt::format("{:.1f}", ns) : fmt::format("{:.0f}", ns); }
std::string times(double ratio) { return fmt::format("{:.2f}x", ratio); }
std::string spread(const Row& row) {
  return fmt::format("{} ({:.2f} .. {:.2f})", times(row.ratio), row.ratio_min, row.ratio_max);
}
std::string goal(const Row& row) { return row.goal ? fmt::format(">= {:g}x", *row.goal) : std::string{"-"}; }

std::string_view verdict(const Row& row) {
  if (!row.goal) return "-";
  return row.met() ? "met" : "NOT MET";
}

using Cells = std::vector<std::string>;

const Cells& heading() {
  static const Cells cells{"question", "ours ns", "peer ns", "ratio", "goal", "verdict", "peer"};
  return cells;
}

Cells cells(const Row& row) {
  if (!row.error.empty()) return {row.question, "-", "-", "-", goal(row), "FAILED: " + row.error, row.peer};
  return {row.question,
          nanoseconds(row.ours_ns),
          nanoseconds(row.peer_ns),
          spread(row),
          goal(row),
          std::string{verdict(row)},
          row.peer};
}

std::vector<Cells> table(const Report& report) {
  std::vector<Cells> lines{heading()};
  std::transform(report.rows.begin(), report.rows.end(), std::back_inserter(lines), cells);
  return lines;
}

std::vector<std::size_t> widths(const std::vector<Cells>& lines) {
  std::vector<std::size_t> result(heading().size());
  for (const auto& line : lines)
    for (std::size_t column = 0; column < line.size(); ++column)
      result[column] = std::max(result[column], line[column].size());
  return result;
}

bool is_number(std::size_t column) { return column == 1 || column == 2; }

// Without blanks at the end.
std::string line_of(const Cells& line, const std::vector<std::size_t>& width) {
  std::string out;
  for (std::size_t column = 0; column < line.size(); ++column) {
    const auto cell = is_number(column) ? fmt::format("{:>{}}", line[column], width[column])
                                        : fmt::format("{:<{}}", line[column], width[column]);
    out += column == 0 ? cell : "  " + cell;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + "\n";
}

std::string goals_of(const Report& report) {
  const auto asked = std::count_if(report.rows.begin(), report.rows.end(), [](const Row& row) { return !!row.goal; });
  const auto met = std::count_if(report.rows.begin(), report.rows.end(), [](const Row& row) { return row.met(); });
  return fmt::format("goals    {} of {} met", met, asked);
}

std::string rounds_of(const Report& report) {
  if (report.quick) return "quick: a trial run, its numbers mean nothing";
  return fmt::format("{} rounds, {}", report.rounds, explanation);
}

std::string machine_of(const Machine& machine) {
  return fmt::format("machine  {}, {} cores\nbuild    {}, {}\n", machine.cpu, machine.cores, machine.compiler,
                     machine.build);
}

const Row* find(const Report& report, std::string_view question) {
  const auto found = std::find_if(report.rows.begin(), report.rows.end(),
                                  [&](const Row& row) { return row.question == question && row.error.empty(); });
  return found == report.rows.end() ? nullptr : &*found;
}

std::vector<std::string> only_in(const Report& report, const Report& other) {
  std::vector<std::string> result;
  for (const auto& row : report.rows)
    if (row.error.empty() && find(other, row.question) == nullptr) result.push_back(row.question);
  return result;
}

std::vector<double> each(std::span<const Round> rounds, double (*value)(const Round&)) {
  std::vector<double> result;
  std::transform(rounds.begin(), rounds.end(), std::back_inserter(result), value);
  return result;
}

}  // namespace

double median(std::vector<double> values) {
  assert(!values.empty());
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Row summarise(const Question& question, std::span<const Round> rounds) {
  const auto ratios = each(rounds, [](const Round& round) { return round.ratio(); });
  const auto [smallest, largest] = std::minmax_element(ratios.begin(), ratios.end());
  return {.question = question.text,
          .peer = question.peer_text,
          .ours_ns = median(each(rounds, [](const Round& round) { return round.ours_ns; })),
          .peer_ns = median(each(rounds, [](const Round& round) { return round.peer_ns; })),
          .ratio = median(ratios),
          .ratio_min = *smallest,
          .ratio_max = *largest,
          .goal = question.goal};
}

Row failed(const Question& question, std::string error) {
  return {.question = question.text, .peer = question.peer_text, .goal = question.goal, .error = std::move(error)};
}

std::string text(const Report& report) {
  const auto lines = table(report);
  const auto width = widths(lines);
  std::string out;
  for (const auto& line : lines) out += line_of(line, width);
  return out + "\n" + machine_of(report.machine) + goals_of(report) + "; " + rounds_of(report) + "\n";
}

std::string markdown(const Report& report) {
  std::string out;
  for (const auto& line : table(report)) {
    out += fmt::format("| {} |\n", fmt::join(line, " | "));
    if (line == heading()) out += "| --- | ---: | ---: | --- | --- | --- | --- |\n";
  }
  return out;
}

Comparison compare(const Report& now, const Report& baseline, double tolerance) {
  Comparison result{.worse = {}, .missing = only_in(baseline, now), .added = only_in(now, baseline)};
  for (const auto& row : now.rows) {
    const Row* before = row.error.empty() ? find(baseline, row.question) : nullptr;
    if (before == nullptr) continue;
    ++result.compared;
    if (row.ratio < before->ratio * (1 - tolerance) && row.ratio_max < before->ratio)
      result.worse.push_back({row.question, before->ratio, row.ratio});
  }
  return result;
}

std::string text(const Comparison& comparison, double tolerance) {
  auto out = fmt::format("compared {} questions with the baseline, {} worse by more than {:g}%\n", comparison.compared,
                         comparison.worse.size(), tolerance * 100);
  for (const auto& worse : comparison.worse)
    out += fmt::format("  worse    {}: {} -> {} ({:+.0f}%)\n", worse.question, times(worse.before), times(worse.now),
                       (worse.now / worse.before - 1) * 100);
  for (const auto& question : comparison.missing) out += fmt::format("  missing  {}: only in the baseline\n", question);
  for (const auto& question : comparison.added) out += fmt::format("  new      {}: not in the baseline\n", question);
  return out;
}

Gate gate(const Report& report, double factor) {
  Gate result;
  for (const auto& row : report.rows) {
    if (!row.error.empty() || !row.goal) continue;
    ++result.judged;
    if (row.ratio_max < *row.goal / factor) result.missed.push_back({row.question, *row.goal, row.ratio_max});
  }
  return result;
}

std::string text(const Gate& gate, double factor) {
  auto out = fmt::format("gate: {} of {} goals missed by more than a factor of {:g} in every round\n",
                         gate.missed.size(), gate.judged, factor);
  for (const auto& missed : gate.missed)
    out += fmt::format("  missed   {}: {} at best, the goal is {}\n", missed.question, times(missed.best),
                       times(missed.goal));
  return out;
}

}  // namespace procreg::bench
