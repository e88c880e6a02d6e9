#include "harness/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>

namespace procreg::cli {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<seconds> left_of(milliseconds elapsed, std::uint64_t done, std::uint64_t all) {
  if (done == 0 || all == 0 || done > all) return std::nullopt;
  const double rest = static_cast<double>(all - done) / static_cast<double>(done);
  return seconds{static_cast<std::int64_t>(rest * static_cast<double>(elapsed.count()) / 1000)};
}

}  // namespace

std::string progress_line(std::uint64_t steps, milliseconds elapsed, std::size_t clauses, std::optional<seconds> left) {
  const auto ms = static_cast<std::uint64_t>(elapsed.count());
  std::string line = fmt::format("{} steps", steps);
  if (ms != 0)
    line +=
        fmt::format(", {}/s", static_cast<std::uint64_t>(static_cast<double>(steps) * 1000 / static_cast<double>(ms)));
  if (clauses != 0) line += fmt::format(", {} clauses", clauses);
  if (left) line += fmt::format(", {} s left", left->count());
  return line;
}

Progress::Progress(bool terminal) : terminal_{terminal}, began_{Clock::now()}, shown_at_{began_} {}

bool Progress::is_due() { return terminal_ && Clock::now() - shown_at_ >= milliseconds{100}; }

void Progress::put(const std::string& line) {
  shown_at_ = Clock::now();
  shown_ = true;
  std::fputs(fmt::format("\r{}\x1b[K", line).c_str(), stderr);
  std::fflush(stderr);
}

void Progress::show(std::uint64_t steps, std::size_t clauses, std::uint64_t done, std::uint64_t all) {
  if (!is_due()) return;
  const auto elapsed = duration_cast<milliseconds>(Clock::now() - began_);
  put(progress_line(steps, elapsed, clauses, left_of(elapsed, done, all)));
}

void Progress::clear() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace procreg::cli
