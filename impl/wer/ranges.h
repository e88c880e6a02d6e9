// Sets of addresses. A RangeSet is sorted, its ranges hold something, and no two of them overlap or touch. The last byte of the
// address space is in none, so every end is an address too.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "api/memory.h"
#include "api/snapshot.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

using RangeSet = std::span<const SnapRange>;

inline constexpr std::uint64_t last_address = std::numeric_limits<std::uint64_t>::max();

// A range as it was given.
constexpr SnapRange snap(const Range& range) noexcept { return {Address{range.begin}, Address{range.end}}; }
// `size` bytes from `begin` on, as far as there are addresses.
constexpr SnapRange bytes_from(std::uint64_t begin, std::uint64_t size) noexcept {
  return {Address{begin}, Address{size < last_address - begin ? begin + size : last_address}};
}
constexpr bool is_empty(const SnapRange& range) noexcept { return range.begin >= range.end; }

// The set of all bytes of the ranges, which may overlap, in any order, some of them empty. Stands where they stood.
RangeSet set_of(std::span<SnapRange> ranges) noexcept;

// These write the set at `out`, where there is room for as many ranges as both have together and neither of them stands.
RangeSet united(RangeSet a, RangeSet b, SnapRange* out) noexcept;
RangeSet without(RangeSet a, RangeSet b, SnapRange* out) noexcept;
RangeSet common(RangeSet a, RangeSet b, SnapRange* out) noexcept;

bool contains(RangeSet set, Address byte) noexcept;

enum class Share : std::uint8_t { none, some, all };
// How much of the range, which is not empty, the set has.
Share share_of(RangeSet set, const SnapRange& range) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
