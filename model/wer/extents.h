// Sets of bytes of an address space as half-open ranges.
#pragma once

#include <cstdint>

#include "model/state.h"

namespace procreg::model {

// Sorted, none empty, none touches the next. The arguments and the results of all functions below are so.
using Extents = Small<Range, 8>;

// From ranges in any order, which may overlap or be empty.
Extents merged(const Extents& ranges);
Extents united(const Extents& a, const Extents& b);
Extents common(const Extents& a, const Extents& b);
Extents without(const Extents& a, const Extents& b);

bool contains(const Extents& extents, std::uint64_t address);

// The bytes from `address` on, as far as ranges can say: the last byte of the address space is never among them.
Range range_from(std::uint64_t address, std::uint64_t size);
// `before` bytes before the address and `after` from it on, as far as the address space goes.
Range range_around(std::uint64_t address, std::uint64_t before, std::uint64_t after);

}  // namespace procreg::model
