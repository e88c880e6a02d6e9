// One line on standard error that says how far a run is; only ever on a terminal, and gone at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace procreg::cli {

// The line, from numbers only: "1200000 steps, 850000/s, 231 clauses, 12 s left". 0 clauses: nobody
// counts them. `left` of nullopt: not known.
std::string progress_line(std::uint64_t steps, std::chrono::milliseconds elapsed, std::size_t clauses,
                          std::optional<std::chrono::seconds> left);

class Progress {
 public:
  explicit Progress(bool terminal);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Shows the line, at most ten times a second. `done` of `all` is the part of the run behind us; all 0: not known.
  void show(std::uint64_t steps, std::size_t clauses, std::uint64_t done, std::uint64_t all);
  // The same with a line of one's own, made when it is shown.
  template <class Line>
  void show(Line&& line) {
    if (is_due()) put(line());
  }
  // Removes the line, so that other text may be written.
  void clear();

 private:
  bool is_due();
  void put(const std::string& line);

  using Clock = std::chrono::steady_clock;
  const bool terminal_;
  const Clock::time_point began_;
  Clock::time_point shown_at_;
  bool shown_{};
};

}  // namespace procreg::cli
