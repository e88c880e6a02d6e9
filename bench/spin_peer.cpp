#include "bench/spin_peer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>

namespace procreg::bench {

extern const char* const registry_model;  // bench/spin/registry.pml

namespace {

namespace fs = std::filesystem;

constexpr int not_found = 127;

struct Ended {
  int status{};
  double processor_seconds{};
  std::string printed{};
};

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

[[noreturn]] void become(std::vector<char*>& arguments, const char* folder, const char* output) {
  const int file = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const bool ready =
      file >= 0 && dup2(file, STDOUT_FILENO) >= 0 && dup2(file, STDERR_FILENO) >= 0 && chdir(folder) == 0;
  if (ready) execvp(arguments.front(), arguments.data());
  _exit(not_found);
}

// Runs a program to its end in a folder.
Ended run_in(const fs::path& folder, std::vector<std::string> words) {
  const std::string output = (folder / "output.txt").string();
  const std::string place = folder.string();
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t child = fork();
  if (child == 0) become(arguments, place.c_str(), output.c_str());
  int status = 0;
  rusage used{};
  while (child > 0 && wait4(child, &status, 0, &used) < 0 && errno == EINTR) {
  }
  const bool ended = child > 0 && WIFEXITED(status);
  return {ended ? WEXITSTATUS(status) : -1, seconds(used.ru_utime) + seconds(used.ru_stime), content_of(output)};
}

std::string why(const std::string& program, const std::string& package, const Ended& ended) {
  if (ended.status == not_found)
    return fmt::format("{} is not installed (Debian package {}; `./dev bench` installs it)", program, package);
  if (ended.status < 0) return fmt::format("{} was ended by a signal", program);
  return fmt::format("{} failed with status {}: {}", program, ended.status, ended.printed.substr(0, 200));
}

fs::path new_folder() {
  std::string pattern = (fs::temp_directory_path() / "procreg-spin-XXXXXX").string();
  return mkdtemp(pattern.data()) == nullptr ? fs::path{} : fs::path{pattern};
}

std::string first_match(const std::string& text, const char* pattern) {
  std::smatch found;
  return std::regex_search(text, found, std::regex{pattern}) ? found[1].str() : "";
}

// As SPIN's "%9.8g".
std::string as_spin_prints(std::uint64_t number) { return fmt::format("{:.8g}", static_cast<double>(number)); }

}  // namespace

Counts counts_of(const Registry& registry) {
  Counts counts;
  std::uint64_t of_this_size = 1;
  for (std::uint32_t size = 0; size <= registry.capacity && size <= registry.pids; ++size) {
    counts.states += of_this_size;
    of_this_size *= 2 * (registry.pids - size);
  }
  counts.transitions = counts.states * 3 * registry.pids;
  return counts;
}

bool agrees(const SpinRun& run, const Counts& counts) {
  return run.states == as_spin_prints(counts.states) && run.transitions == as_spin_prints(counts.transitions + 1);
}

std::variant<SpinRun, std::string> read_spin(const std::string& printed) {
  SpinRun run;
  run.states = first_match(printed, R"(([0-9.e+]+) states, stored)");
  run.transitions = first_match(printed, R"(([0-9.e+]+) transitions \(= stored\+matched\))");
  if (run.states.empty() || run.transitions.empty())
    return fmt::format("SPIN printed no counts: {}", printed.substr(0, 200));
  if (printed.find("errors: 0") == std::string::npos) return std::string{"SPIN found an error in its model"};
  if (printed.find("search not completed") != std::string::npos ||
      printed.find("max search depth") != std::string::npos)
    return std::string{"SPIN did not search the whole space"};
  const std::string megabytes = first_match(printed, R"(([0-9.]+)\s+actual memory usage for states)");
  if (!megabytes.empty()) run.bytes_per_state = std::stod(megabytes) * 0x100000 / std::stod(run.states);
  return run;
}

Spin::Spin(const Registry& registry, std::vector<std::string> flags) : folder_{new_folder()} {
  problem_ = folder_.empty() ? fmt::format("no folder for SPIN could be made: {}", std::strerror(errno))
                             : make(registry, flags);
}

Spin::~Spin() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string Spin::make(const Registry& registry, const std::vector<std::string>& flags) const {
  std::ofstream{folder_ / "registry.pml"} << registry_model;
  const Ended spin = run_in(folder_, {"spin", "-a", fmt::format("-DPIDS={}", registry.pids),
                                      fmt::format("-DCAPACITY={}", registry.capacity), "registry.pml"});
  if (spin.status != 0) return why("spin", "spin", spin);
  std::vector<std::string> compile{"gcc", "-O3", "-w", "-DSAFETY", "-DNOREDUCE"};
  compile.insert(compile.end(), flags.begin(), flags.end());
  compile.insert(compile.end(), {"-o", "pan", "pan.c"});
  const Ended gcc = run_in(folder_, compile);
  return gcc.status == 0 ? "" : why("gcc", "gcc", gcc);
}

std::variant<SpinRun, std::string> Spin::run() const {
  if (!problem_.empty()) return problem_;
  // A depth that is enough for 12 pids, and the hash table with which it was fastest.
  const Ended ended = run_in(folder_, {"./pan", "-m500000", "-w24"});
  if (ended.status != 0) return why("pan", "spin", ended);
  auto read = read_spin(ended.printed);
  if (auto* run = std::get_if<SpinRun>(&read)) run->processor_seconds = ended.processor_seconds;
  return read;
}

}  // namespace procreg::bench
