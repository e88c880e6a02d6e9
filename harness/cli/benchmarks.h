// `procreg bench`: hands over to the benchmarks beside this program.
#pragma once

#include <string>
#include <vector>

#include "harness/cli/session.h"

namespace procreg::cli {

// Replaces this program by `program` with these arguments; comes back only when that cannot be done.
ExitStatus bench(const std::string& program, const std::vector<std::string>& arguments, const Session& session);

// Where the benchmarks are: beside this program.
std::string bench_program();

}  // namespace procreg::cli
