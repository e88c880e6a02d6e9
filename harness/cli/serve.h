// `procreg serve`: a subject behind the subject protocol, on standard input and output.
#pragma once

#include <optional>
#include <string>

#include "harness/cli/session.h"

namespace procreg::cli {

struct ServeRequest {
  std::string subject{"impl"};                             // or library:PATH
  std::optional<harness::Script::NamedProfile> profile{};  // it has this one, whatever it is told
  bool snapshot{true};
};

// Until the other end says that it is over.
ExitStatus serve(const ServeRequest& request, const Session& session);

}  // namespace procreg::cli
