// Extents against a bitmap of a small address space.
#include "model/wer/extents.h"

#include <gtest/gtest.h>

#include <bitset>
#include <initializer_list>
#include <random>

namespace procreg::model {
namespace {

using Bytes = std::bitset<64>;
constexpr std::uint64_t last_address = ~std::uint64_t{0};

Extents drawn(std::mt19937_64& engine) {
  Extents ranges;
  for (std::uint64_t i = engine() % 6; i > 0; --i) {
    const std::uint64_t begin = engine() % 64;
    ranges.push_back({begin, std::min<std::uint64_t>(begin + engine() % 20, 64)});
  }
  return ranges;
}

Bytes bytes_of(const Extents& ranges) {
  Bytes bytes;
  for (const Range& range : ranges) {
    for (std::uint64_t address = range.begin; address < range.end; ++address) bytes.set(address);
  }
  return bytes;
}

void expect_canonical(const Extents& extents) {
  for (std::size_t i = 0; i < extents.size(); ++i) {
    EXPECT_LT(extents[i].begin, extents[i].end);
    if (i > 0) {
      EXPECT_LT(extents[i - 1].end, extents[i].begin);
    }
  }
}

void expect_bytes(const Extents& extents, const Bytes& bytes) {
  expect_canonical(extents);
  EXPECT_EQ(bytes_of(extents), bytes);
}

TEST(Extents, AreTheBytesThatABitmapSays) {
  std::mt19937_64 engine{1};
  for (int i = 0; i < 5000; ++i) {
    const Extents first = drawn(engine);
    const Extents second = drawn(engine);
    const Extents a = merged(first);
    const Extents b = merged(second);
    expect_bytes(a, bytes_of(first));
    expect_bytes(united(a, b), bytes_of(a) | bytes_of(b));
    expect_bytes(common(a, b), bytes_of(a) & bytes_of(b));
    expect_bytes(without(a, b), bytes_of(a) & ~bytes_of(b));
    for (std::uint64_t address = 0; address < 64; ++address) EXPECT_EQ(contains(a, address), bytes_of(a).test(address));
  }
}

TEST(Extents, ThatTouchAreOne) { EXPECT_EQ(merged({{4, 8}, {0, 4}}), (Extents{{0, 8}})); }

TEST(ARange, EndsBeforeTheLastByteOfTheAddressSpace) {
  EXPECT_EQ(range_from(16, 8), (Range{16, 24}));
  EXPECT_EQ(range_from(last_address - 8, 8), (Range{last_address - 8, last_address}));
  EXPECT_EQ(range_from(last_address - 8, 9), (Range{last_address - 8, last_address}));
  EXPECT_EQ(range_from(last_address, 1), (Range{last_address, last_address}));
}

TEST(ARange, AroundAnAddressKeepsWithinTheAddressSpace) {
  EXPECT_EQ(range_around(0x1000, 128, 128), (Range{0xF80, 0x1080}));
  EXPECT_EQ(range_around(3, 128, 128), (Range{0, 131}));
  EXPECT_EQ(range_around(last_address, 128, 128), (Range{last_address - 128, last_address}));
}

}  // namespace
}  // namespace procreg::model
