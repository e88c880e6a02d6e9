// A folder of shrunk failures: written by one run, tried first by the next.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

struct SavedFailures {
  std::vector<Script> scripts{};        // in the order of their file names
  std::vector<std::string> problems{};  // files that cannot be used, a line each
};

// The *.json of the folder; empty when there is no such folder.
SavedFailures read_saved(const std::string& folder);

struct Saved {
  std::string file{};     // path of the file, "" when it could not be written
  std::string problem{};  // why
};

// Writes the text under the name that failure_file_name gives; makes the folder when it is missing.
Saved save_failure(const std::string& folder, const Divergence& divergence, const std::string& text);

// The profiles a script runs under: its own, or both predefined ones.
std::vector<Script::NamedProfile> profiles_of(const Script& script);

}  // namespace procreg::harness
