// `procreg conform`: scenarios, property suites, clause coverage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/session.h"
#include "harness/report/results.h"

namespace procreg::cli {

struct ConformRequest {
  std::string subject{"impl"};
  std::vector<std::string> paths{};  // files and folders; none: the whole suite
  std::string scenarios{};           // folder of the scenarios, "": where procreg finds them by itself
  std::optional<harness::Script::NamedProfile> profile{};  // for files without one
  std::vector<Clause> only{};                              // run what names one of these; none: everything
  std::string json{};                                      // file, "-" for standard output, "": not wanted
  std::string junit{};                                     // file, "": not wanted
  std::string save{};                                      // folder for shrunk failures, "": none are saved
  Clause spoiled{};
  std::uint64_t seed{1};  // of the properties
};

// Runs what is asked for. Prints nothing but progress.
harness::SuiteResult run_suite(const ConformRequest& request, const Session& session);

// Runs, prints, writes the files.
ExitStatus conform(const ConformRequest& request, const Session& session);

// Spoils every covered clause that decides or shapes in turn and prints those that the scenarios do not notice.
ExitStatus conform_spoil_all(const ConformRequest& request, const Session& session);

}  // namespace procreg::cli
