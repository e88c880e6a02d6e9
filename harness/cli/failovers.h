// `procreg list outcomes` and `procreg list combinations`: how two opens of one file end (harness/failover).
#pragma once

#include <iosfwd>

#include "harness/cli/lookup.h"
#include "harness/failover/table.h"

namespace procreg::cli {

// Performs every combination on model and subject, then prints them: those that end alike as one row, or one by one. Where the two
// do not agree that is all that is told.
ExitStatus list_outcomes(const ListRequest& request, const Session& session);
ExitStatus list_combinations(const ListRequest& request, const Session& session);

// What they print of a whole table.
void print_outcomes(const harness::FailoverTable& table, bool json, std::ostream& out);
void print_combinations(const harness::FailoverTable& table, bool json, std::ostream& out);

}  // namespace procreg::cli
