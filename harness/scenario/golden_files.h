// Files that tests read, from the repository's root.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace procreg::harness {

// The scenario files below a folder, in the order of their paths.
inline std::vector<std::string> scenario_files(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.path().extension() == ".json") paths.push_back(entry.path().generic_string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

// Whether goldens are to be rewritten with what came out (PROCREG_UPDATE=1); the tests that compare them fail all the same.
inline bool update_goldens() { return std::getenv("PROCREG_UPDATE") != nullptr; }

// What a golden file holds; rewritten before when that was asked for.
inline std::string golden(const std::string& path, const std::string& came_out) {
  const std::string before = content_of(path);
  if (update_goldens()) std::ofstream{path, std::ios::binary} << came_out;
  return before;
}

}  // namespace procreg::harness
