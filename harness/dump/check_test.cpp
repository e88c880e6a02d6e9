// Everything that is noticed in a dump that can be read, each with one field of a good dump changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/dump/minidump_file.h"
#include "harness/dump/sample_dump.h"

namespace procreg::harness::dump {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> noticed(const DumpBuilder& builder) {
  const auto dump = std::get<Minidump>(read_minidump(BytesInMemory{builder.file().span()}));
  EXPECT_THAT(dump.faults, IsEmpty());
  return dump.oddities;
}

std::vector<std::string> noticed(std::string_view name, std::size_t offset, std::uint32_t value) {
  DumpBuilder builder = sample_dump();
  return noticed(builder.set32(name, offset, value));
}

TEST(Noticed, AStreamThatIsThereTwice) {
  DumpBuilder builder = sample_dump();
  builder.stream("again", 7, Bytes{}.zeros(56));
  EXPECT_THAT(noticed(builder), ElementsAre("directory: SystemInfo is there 2 times: the first one is read"));
}

TEST(Noticed, AStreamThatDebuggersNeedIsAbsent) {
  EXPECT_THAT(noticed(DumpBuilder{}), ElementsAre("directory: no SystemInfo: debuggers refuse such a file",
                                                  "directory: no ThreadList: debuggers refuse such a file"));
}

TEST(Noticed, BothListsOfMemory) {
  DumpBuilder builder = sample_dump();
  builder.stream("memory 64", 9, Bytes{}.u64(0).u64(0));
  EXPECT_THAT(noticed(builder), ElementsAre(HasSubstr("MemoryList and Memory64List are both there")));
}

TEST(Noticed, MemoryRangesThatOverlap) {
  EXPECT_THAT(noticed("memory", 4 + 16, stack_base + 32),
              Contains("memory list: range 2: 0x14F020..0x14F060 overlaps range 1 at 0x14F000..0x14F040"));
}

TEST(Noticed, MemoryThatGoesPastTheLastAddress) {
  DumpBuilder builder = sample_dump();
  EXPECT_THAT(noticed(builder.set64("memory", 4 + 32, ~std::uint64_t{0})),
              ElementsAre("memory list: range 3: 0x10 bytes from 0xFFFFFFFFFFFFFFFF are past the last address"));
}

TEST(Noticed, AServicePackWithoutAName) {
  EXPECT_THAT(noticed("system", 24, 0),
              ElementsAre("system info: service pack: its offset is 0: LLVM takes the header for its name"));
}

TEST(Noticed, AModuleOfSizeZero) {
  EXPECT_THAT(noticed("modules", 4 + 8, 0), ElementsAre("module list: module 1: its size is 0"));
}

TEST(Noticed, ModulesThatOverlap) {
  EXPECT_THAT(
      noticed("modules", 4 + 8, 0x100001),
      ElementsAre(
          "module list: module 2: 0x7FF600100000..0x7FF600110000 overlaps module 1 at 0x7FF600000000..0x7FF600100001"));
}

TEST(Noticed, RegionsThatOverlap) {
  EXPECT_THAT(noticed("memory info", 16 + 28, 0x8000),
              ElementsAre(HasSubstr("memory info list: region 2: 0x7FF600000000..0x7FF600010000 overlaps region 1")));
}

TEST(Noticed, AContextOfAnotherSize) {
  EXPECT_THAT(noticed("threads", 4 + 40, 1000),
              ElementsAre("thread list: thread 1: context: 1000 bytes, where x86-64 has 1232"));
  EXPECT_THAT(noticed("exception", 160, 1000), ElementsAre("exception: context: 1000 bytes, where x86-64 has 1232"));
}

TEST(Noticed, AContextOfAnotherProcessor) {
  EXPECT_THAT(noticed("context 2", 0x30, 0x1003F),
              ElementsAre("thread list: thread 2: context: flags 0x1003F without 0x100000, which says x86-64"));
}

TEST(Noticed, AnExceptionOfAnUnknownThread) {
  EXPECT_THAT(noticed("exception", 0, 9), ElementsAre("exception: its thread 9 is not in the thread list"));
}

TEST(Noticed, TooManyParametersOfAnException) {
  EXPECT_THAT(noticed("exception", 32, 16), ElementsAre("exception: 16 parameters, and 15 are the limit"));
}

TEST(Noticed, TwoThreadsOfOneId) {
  EXPECT_THAT(noticed("threads", 4 + 48, 65540),
              ElementsAre("thread list: thread 2: its id 65540 is that of thread 1"));
}

TEST(Noticed, AStackThatGoesPastTheLastAddress) {
  DumpBuilder builder = sample_dump();
  EXPECT_THAT(
      noticed(builder.set64("threads", 4 + 24, ~std::uint64_t{0})),
      ElementsAre("thread list: thread 1: stack: 0x40 bytes from 0xFFFFFFFFFFFFFFFF are past the last address"));
}

TEST(Noticed, ANameOfOddLength) {
  const auto found = noticed("app name", 0, 29);
  EXPECT_THAT(found, Contains(HasSubstr("module list: module 1: name: its length 29 at offset 0x")));
  EXPECT_THAT(found, Contains(HasSubstr("is odd")));
}

TEST(Noticed, ANameWithoutItsZero) {
  EXPECT_THAT(noticed("thread name", 0, 6),
              ElementsAre(HasSubstr("thread names: thread 1: name: no zero ends it at offset 0x")));
}

TEST(Noticed, AnUnknownCodeViewRecord) {
  EXPECT_THAT(noticed("rsds", 0, 0x3031424E),
              ElementsAre("module list: module 1: CodeView record: its signature 0x3031424E is unknown"));
}

TEST(Noticed, APdbNameWithoutItsZero) {
  EXPECT_THAT(noticed("modules", 4 + 76, 31),
              ElementsAre("module list: module 1: CodeView record: no zero ends the name of the PDB"));
}

TEST(Noticed, EntriesOfMoreBytesThanTheFormatHas) {
  DumpBuilder builder;
  builder.stream("system", 7, Bytes{}.u16(9).zeros(54));
  builder.stream("threads", 3, Bytes{}.u32(0));
  builder.stream("memory info", 16, Bytes{}.u32(24).u32(56).u64(1).zeros(8 + 56));
  builder.stream("handles", 12, Bytes{}.u32(16).u32(36).u32(0).u32(0));
  EXPECT_THAT(noticed(builder),
              ElementsAre(HasSubstr("service pack"), "memory info list: a head of 24 bytes, where the format has 16",
                          "memory info list: entries of 56 bytes, where the format has 48",
                          "handle data: entries of 36 bytes, where the format has 32 or 40"));
}

TEST(Noticed, BytesBehindTheLastEntry) {
  EXPECT_THAT(noticed("threads", 0, 1), ElementsAre("thread list: 48 bytes follow the last entry"));
}

TEST(Noticed, AMiscInfoThatIsMistakenAboutItsSize) {
  EXPECT_THAT(noticed("misc", 0, 44), ElementsAre("misc info: says that it has 44 bytes and has 24"));
}

// The offset is wrong and lies in the file: nothing but the bytes tells.
TEST(Noticed, AStackWithOtherBytesThanTheMemoryListHas) {
  DumpBuilder builder = sample_dump();
  const std::size_t stacks = builder.at("stacks");
  builder.set32("threads", 4 + 36, static_cast<std::uint32_t>(stacks + 8));
  const auto found = noticed(builder);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0], HasSubstr("thread list: thread 1: stack: the byte at 0x14F000 is 0x28 (offset 0x"));
  EXPECT_THAT(found[0], HasSubstr("and in the memory list 0x20 (offset 0x"));
}

TEST(Noticed, NothingInAStackThatIsCopiedForTheMemoryList) {
  DumpBuilder builder = sample_dump();
  const auto copy = builder.put(stack_of(0x20));
  EXPECT_THAT(noticed(builder.set32("threads", 4 + 36, static_cast<std::uint32_t>(copy))), IsEmpty());
}

TEST(Noticed, TheLastByteOfAStackToo) {
  DumpBuilder builder = sample_dump();
  Bytes copy = stack_of(0x20);
  copy.set(63, Bytes{}.u8(0xFF));
  builder.set32("threads", 4 + 36, static_cast<std::uint32_t>(builder.put(copy)));
  EXPECT_THAT(noticed(builder), ElementsAre(HasSubstr("the byte at 0x14F03F is 0xFF")));
}

}  // namespace
}  // namespace procreg::harness::dump
