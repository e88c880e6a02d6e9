#include "impl/wer/ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <ostream>
#include <random>
#include <vector>

namespace procreg {

bool operator==(const SnapRange& a, const SnapRange& b) { return a.begin == b.begin && a.end == b.end; }
std::ostream& operator<<(std::ostream& out, const SnapRange& range) {
  return out << '[' << number(range.begin) << ", " << number(range.end) << ')';
}

}  // namespace procreg

namespace procreg::impl {
namespace {

constexpr std::size_t addresses = 64;
using Bits = std::bitset<addresses>;
using List = std::vector<SnapRange>;

constexpr SnapRange range(std::uint64_t begin, std::uint64_t end) { return {Address{begin}, Address{end}}; }
List list(RangeSet set) { return {set.begin(), set.end()}; }

Bits bits_of(RangeSet ranges) {
  Bits bits;
  for (const SnapRange& r : ranges)
    for (std::uint64_t byte = number(r.begin); byte < number(r.end); ++byte) bits.set(byte);
  return bits;
}

// The set of the bits, found without any of what is tested.
List set_from(const Bits& bits) {
  List set;
  for (std::uint64_t byte = 0; byte < addresses; ++byte) {
    if (!bits[byte]) continue;
    if (byte == 0 || !bits[byte - 1]) set.push_back(range(byte, byte));
    set.back().end = Address{byte + 1};
  }
  return set;
}

class AgainstABitmap : public testing::Test {
 protected:
  std::uint64_t draw(std::uint64_t end) { return std::uniform_int_distribution<std::uint64_t>{0, end - 1}(random_); }
  // In any order, overlapping, touching and empty ones among them.
  List draw_ranges() {
    List ranges(draw(9));
    for (SnapRange& r : ranges) {
      const std::uint64_t begin = draw(addresses);
      r = range(begin, std::min(begin + draw(12), std::uint64_t{addresses}));
    }
    return ranges;
  }
  template <class Check>
  void repeat(Check check) {
    for (int round = 0; round < 20000 && !HasFailure(); ++round) {
      List a = draw_ranges();
      List b = draw_ranges();
      const Bits in_a = bits_of(a);
      const Bits in_b = bits_of(b);
      check(set_of(a), set_of(b), in_a, in_b);
    }
  }

 private:
  std::mt19937_64 random_{1};
};

TEST_F(AgainstABitmap, ASetHasTheBytesOfItsRangesAndIsTheOnlyOneThatDoes) {
  repeat([](RangeSet a, RangeSet, const Bits& in_a, const Bits&) { EXPECT_EQ(list(a), set_from(in_a)); });
}

TEST_F(AgainstABitmap, UnionDifferenceAndIntersectionFitTheirRoom) {
  repeat([](RangeSet a, RangeSet b, const Bits& in_a, const Bits& in_b) {
    const SnapRange untouched = range(7, 3);
    List out(a.size() + b.size() + 1, untouched);
    EXPECT_EQ(list(united(a, b, out.data())), set_from(in_a | in_b));
    EXPECT_EQ(list(without(a, b, out.data())), set_from(in_a & ~in_b));
    EXPECT_EQ(list(common(a, b, out.data())), set_from(in_a & in_b));
    EXPECT_EQ(out.back(), untouched);
  });
}

TEST_F(AgainstABitmap, WhatItContainsAndWhichShareOfARange) {
  repeat([&](RangeSet a, RangeSet, const Bits& in_a, const Bits&) {
    const std::uint64_t byte = draw(addresses);
    EXPECT_EQ(contains(a, Address{byte}), in_a[byte]);
    const std::uint64_t end = byte + 1 + draw(addresses - byte);
    const List asked{range(byte, end)};
    const Bits all = bits_of(asked);
    const Share share = (in_a & all) == all ? Share::all : (in_a & all).any() ? Share::some : Share::none;
    EXPECT_EQ(share_of(a, asked[0]), share);
  });
}

TEST(Ranges, EndAtTheEndOfTheAddressSpace) {
  EXPECT_EQ(bytes_from(5, 0xFFFF'FFFF), range(5, 0x1'0000'0004));
  EXPECT_EQ(bytes_from(last_address - 4, 3), range(last_address - 4, last_address - 1));
  EXPECT_EQ(bytes_from(last_address - 4, 4), range(last_address - 4, last_address));
  EXPECT_EQ(bytes_from(last_address - 4, 5), range(last_address - 4, last_address));
  EXPECT_EQ(bytes_from(last_address - 4, 0xFFFF'FFFF), range(last_address - 4, last_address));
  EXPECT_TRUE(is_empty(bytes_from(last_address, 1)));
}

TEST(Ranges, AtTheEndAreSubtractedLikeAllOthers) {
  List all{range(0, last_address)};
  List high{bytes_from(last_address - 0x10, 0x100)};
  SnapRange out[2];
  EXPECT_EQ(list(without(all, high, out)), (List{range(0, last_address - 0x10)}));
  EXPECT_EQ(list(common(all, high, out)), high);
}

}  // namespace
}  // namespace procreg::impl
