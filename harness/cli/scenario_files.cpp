#include "harness/cli/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

namespace procreg::cli {
namespace {

namespace fs = std::filesystem;

std::string shown(const fs::path& path) { return path.generic_string(); }

// Appends what is below the folder, in the order of the paths.
void list_folder(const fs::path& folder, std::vector<std::string>& files,
                 std::vector<harness::InputError>& unreadable) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error))
    entries.push_back(entry->path());
  if (error) {
    unreadable.push_back({shown(folder), 0, 0, "", "this folder cannot be read: " + error.message()});
    return;
  }
  std::sort(entries.begin(), entries.end());
  for (const fs::path& path : entries) {
    std::error_code ignored;
    const fs::file_status status = fs::symlink_status(path, ignored);
    if (fs::is_directory(status)) list_folder(path, files, unreadable);
    if (!fs::is_directory(path, ignored) && path.extension() == ".json") files.push_back(shown(path));
  }
}

}  // namespace

FoundFiles find_scenario_files(std::span<const std::string> paths) {
  FoundFiles found;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    std::vector<std::string> files{path};
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      files.clear();
      const std::size_t failures = found.unreadable.size();
      list_folder(path, files, found.unreadable);
      if (files.empty() && found.unreadable.size() == failures) found.empty.push_back(path);
    }
    for (std::string& file : files)
      if (seen.insert(file).second) found.files.push_back(std::move(file));
  }
  return found;
}

std::string folder_of_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? std::string{} : program.parent_path().string();
}

std::optional<std::string> scenarios_folder(const std::string& given) {
  if (!given.empty()) return given;
  std::error_code ignored;
  if (fs::is_directory("scenarios/conformance", ignored)) return "scenarios";
  const std::string program = folder_of_program();
  if (program.empty()) return std::nullopt;
  const fs::path installed = fs::path{program}.parent_path() / "share/procreg/scenarios";
  if (fs::is_directory(installed / "conformance", ignored)) return shown(installed);
  return std::nullopt;
}

std::vector<std::string> suite_folders(const std::string& scenarios) {
  std::vector<std::string> folders{scenarios + "/conformance"};
  std::error_code ignored;
  // A folder of regressions without any is as good as none.
  const std::string regressions = scenarios + "/regressions";
  if (fs::is_directory(regressions, ignored) && !fs::is_empty(regressions, ignored)) folders.push_back(regressions);
  return folders;
}

std::optional<SuiteScripts> read_suite(const std::string& given) {
  const auto folder = scenarios_folder(given);
  if (!folder) return std::nullopt;
  const auto folders = suite_folders(*folder);
  FoundFiles found = find_scenario_files(folders);
  SuiteScripts suite{{}, std::move(found.unreadable)};
  for (const std::string& file : found.files) {
    auto read = harness::read_script_file(file);
    if (auto* script = std::get_if<harness::Script>(&read)) {
      script->file = file;
      suite.scripts.push_back(std::move(*script));
      continue;
    }
    for (harness::InputError& error : std::get<1>(read)) suite.unusable.push_back(std::move(error));
  }
  return suite;
}

bool wanted(std::span<const Clause> named, std::span<const Clause> only) {
  return only.empty() || std::find_first_of(named.begin(), named.end(), only.begin(), only.end()) != named.end();
}

}  // namespace procreg::cli
