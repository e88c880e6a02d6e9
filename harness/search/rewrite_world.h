// Variants of a script with a simpler world, the rest as it is.
#pragma once

#include "harness/search/rewrite.h"

namespace procreg::harness {

bool simpler_profile(const Script& script, const Offer& offer);
bool simpler_world(const Script& script, const Offer& offer);
bool simpler_limits(const Script& script, const Offer& offer);
// What a step can bring about instead of the world: a further process is created, a filter unloaded.
bool steps_for_world(const Script& script, const Offer& offer);

}  // namespace procreg::harness
