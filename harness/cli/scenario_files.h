// Which scenario files a command line means.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/files.h"

namespace procreg::cli {

struct FoundFiles {
  std::vector<std::string> files;               // each once; those of a folder in the order of their paths
  std::vector<harness::InputError> unreadable;  // folders that cannot be listed
  std::vector<std::string> empty;               // folders without a single scenario
};

// Files as they are given, folders with everything below them that ends in .json. Links to folders are not followed. A file
// that does not exist is kept: reading it says so.
FoundFiles find_scenario_files(std::span<const std::string> paths);

// The folder of the scenarios that come with procreg: `given`, or `scenarios` in the current folder if it holds
// `conformance`, or share/procreg/scenarios beside the folder of the program. nullopt: there is none of these.
std::optional<std::string> scenarios_folder(const std::string& given);
// What to say then.
inline constexpr std::string_view no_scenarios_folder =
    "there is no folder of scenarios here and none was installed: name one with --scenarios DIR";

// The folders that `conform` runs by itself, below the folder of all scenarios; regressions may be missing.
std::vector<std::string> suite_folders(const std::string& scenarios);

// The folder that this program's executable file is in, "" when the system does not say.
std::string folder_of_program();

// All scenarios of the suite in the order of their files, and why others are unusable. nullopt: there is no folder (`given`
// as for scenarios_folder).
struct SuiteScripts {
  std::vector<harness::Script> scripts{};
  std::vector<harness::InputError> unusable{};
};
std::optional<SuiteScripts> read_suite(const std::string& given);

// Whether what names these clauses is asked for, where it is asked for by clause; an empty `only` asks for everything.
bool wanted(std::span<const Clause> named, std::span<const Clause> only);

}  // namespace procreg::cli
