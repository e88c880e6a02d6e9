#include "model/wer/extents.h"

#include <algorithm>

namespace procreg::model {

namespace {

constexpr std::uint64_t end_of_memory = ~std::uint64_t{0};

// Behind the ranges so far, of which none begins later.
void append(Extents& extents, Range range) {
  if (range.begin >= range.end) return;
  if (!extents.empty() && range.begin <= extents.back().end) {
    extents.back().end = std::max(extents.back().end, range.end);
  } else {
    extents.push_back(range);
  }
}

Extents sorted(Extents ranges) {
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

Range overlap(Range a, Range b) { return {std::max(a.begin, b.begin), std::min(a.end, b.end)}; }

// The first range that ends behind the address.
const Range* first_behind(const Extents& extents, std::uint64_t address) {
  return std::partition_point(extents.begin(), extents.end(),
                              [address](const Range& range) { return range.end <= address; });
}

}  // namespace

Extents merged(const Extents& ranges) {
  if (!std::is_sorted(ranges.begin(), ranges.end())) return merged(sorted(ranges));
  Extents made;
  for (const Range& range : ranges) append(made, range);
  return made;
}

Extents united(const Extents& a, const Extents& b) {
  Extents all = a;
  for (const Range& range : b) all.push_back(range);
  return merged(all);
}

Extents common(const Extents& a, const Extents& b) {
  Extents made;
  for (const Range& range : a) {
    for (const Range* other = first_behind(b, range.begin); other != b.end() && other->begin < range.end; ++other)
      append(made, overlap(range, *other));
  }
  return made;
}

Extents without(const Extents& a, const Extents& b) {
  Extents made;
  for (Range left : a) {
    for (const Range* hole = first_behind(b, left.begin); hole != b.end() && hole->begin < left.end; ++hole) {
      append(made, {left.begin, hole->begin});
      left.begin = std::min(hole->end, left.end);
    }
    append(made, left);
  }
  return made;
}

bool contains(const Extents& extents, std::uint64_t address) {
  const Range* range = first_behind(extents, address);
  return range != extents.end() && range->begin <= address;
}

Range range_from(std::uint64_t address, std::uint64_t size) {
  return {address, size > end_of_memory - address ? end_of_memory : address + size};
}

Range range_around(std::uint64_t address, std::uint64_t before, std::uint64_t after) {
  return {address - std::min(address, before), range_from(address, after).end};
}

}  // namespace procreg::model
