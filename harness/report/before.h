// A world in one line: what a reader of a divergence wants to know of the process that made the step.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/scenario/script.h"

namespace procreg::harness {

// "main: Running, 2 handles, 4 of 4 additional processes: w1.ui w2 w3 w4" of the caller or target of the resolved step, as the
// snapshot `words` shows it; "time 5000 ms" for a step without one.
std::string state_before(const Script& script, const Step& resolved, std::span<const std::uint64_t> words);

}  // namespace procreg::harness
