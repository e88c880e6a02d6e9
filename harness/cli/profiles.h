// The profiles that a script runs under.
#pragma once

#include <optional>
#include <vector>

#include "harness/scenario/script.h"

namespace procreg::cli {

// Those of the script; else the one that was asked for; else the predefined ones.
std::vector<harness::Script::NamedProfile> profiles_for(const harness::Script& script,
                                                        const std::optional<harness::Script::NamedProfile>& asked);

}  // namespace procreg::cli
