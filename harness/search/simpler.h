// What is simpler than what: the order in which shrinking looks for the smallest script, so that it ends in the same
// one wherever it begins.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/scenario/script.h"

namespace procreg::harness {

// Compared lexicographically; the smaller, the simpler. First how far the profile is from `documented`, then the world
// from the default one, then the number of steps, then limits, then how many ids mean something by chance (is_raw,
// is_foreign), then the steps one after another: kind, then each value. The script has one profile.
using Cost = std::vector<std::uint64_t>;
Cost cost(const Script& script);

// Calls `with` with copies of the step in which one field has a simpler value, the simplest first, until `with` returns
// true. The names that the values use are bound before that step. Returns whether `with` did.
bool each_simpler(const Script& script, std::size_t step, const std::function<bool(const Step&)>& with);

// An id that is a number which means something by chance only: neither a name, nor null, a pseudo handle, or an id that
// nobody has.
bool is_raw(const PidRef& pid);
bool is_raw(const TidRef& tid);
bool is_raw(const HandleRef& handle);

}  // namespace procreg::harness
