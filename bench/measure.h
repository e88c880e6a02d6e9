// Runs the questions' benchmarks in rounds: ours and its peer back to back, the whole list again in the next round.
#pragma once

#include <functional>

#include "bench/report.h"

namespace procreg::bench {

struct Plan {
  unsigned rounds{9};
  double seconds{0.1};  // of one run of one benchmark, at least
  // Asked before each run; true ends the measurement after the last complete pair.
  std::function<bool()> stop{};
  // Told before each pair: which of how many.
  std::function<void(std::size_t done, std::size_t all)> progress{};
};

// One row a question that was measured in at least one round or failed, in the order of the questions. A benchmark that
// reports an error, or does not exist, is not run again.
std::vector<Row> measure(const Questions& questions, const Plan& plan);

Machine this_machine();

}  // namespace procreg::bench
