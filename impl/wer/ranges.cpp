#include "impl/wer/ranges.h"

#include <algorithm>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr auto begins_before = [](const SnapRange& a, const SnapRange& b) noexcept { return a.begin < b.begin; };

// Appends ranges in the order of their beginnings, each to the one before if it reaches it.
class Merge {
 public:
  explicit Merge(SnapRange* out) noexcept : first_{out}, end_{out} {}
  void add(const SnapRange& range) noexcept {
    if (end_ == first_ || end_[-1].end < range.begin) {
      *end_++ = range;
    } else {
      end_[-1].end = std::max(end_[-1].end, range.end);
    }
  }
  RangeSet set() const noexcept { return {first_, end_}; }

 private:
  SnapRange* first_;
  SnapRange* end_;
};

// The ranges of the set that end after the address. Halves without a branch, which would be mispredicted every other time where
// blocks are asked for in no order.
RangeSet ending_after(RangeSet set, Address address) noexcept {
  const SnapRange* first = set.data();
  std::size_t length = set.size();
  while (length > 0) {
    const std::size_t half = (length + 1) / 2;
    first += first[half - 1].end <= address ? half : 0;
    length -= half;
  }
  return {first, set.data() + set.size()};
}

}  // namespace

RangeSet set_of(std::span<SnapRange> ranges) noexcept {
  if (!std::is_sorted(ranges.begin(), ranges.end(), begins_before))
    std::sort(ranges.begin(), ranges.end(), begins_before);
  Merge merge{ranges.data()};
  for (const SnapRange& range : ranges) {
    const SnapRange copy = range;  // what is merged overwrites only what has been read
    if (!is_empty(copy)) merge.add(copy);
  }
  return merge.set();
}

RangeSet united(RangeSet a, RangeSet b, SnapRange* out) noexcept {
  Merge merge{out};
  auto of_b = b.begin();
  for (const SnapRange& range : a) {
    for (; of_b != b.end() && begins_before(*of_b, range); ++of_b) merge.add(*of_b);
    merge.add(range);
  }
  for (; of_b != b.end(); ++of_b) merge.add(*of_b);
  return merge.set();
}

RangeSet without(RangeSet a, RangeSet b, SnapRange* out) noexcept {
  SnapRange* end = out;
  auto hole = b.begin();
  for (const SnapRange& range : a) {
    Address begin = range.begin;
    while (hole != b.end() && hole->end <= begin) ++hole;
    for (auto next = hole; next != b.end() && next->begin < range.end; ++next) {
      if (begin < next->begin) *end++ = {begin, next->begin};
      begin = next->end;
      hole = next;
    }
    if (begin < range.end) *end++ = {begin, range.end};
  }
  return {out, end};
}

RangeSet common(RangeSet a, RangeSet b, SnapRange* out) noexcept {
  SnapRange* end = out;
  auto of_a = a.begin();
  auto of_b = b.begin();
  while (of_a != a.end() && of_b != b.end()) {
    const SnapRange both{std::max(of_a->begin, of_b->begin), std::min(of_a->end, of_b->end)};
    if (!is_empty(both)) *end++ = both;
    ++(of_a->end < of_b->end ? of_a : of_b);
  }
  return {out, end};
}

bool contains(RangeSet set, Address byte) noexcept {
  const RangeSet rest = ending_after(set, byte);
  return !rest.empty() && rest.front().begin <= byte;
}

Share share_of(RangeSet set, const SnapRange& range) noexcept {
  const RangeSet rest = ending_after(set, range.begin);
  if (rest.empty() || rest.front().begin >= range.end) return Share::none;
  return rest.front().begin <= range.begin && range.end <= rest.front().end ? Share::all : Share::some;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
