#include "bench/measure.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <thread>

namespace procreg::bench {

namespace {

// Keeps what the last run measured, and prints nothing.
class Catcher : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override { runs_ = runs; }

  std::variant<double, std::string> nanoseconds() const {
    if (runs_.size() != 1) return fmt::format("{} benchmarks of this name", runs_.size());
    const Run& run = runs_.front();
    if (run.error_occurred) return run.error_message;
    const auto rate = run.counters.find("items_per_second");
    if (rate == run.counters.end() || !(rate->second.value > 0) || !std::isfinite(rate->second.value))
      return std::string{"it did not say how many operations it performed"};
    return 1e9 / rate->second.value;
  }

 private:
  std::vector<Run> runs_;
};

// Names of benchmarks hold letters, digits and '-' only; Google Benchmark appends "/real_time/threads:2" and the like.
std::variant<double, std::string> run(const std::string& benchmark_name) {
  Catcher catcher;
  benchmark::RunSpecifiedBenchmarks(&catcher, "^" + benchmark_name + "(/|$)");
  return catcher.nanoseconds();
}

void set_least_time(double seconds) {
  std::string program = "procreg_bench";
  std::string least = fmt::format("--benchmark_min_time={}", seconds);
  std::array<char*, 3> arguments{program.data(), least.data(), nullptr};
  int count = 2;
  benchmark::Initialize(&count, arguments.data());
}

struct Progress {
  std::vector<Round> rounds{};
  std::string error{};
};

// Who runs first changes from round to round, so that neither always finds the caches of the other.
void add_round(const Question& question, bool peer_first, Progress& progress) {
  const auto first = run(peer_first ? question.peer : question.ours);
  const auto second = run(peer_first ? question.ours : question.peer);
  for (const auto* result : {&first, &second})
    if (const auto* error = std::get_if<std::string>(result)) progress.error = *error;
  if (!progress.error.empty()) return;
  const double a = std::get<double>(first);
  const double b = std::get<double>(second);
  progress.rounds.push_back(peer_first ? Round{b, a} : Round{a, b});
}

std::vector<Row> rows_of(const Questions& questions, const std::vector<Progress>& progress) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (!progress[i].error.empty())
      rows.push_back(failed(questions[i], progress[i].error));
    else if (!progress[i].rounds.empty())
      rows.push_back(summarise(questions[i], progress[i].rounds));
  }
  return rows;
}

std::string cpu_model() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown CPU";
}

std::string compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "GCC " __VERSION__;
#endif
}

}  // namespace

std::vector<Row> measure(const Questions& questions, const Plan& plan) {
  set_least_time(plan.seconds);
  std::vector<Progress> progress(questions.size());
  for (std::size_t done = 0; done < plan.rounds * questions.size(); ++done) {
    if (plan.stop && plan.stop()) break;
    if (plan.progress) plan.progress(done, plan.rounds * questions.size());
    const std::size_t which = done % questions.size();
    if (progress[which].error.empty()) add_round(questions[which], (done / questions.size()) % 2 == 1, progress[which]);
  }
  return rows_of(questions, progress);
}

Machine this_machine() { return {cpu_model(), std::thread::hardware_concurrency(), compiler(), PROCREG_BENCH_BUILD}; }

}  // namespace procreg::bench
