// Bytes that want to harm: cut off, spoiled, or made to cost a great deal. The reader ends, with faults or without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/dump/describe.h"
#include "harness/dump/describe_json.h"
#include "harness/dump/sample_dump.h"

namespace procreg::harness::dump {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

// Reads and, where that is asked, prints in every way. Whether it was a minidump at all.
bool survives(std::span<const std::byte> bytes, bool print) {
  const BytesInMemory source{bytes};
  const auto read = read_minidump(source);
  if (const auto* why = std::get_if<std::string>(&read)) {
    EXPECT_FALSE(why->empty());
    return false;
  }
  const auto& dump = std::get<Minidump>(read);
  EXPECT_FALSE(print && (describe(dump).empty() || describe_json("x.dmp", dump).empty()));
  const MemoryMap map{dump, MemoryMap::Stacks::included};
  EXPECT_FALSE(hexdump(bytes_at(source, map, stack_base - 16, 4096)).empty());
  return true;
}

TEST(Hostile, ADumpCutOffAnywhereIsReadAsFarAsItGoes) {
  for (const MemoryKind kind : {MemoryKind::list, MemoryKind::list64}) {
    const DumpBuilder builder = sample_dump(kind);
    const auto whole = builder.file().span();
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // Copied, so that a sanitizer sees a read behind the end.
      const std::vector<std::byte> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(survives(part, true), size >= 32) << size;
    }
  }
}

TEST(Hostile, ACutIsAlwaysAFault) {
  const DumpBuilder builder = sample_dump();
  const auto whole = builder.file().span();
  for (std::size_t size = 32; size < whole.size(); ++size) {
    const auto read = read_minidump(BytesInMemory{whole.first(size)});
    EXPECT_THAT(std::get<Minidump>(read).faults, testing::Not(testing::IsEmpty())) << size;
  }
}

TEST(Hostile, ASpoiledByteIsSurvived) {
  const DumpBuilder builders[] = {sample_dump(MemoryKind::list), sample_dump(MemoryKind::list64)};
  for (std::uint32_t seed = 0; seed < 20'000; ++seed) {
    std::mt19937 random{seed};
    const auto whole = builders[seed % 2].file().span();
    std::vector<std::byte> bytes(whole.begin(), whole.end());
    const std::size_t at = random() % bytes.size();
    bytes[at] = static_cast<std::byte>(random());
    survives(bytes, seed % 8 < 2);
  }
}

TEST(Hostile, SeveralSpoiledNumbersAreSurvived) {
  constexpr std::uint32_t numbers[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 0x10000};
  for (std::uint32_t seed = 0; seed < 5'000; ++seed) {
    std::mt19937 random{seed};
    DumpBuilder builder = sample_dump(seed % 2 == 0 ? MemoryKind::list : MemoryKind::list64);
    for (int i = 0; i < 4; ++i) {
      const std::size_t at = random() % (builder.file().size() / 4 - 1) * 4;
      builder.file().set(at, Bytes{}.u32(numbers[random() % std::size(numbers)]));
    }
    survives(builder.file().span(), seed % 4 < 2);
  }
}

// A file of 16 GiB that has these bytes at its beginning and zeros behind them, and that counts what is read of it.
class Sparse final : public ByteSource {
 public:
  explicit Sparse(const Bytes& begin) : begin_{begin.string()} {}
  std::uint64_t size() const override { return std::uint64_t{16} << 30; }
  bool read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (offset > size() || into.size() > size() - offset) return false;
    for (std::size_t i = 0; i < into.size(); ++i)
      into[i] = offset + i < begin_.size() ? static_cast<std::byte>(begin_[offset + i]) : std::byte{};
    bytes_read += into.size();
    return true;
  }

  mutable std::uint64_t bytes_read{};

 private:
  const std::string begin_;
};

TEST(Hostile, AListOfGigabytesIsNotRead) {
  DumpBuilder builder;
  builder.stream("memory", 9, Bytes{}.u64(std::uint64_t{1} << 28).u64(0));
  builder.set32("entry of memory", 4, 0xFFFFFFFF);
  const Sparse source{builder.file()};
  const auto dump = std::get<Minidump>(read_minidump(source));
  EXPECT_THAT(dump.faults, Contains(HasSubstr("only the first 1000000 are read")));
  EXPECT_THAT(dump.memory, SizeIs(1'000'000));
  EXPECT_LT(source.bytes_read, 2 * description_bytes_max);
}

TEST(Hostile, ManyNamesOfTheSameBytesAreNotReadForEver) {
  DumpBuilder builder;
  const auto name = builder.put("name", Bytes{}.u32(60'000).zeros(60'002));
  constexpr std::uint32_t count = 5'000;
  Bytes names = Bytes{}.u32(count);
  for (std::uint32_t i = 0; i < count; ++i) names.u32(i).u64(name);
  builder.stream("names", 24, names);
  const auto read = read_minidump(BytesInMemory{builder.file().span()});
  EXPECT_THAT(std::get<Minidump>(read).faults,
              Contains(HasSubstr("not read: all descriptions together have more than 64 MiB")));
}

TEST(Hostile, StacksOfGigabytesAreNotComparedForEver) {
  DumpBuilder builder;
  Bytes threads = Bytes{}.u32(100);
  for (std::uint32_t i = 0; i < 100; ++i) threads.u32(i).zeros(20).u64(0).u32(0xFFFFFFFF).u32(0x1000000).zeros(8);
  builder.stream("threads", 3, threads);
  builder.stream("memory", 9, Bytes{}.u64(1).u64(0x2000000).u64(0).u64(std::uint64_t{1} << 33));
  const Sparse source{builder.file()};
  const auto dump = std::get<Minidump>(read_minidump(source));
  EXPECT_THAT(dump.oddities, Contains(HasSubstr("stacks: no more than 256 MiB were compared")));
  EXPECT_LT(source.bytes_read, std::uint64_t{1} << 30);
}

TEST(Hostile, PayloadIsNotReadBeforeItIsAskedFor) {
  DumpBuilder builder;
  builder.stream("memory", 9, Bytes{}.u64(1).u64(0x1000).u64(0x10000).u64(std::uint64_t{1} << 33));
  const Sparse source{builder.file()};
  const auto dump = std::get<Minidump>(read_minidump(source));
  EXPECT_LT(source.bytes_read, 10'000U);
  const auto memory =
      bytes_at(source, MemoryMap{dump, MemoryMap::Stacks::left_out}, 0x10000 + (std::uint64_t{1} << 32), 64);
  EXPECT_TRUE(memory.missing.empty());
}

}  // namespace
}  // namespace procreg::harness::dump
