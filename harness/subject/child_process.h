// A program at the other end of pipes, in a process group of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace procreg::harness {

// Not thread-safe. The destructor ends the program and every process of its group at once.
class ChildProcess {
 public:
  using Clock = std::chrono::steady_clock;

  // Runs the command through the shell. A text: why it cannot be. While `interrupted` is true nothing is waited for.
  static std::variant<std::unique_ptr<ChildProcess>, std::string> start(const std::string& command,
                                                                        const std::atomic<bool>* interrupted);
  virtual ~ChildProcess() = default;

  enum class Got { all, ended, late, too_long };
  // Writes the text, and keeps what the program writes to standard error meanwhile.
  virtual Got write(std::string_view text, Clock::time_point until) = 0;
  // The next line of its standard output, without its end, of at most `bytes_max` bytes.
  virtual Got read_line(std::string& line, std::size_t bytes_max, Clock::time_point until) = 0;
  // Closes its input and waits for its end; then "ended with status 3", "was ended by signal 11 (Segmentation fault)", "" when it lives
  // on.
  virtual std::string ended(Clock::time_point until) = 0;
  // Standard error so far, the last log_bytes_max of it.
  virtual std::string log() const = 0;

  static constexpr std::size_t log_bytes_max = std::size_t{1} << 20;

 protected:
  ChildProcess() = default;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
};

}  // namespace procreg::harness
