// SPIN over bench/spin/registry.pml: its verifier is made once, run as a child process, and says what it counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace procreg::bench {

// The world of registry.pml: one caller, `pids` pids, two thread ids, a table of `capacity`.
struct Registry {
  std::uint32_t pids{12};
  std::uint32_t capacity{5};
};

// How many states such a world has, and steps from them: refusals count. By the formula, to hold SPIN and procreg against.
struct Counts {
  std::uint64_t states{};
  std::uint64_t transitions{};
  friend bool operator==(const Counts&, const Counts&) = default;
};
Counts counts_of(const Registry& registry);

struct SpinRun {
  std::string states;       // as SPIN prints them: with 8 digits at most
  std::string transitions;  // one more than there are: the start counts as one
  double processor_seconds{};
  double
      bytes_per_state{};  // of what is stored of states, without the hash table and the stack; 0 where it is not said
};

// Whether SPIN counted exactly these.
bool agrees(const SpinRun& run, const Counts& counts);

// What a verifier printed; a text: what is wrong with it.
std::variant<SpinRun, std::string> read_spin(const std::string& printed);

// A verifier in a folder of its own, which goes with it.
class Spin {
 public:
  // `flags` are for gcc, beside -O3 -DSAFETY -DNOREDUCE. Where spin or gcc is missing or fails, every run says so.
  explicit Spin(const Registry& registry, std::vector<std::string> flags = {});
  ~Spin();
  Spin(const Spin&) = delete;
  Spin& operator=(const Spin&) = delete;

  std::variant<SpinRun, std::string> run() const;

 private:
  std::string make(const Registry& registry, const std::vector<std::string>& flags) const;

  std::filesystem::path folder_{};
  std::string problem_{};
};

}  // namespace procreg::bench
