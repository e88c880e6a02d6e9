#include "harness/search/saved.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "harness/scenario/files.h"
#include "harness/search/shrink.h"

namespace procreg::harness {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> json_files(const fs::path& folder, std::error_code& error) {
  std::vector<std::string> files;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".json") files.push_back(entry->path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

SavedFailures read_saved(const std::string& folder) {
  SavedFailures saved;
  std::error_code error;
  if (!fs::exists(folder, error)) return saved;
  for (const std::string& file : json_files(folder, error)) {
    ReadResult read = read_sequential_script_file(file);
    if (auto* script = std::get_if<Script>(&read)) {
      saved.scripts.push_back(std::move(*script));
    } else {
      for (const InputError& wrong : std::get<std::vector<InputError>>(read)) saved.problems.push_back(text(wrong));
    }
  }
  if (error) saved.problems.push_back(fmt::format("{}: {}", folder, error.message()));
  return saved;
}

Saved save_failure(const std::string& folder, const Divergence& divergence, const std::string& text) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return {"", fmt::format("{}: {}", folder, error.message())};
  const std::string file = (fs::path{folder} / failure_file_name(divergence, text)).string();
  std::string problem = write_file_atomically(file, text);
  if (!problem.empty()) return {"", std::move(problem)};
  return {file, ""};
}

std::vector<Script::NamedProfile> profiles_of(const Script& script) {
  if (!script.profiles.empty()) return script.profiles;
  return {{"documented", documented_profile()}, {"windows11", windows11_profile()}};
}

}  // namespace procreg::harness
