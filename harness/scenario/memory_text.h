// Stacks, ranges and loaded modules as they stand in a scenario.
#pragma once

#include <string>

#include "api/memory.h"

namespace procreg::harness {

// A list of [begin, end) pairs.
std::string ranges_text(const Ranges& ranges);
// A list of stacks; one that its thread has by default is null.
std::string stacks_text(const Stacks& stacks);
std::string loaded_modules_text(const LoadedModules& modules);

}  // namespace procreg::harness
