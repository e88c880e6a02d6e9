// Runs a target over files, without libFuzzer: usage `TARGET_replay FILE or DIR...`. Exit status 0 when no input shows a
// fault, 3 when one cannot be read, 5 when there was none; a fault aborts, as under libFuzzer.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/fuzzing/target.h"
#include "harness/scenario/files.h"

namespace {

namespace fs = std::filesystem;

void add_files(const fs::path& path, std::vector<std::string>& files) {
  if (!fs::is_directory(path)) return files.push_back(path.string());
  std::vector<std::string> below;
  for (const auto& entry : fs::recursive_directory_iterator{path})
    if (entry.is_regular_file()) below.push_back(entry.path().string());
  std::sort(below.begin(), below.end());
  files.insert(files.end(), below.begin(), below.end());
}

int run(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    const auto content = procreg::harness::read_whole_file(file);
    if (const auto* errors = std::get_if<1>(&content)) {
      std::fprintf(stderr, "%s\n", text(errors->front()).c_str());
      return 3;
    }
    // Named before it runs: it may not come back.
    std::fprintf(stderr, "%s\n", file.c_str());
    const auto& bytes = std::get<std::string>(content);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%zu inputs\n", files.size());
  return files.empty() ? 5 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::string> files;
    for (int i = 1; i < argc; ++i) add_files(argv[i], files);
    return run(files);
  } catch (const fs::filesystem_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
}
