// Benchmarks that write files.
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace procreg::bench {

// An empty folder of its own, gone with all that is in it when this is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "procreg-bench-XXXXXX").string();
    if (mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (is_there()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  bool is_there() const { return !path_.empty(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_{};
};

// Times `write` alone. Before it `prepare()`, after it `check_and_remove(whether to look at what stands there)`: the first time
// only. Each answers whether all was well.
template <class Prepare, class Write, class CheckAndRemove>
void measure_to_file(benchmark::State& state, Prepare&& prepare, Write&& write, CheckAndRemove&& check_and_remove) {
  using Clock = std::chrono::steady_clock;
  bool first = true;
  for (auto _ : state) {
    if (!prepare()) return state.SkipWithError("there is no folder for files");
    const Clock::time_point begun = Clock::now();
    const bool written = write();
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begun).count());
    if (!check_and_remove(first) || !written) state.SkipWithError("a file is not as it should be");
    first = false;
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace procreg::bench
