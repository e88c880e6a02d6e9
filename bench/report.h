// The benchmark report: ratios of interleaved rounds. Absolute times drift with the machine; the ratio of two times taken back
// to back does not, so ratios alone are judged and compared.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bench/question.h"

namespace procreg::bench {

// The time of one operation in one round, taken back to back; positive.
struct Round {
  double ours_ns;
  double peer_ns;
  double ratio() const { return peer_ns / ours_ns; }
};

struct Row {
  std::string question;
  std::string peer;
  double ours_ns{};  // median of the rounds
  double peer_ns{};
  double ratio{};  // median of the rounds' ratios, which need not be the ratio of the medians
  double ratio_min{};
  double ratio_max{};
  std::optional<double> goal{};
  std::string error{};  // why it could not be measured; the numbers are 0 then

  bool met() const { return error.empty() && goal && ratio >= *goal; }
  friend bool operator==(const Row&, const Row&) = default;
};

struct Machine {
  std::string cpu;
  unsigned cores{};
  std::string compiler;
  std::string build;  // "Release: -O3 -DNDEBUG"
  friend bool operator==(const Machine&, const Machine&) = default;
};

struct Report {
  Machine machine;
  unsigned rounds{};
  bool quick{};
  std::vector<Row> rows;
  friend bool operator==(const Report&, const Report&) = default;
};

// The middle value; the mean of the two middle ones of an even number. There must be one.
double median(std::vector<double> values);

// The row of a question that was measured; at least one round.
Row summarise(const Question& question, std::span<const Round> rounds);
// The row of one that could not be.
Row failed(const Question& question, std::string error);

// The table of a terminal, and the same rows for docs/performance.md.
std::string text(const Report& report);
std::string markdown(const Report& report);

// "procreg-bench/1"; reading what was written gives an equal report. Reading answers what is wrong as text.
std::string json(const Report& report);
std::variant<Report, std::string> read_report(std::string_view json);

struct Regression {
  std::string question;
  double before;
  double now;
  friend bool operator==(const Regression&, const Regression&) = default;
};

struct Comparison {
  // The ratio is below (1 - tolerance) times the baseline's, and no round came up to it: some peers vary more than any tolerance.
  std::vector<Regression> worse;
  std::vector<std::string> missing;  // measured in the baseline and not now
  std::vector<std::string> added;    // measured now and not in the baseline
  std::size_t compared{};
};

// By the text of the questions. Rows that could not be measured count as absent on their side.
Comparison compare(const Report& now, const Report& baseline, double tolerance);
std::string text(const Comparison& comparison, double tolerance);

// Goals held loosely, for machines that others use too.
struct Gate {
  struct Missed {
    std::string question;
    double goal;
    double best;  // of its rounds
    friend bool operator==(const Missed&, const Missed&) = default;
  };
  std::vector<Missed> missed;  // not even the best round comes up to goal / factor
  std::size_t judged{};        // questions that have a goal and were measured
};
Gate gate(const Report& report, double factor);
std::string text(const Gate& gate, double factor);

}  // namespace procreg::bench
