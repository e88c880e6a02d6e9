// The few values that a field takes in an alphabet.
#pragma once

#include <cstddef>
#include <functional>

#include "harness/search/explore/alphabet.h"
#include "model/state.h"

namespace procreg::harness {

// Calls `each` with every step of the kind by or for a process that lives in this state.
void each_step(std::size_t kind, const model::State& state, const AlphabetOptions& options,
               const std::function<void(const Step&)>& each);

}  // namespace procreg::harness
