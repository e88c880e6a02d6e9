// `procreg conform --subject program:COMMAND` and `library:PATH`: scenarios, judged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/foreign.h"
#include "harness/cli/session.h"
#include "harness/judge/judged_suite.h"

namespace procreg::cli {

struct JudgeRequest {
  std::string subject{};
  ForeignFactory make{};
  std::vector<std::string> paths{};  // files and folders; none: the whole suite
  std::string scenarios{};           // folder of the scenarios, "": where procreg finds them by itself
  // The one that the subject is held to; without one: what it is told, if it follows that, else what it shows.
  std::optional<harness::Script::NamedProfile> profile{};
  std::vector<Clause> only{};  // run what names one of these; none: everything
  bool strict{};               // everything that differs counts
  std::string deviations{};    // file of known deviations, "": none
  std::string log{};           // file for what the subject writes to standard error, "": not kept
  std::string json{};          // file, "-" for standard output, "": not wanted
};

// Runs what is asked for. Prints nothing but progress.
harness::JudgedSuite judge_suite(const JudgeRequest& request, harness::ForeignSubject& subject, const Session& session);

// Runs, prints, writes the files.
ExitStatus judge(const JudgeRequest& request, const Session& session);

}  // namespace procreg::cli
