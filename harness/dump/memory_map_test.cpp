#include "harness/dump/memory_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace procreg::harness::dump {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Minidump with_ranges(std::vector<MemoryRange> ranges) {
  Minidump dump;
  dump.memory = std::move(ranges);
  return dump;
}

// 256 bytes, each its own offset.
struct Counting {
  Counting() {
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
  }
  MemoryBytes at(const Minidump& dump, std::uint64_t begin, std::size_t size) const {
    return bytes_at(source, MemoryMap{dump, MemoryMap::Stacks::included}, begin, size);
  }

  std::array<std::byte, 256> bytes;
  BytesInMemory source{bytes};
};

std::vector<int> values(const MemoryBytes& memory) {
  std::vector<int> values;
  for (std::size_t i = 0; i < memory.bytes.size(); ++i)
    values.push_back(memory.has(memory.begin + i) ? std::to_integer<int>(memory.bytes[i]) : -1);
  return values;
}

TEST(MemoryMap, JoinsRangesThatFollowOneAnother) {
  const Counting file;
  const auto found = file.at(with_ranges({{0x1002, {2, 20, true}, false}, {0x1000, {2, 10, true}, false}}), 0x1000, 4);
  EXPECT_EQ(values(found), (std::vector{10, 11, 20, 21}));
  EXPECT_THAT(found.missing, IsEmpty());
}

TEST(MemoryMap, SaysWhatIsMissingBeforeBetweenAndBehind) {
  const Counting file;
  const auto found = file.at(with_ranges({{0x1001, {1, 10, true}, false}, {0x1003, {1, 20, true}, false}}), 0x1000, 6);
  EXPECT_EQ(values(found), (std::vector{-1, 10, -1, 20, -1, -1}));
  ASSERT_THAT(found.missing, SizeIs(3));
  EXPECT_EQ(found.missing[2].begin, 0x1004U);
  EXPECT_EQ(found.missing[2].end, 0x1006U);
}

TEST(MemoryMap, TakesTheFirstOfTwoRangesThatOverlap) {
  const Counting file;
  const auto dump = with_ranges({{0x1002, {2, 100, true}, false}, {0x1000, {6, 10, true}, false}});
  EXPECT_EQ(values(file.at(dump, 0x1000, 6)), (std::vector{10, 11, 100, 101, 14, 15}));
}

TEST(MemoryMap, TakesAStackWhereNoListHasItsBytes) {
  const Counting file;
  Minidump dump = with_ranges({{0x1000, {2, 10, true}, false}});
  dump.threads.push_back({.stack_begin = 0x1000, .stack = {4, 50, true}});
  EXPECT_EQ(values(file.at(dump, 0x1000, 4)), (std::vector{10, 11, 52, 53}));
}

TEST(MemoryMap, LeavesOutWhatIsNotInTheFile) {
  const Counting file;
  EXPECT_EQ(values(file.at(with_ranges({{0x1000, {4, 1000, false}, false}}), 0x1000, 2)), (std::vector{-1, -1}));
}

TEST(MemoryMap, MissesWhatCannotBeRead) {
  const Counting file;
  EXPECT_EQ(values(file.at(with_ranges({{0x1000, {4, 1000, true}, false}}), 0x1000, 2)), (std::vector{-1, -1}));
}

TEST(MemoryMap, EndsAtTheLastAddress) {
  const Counting file;
  const auto found = file.at(with_ranges({{~std::uint64_t{15}, {100, 0, true}, false}}), ~std::uint64_t{3}, 64);
  EXPECT_EQ(values(found), (std::vector{12, 13, 14}));
}

TEST(Hexdump, HasSixteenBytesALine) {
  const Counting file;
  EXPECT_EQ(hexdump(file.at(with_ranges({{0x1000, {256, 0x3C, true}, false}}), 0x1000, 18)),
            "0x0000000000001000  3C 3D 3E 3F 40 41 42 43  44 45 46 47 48 49 4A 4B  |<=>?@ABCDEFGHIJK|\n"
            "0x0000000000001010  4C 4D                                             |LM|\n");
}

TEST(Hexdump, MarksWhatIsMissingAndFoldsLinesOfNothing) {
  const Counting file;
  EXPECT_EQ(
      hexdump(file.at(with_ranges({{0x1002, {2, 0x7E, true}, false}, {0x1040, {16, 0x30, true}, false}}), 0x1000, 80)),
      "0x0000000000001000  ?? ?? 7E 7F ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |  ~.            |\n"
      "0x0000000000001010  48 bytes up to 0x0000000000001040 are not in the dump\n"
      "0x0000000000001040  30 31 32 33 34 35 36 37  38 39 3A 3B 3C 3D 3E 3F  |0123456789:;<=>?|\n");
}

}  // namespace
}  // namespace procreg::harness::dump
