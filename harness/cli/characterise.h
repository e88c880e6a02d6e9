// `procreg characterise`: which option a subject takes for every choice.
#pragma once

#include <string>

#include "harness/cli/foreign.h"
#include "harness/cli/session.h"

namespace procreg::cli {

struct CharacteriseRequest {
  std::string subject{};
  ForeignFactory make{};
  std::string scenarios{};     // folder of the scenarios, "": where procreg finds them by itself
  std::string save_profile{};  // file, "": not wanted
  bool json{};                 // print JSON instead of text
};

// Conforms: every choice is decided. Undecided: not all are. Diverges: no profile explains what it does.
ExitStatus characterise(const CharacteriseRequest& request, const Session& session);

}  // namespace procreg::cli
