// `procreg replay`: scenarios step by step, as far as the first divergence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/session.h"

namespace procreg::cli {

struct ReplayRequest {
  std::string subject{"impl"};
  std::vector<std::string> paths{};                        // files and folders
  std::optional<harness::Script::NamedProfile> profile{};  // for files without one
  std::string report_dir{};                                // for report folders, "": not wanted
  std::string trace{};  // file for one JSON object a step, "-" for standard output, "": not wanted
  bool json{};          // print an array with an object a step instead of text
};

ExitStatus replay(const ReplayRequest& request, const Session& session);

}  // namespace procreg::cli
