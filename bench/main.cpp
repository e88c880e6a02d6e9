// procreg_bench: what things cost, as ratios to a peer measured in the same run. `procreg bench` hands its arguments to it.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>

#include "bench/measure.h"
#include "bench/report.h"
#include "harness/cli/exit_status.h"
#include "harness/scenario/files.h"

namespace procreg::bench {

namespace {

using cli::ExitStatus;

struct Options {
  bool quick{};
  bool list{};
  bool markdown{};
  unsigned rounds{9};
  double seconds{0.1};
  double tolerance_percent{25};
  std::optional<double> gate{};
  std::string only{};
  std::string json_file{};
  std::string baseline_file{};
};

constexpr auto examples = R"(examples:
  procreg bench                          measure, print the table
  procreg bench --json now.json          and write it down
  procreg bench --compare baseline.json  and tell which ratios got worse than in an earlier report
  procreg bench --only "of 4 taken"      only the questions that contain this text
  procreg bench --only dump --gate 1.5   and fail when a goal is missed by more than half
  procreg_bench --benchmark_filter=tag   Google Benchmark's own options: run single benchmarks, no ratios

exit status: 0 measured, 1 worse than the baseline or the gate, 2 interrupted, 3 unusable arguments or baseline,
4 a benchmark failed or the report could not be written, 5 nothing was measured or compared)";

void declare(CLI::App& app, Options& options) {
  app.add_flag("--quick", options.quick, "a trial run of everything: one short round, small worlds, no meaning");
  app.add_flag("--list", options.list, "print the questions and measure nothing");
  app.add_flag("--markdown", options.markdown, "print the rows as docs/performance.md has them");
  app.add_option("--rounds", options.rounds, "rounds; each measures every question and its peer back to back")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "least time of one run of one benchmark")
      ->check(CLI::Range(0.0001, 60.0))
      ->capture_default_str();
  app.add_option("--only", options.only, "only the questions that contain this text");
  app.add_option("--json", options.json_file, "write the report to this file as JSON; - is standard output");
  app.add_option("--compare", options.baseline_file, "compare the ratios with this earlier report");
  app.add_option("--tolerance", options.tolerance_percent, "how many percent a ratio may be below the baseline's")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  app.add_option("--gate", options.gate, "fail when a goal is missed by more than this factor even in its best round")
      ->check(CLI::Range(1.0, 100.0));
  app.footer(examples);
}

volatile std::sig_atomic_t interrupted = 0;

void stop_at_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends the program at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void show_progress(std::size_t done, std::size_t all) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r{} of {} pairs measured{}", done, all, done + 1 == all ? "\n" : "");
}

ExitStatus complain(ExitStatus status, std::string_view what) {
  fmt::print(stderr, "procreg bench: {}\n", what);
  return status;
}

// The worse of two, in the order of the design: 4, then 1, 3, 2, 5, 0.
ExitStatus worse(ExitStatus a, ExitStatus b) {
  constexpr ExitStatus order[] = {ExitStatus::failed,    ExitStatus::diverges,    ExitStatus::unusable,
                                  ExitStatus::undecided, ExitStatus::nothing_ran, ExitStatus::conforms};
  return std::min(a, b, [&](ExitStatus x, ExitStatus y) {
    return std::find(std::begin(order), std::end(order), x) < std::find(std::begin(order), std::end(order), y);
  });
}

std::variant<Report, std::string> read_baseline(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return path + ": cannot be read";
  const std::string content{std::istreambuf_iterator<char>{file}, {}};
  auto read = read_report(content);
  if (auto* wrong = std::get_if<std::string>(&read)) return path + ": " + *wrong;
  if (std::get<Report>(read).quick) return path + ": comes from a quick run, which measures nothing";
  return read;
}

// A baseline is held to the same choice of questions.
void keep_chosen(Report& baseline, const Options& options) {
  std::erase_if(baseline.rows, [&](const Row& row) { return row.question.find(options.only) == std::string::npos; });
}

Questions chosen(const Options& options) {
  auto questions = every_question({.quick = options.quick});
  std::erase_if(questions,
                [&](const Question& question) { return question.text.find(options.only) == std::string::npos; });
  if (options.quick)
    for (auto& question : questions) question.goal.reset();
  return questions;
}

Report measured(const Questions& questions, const Options& options) {
  const Plan plan{.rounds = options.quick ? 1 : options.rounds,
                  .seconds = options.quick ? 0.0001 : options.seconds,
                  .stop = [] { return interrupted != 0; },
                  .progress = show_progress};
  Report report{.machine = this_machine(), .rounds = plan.rounds, .quick = options.quick, .rows = {}};
  report.rows = measure(questions, plan);
  return report;
}

ExitStatus write_out(const Report& report, const Options& options) {
  if (options.json_file == "-") {
    std::cout << json(report);
  } else {
    std::cout << (options.markdown ? markdown(report) : text(report));
  }
  std::cout.flush();
  if (!std::cout) return complain(ExitStatus::failed, "standard output cannot be written");
  if (options.json_file.empty() || options.json_file == "-") return ExitStatus::conforms;
  const auto error = harness::write_file_atomically(options.json_file, json(report));
  return error.empty() ? ExitStatus::conforms : complain(ExitStatus::failed, error);
}

ExitStatus compare_with(const Report& baseline, const Report& report, const Options& options) {
  const double tolerance = options.tolerance_percent / 100;
  const auto comparison = compare(report, baseline, tolerance);
  (options.json_file == "-" ? std::cerr : std::cout) << "\n" << text(comparison, tolerance) << std::flush;
  if (comparison.compared == 0) return ExitStatus::nothing_ran;
  return comparison.worse.empty() ? ExitStatus::conforms : ExitStatus::diverges;
}

ExitStatus hold_to_goals(const Report& report, const Options& options) {
  const Gate held = gate(report, *options.gate);
  (options.json_file == "-" ? std::cerr : std::cout) << "\n" << text(held, *options.gate) << std::flush;
  if (held.judged == 0) return ExitStatus::nothing_ran;
  return held.missed.empty() ? ExitStatus::conforms : ExitStatus::diverges;
}

ExitStatus status_of(const Report& report) {
  if (std::any_of(report.rows.begin(), report.rows.end(), [](const Row& row) { return !row.error.empty(); }))
    return ExitStatus::failed;
  if (interrupted != 0) return complain(ExitStatus::undecided, "interrupted; what was measured until then is above");
  return report.rows.empty() ? ExitStatus::nothing_ran : ExitStatus::conforms;
}

ExitStatus list(const Questions& questions) {
  for (const auto& question : questions) fmt::print("{}, against {}\n", question.text, question.peer_text);
  return questions.empty() ? ExitStatus::nothing_ran : ExitStatus::conforms;
}

ExitStatus run(const Options& options) {
  if (options.gate && options.quick)
    return complain(ExitStatus::unusable, "--gate: a quick run measures nothing to judge");
  std::optional<Report> baseline;
  if (!options.baseline_file.empty()) {
    if (options.quick) return complain(ExitStatus::unusable, "--compare: a quick run measures nothing to compare");
    auto read = read_baseline(options.baseline_file);
    if (auto* wrong = std::get_if<std::string>(&read)) return complain(ExitStatus::unusable, *wrong);
    baseline = std::get<Report>(std::move(read));
    keep_chosen(*baseline, options);
  }
  const auto questions = chosen(options);
  if (options.list) return list(questions);
  if (questions.empty()) return complain(ExitStatus::nothing_ran, "--only: no question contains this text");

  const auto report = measured(questions, options);
  auto status = worse(status_of(report), write_out(report, options));
  if (baseline) status = worse(status, compare_with(*baseline, report, options));
  if (options.gate) status = worse(status, hold_to_goals(report, options));
  return status;
}

// Google Benchmark by itself, for profiling one benchmark.
ExitStatus run_google_benchmark(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return ExitStatus::unusable;
  every_question({});
  return benchmark::RunSpecifiedBenchmarks() == 0 ? ExitStatus::nothing_ran : ExitStatus::conforms;
}

bool names_google_benchmark(int count, char** arguments) {
  return std::any_of(arguments + 1, arguments + count,
                     [](const char* argument) { return std::string_view{argument}.starts_with("--benchmark_"); });
}

ExitStatus main(int count, char** arguments) {
  if (names_google_benchmark(count, arguments)) return run_google_benchmark(count, arguments);
  CLI::App app{"Benchmarks, as ratios to a peer measured in the same run.", "procreg bench"};
  Options options;
  declare(app, options);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::conforms : ExitStatus::unusable;
  }
  stop_at_interrupt();
  return run(options);
}

}  // namespace

Questions every_question(Extent extent) {
  Questions questions;
  ask_about_registration(questions, extent);
  ask_about_registration_lists(questions, extent);
  ask_about_the_library(questions, extent);
  ask_about_programs(questions, extent);
  ask_about_tags(questions, extent);
  ask_about_creates(questions, extent);
  ask_about_reports(questions, extent);
  ask_about_full_reports(questions, extent);
  ask_about_dumps(questions, extent);
  ask_about_reports_with_dumps(questions, extent);
  ask_about_lockstep(questions, extent);
  ask_about_exploration(questions, extent);
  ask_about_schedules(questions, extent);
  ask_about_linearizability(questions, extent);
  return questions;
}

}  // namespace procreg::bench

int main(int count, char** arguments) { return static_cast<int>(procreg::bench::main(count, arguments)); }
