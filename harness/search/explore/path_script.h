// A path of resolved steps as a script with names, and what comes of running that.
#pragma once

#include <optional>
#include <vector>

#include "harness/search/explore/explore.h"

namespace procreg::harness {

// The steps before, then these. A process that a step makes gets a name, so that others can say who they are by.
Script script_of(const ExploreOptions& options, const std::vector<Step>& steps, const Profile& profile);

// The script run in lockstep on a new subject; nullopt: it does not diverge.
std::optional<ExploreFailure> replayed(const ExploreOptions& options, const std::vector<Step>& steps,
                                       const Profile& profile);

}  // namespace procreg::harness
