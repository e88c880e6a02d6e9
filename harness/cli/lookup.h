// `procreg explain` and `procreg list`: what the tables and the scenarios say.
#pragma once

#include <string>

#include "harness/cli/session.h"

namespace procreg::cli {

struct ExplainRequest {
  std::string word{};       // a clause's id or a choice's name
  std::string scenarios{};  // folder of the scenarios, "": where procreg finds them by itself
  bool json{};
};
ExitStatus explain(const ExplainRequest& request, const Session& session);

struct ListRequest {
  std::string what{};  // calls, events, clauses, choices, profiles, scenarios, results, outcomes, combinations,
                       // dimensions, subjects, properties, schema
  std::string scenarios{};
  bool json{};
};
ExitStatus list(const ListRequest& request, const Session& session);

}  // namespace procreg::cli
