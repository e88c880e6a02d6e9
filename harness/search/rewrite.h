// The ways in which shrinking tries to make a script simpler.
#pragma once

#include <functional>
#include <span>

#include "harness/scenario/script.h"

namespace procreg::harness {

// Takes a candidate that may use names nothing binds any more; true when it is better than the script.
using Offer = std::function<bool(Script)>;

// Offers variants of the script until one is taken; false when none was. `script` may change with an offer that is
// taken, so a rewriting returns then.
using Rewriting = bool (*)(const Script& script, const Offer& offer);

// In the order in which they are tried. Every script has one profile.
std::span<const Rewriting> rewritings();
// Those of them that keep the number of steps and their order.
std::span<const Rewriting> rewritings_in_place();

}  // namespace procreg::harness
