// Saving failures as scenario files.
#pragma once

#include <string>

#include "harness/cli/session.h"
#include "harness/lockstep/lockstep.h"
#include "harness/search/saved.h"

namespace procreg::cli {

// Shrinks the script to the smallest one that fails in the same way and saves that in the folder, which is made if need be.
harness::Saved save_shrunk(const harness::Script& script, const harness::Script::NamedProfile& profile,
                           const harness::Divergence& failure, const std::string& folder, const Session& session,
                           Clause spoiled = {});

// Saves a script as it is in the folder, which is made if need be, under a name made of what it contains.
harness::Saved save_script(const harness::Script& script, const std::string& folder);

}  // namespace procreg::cli
