#include "impl/dump/simulated_process.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "api/memory.h"
#include "impl/dump/minidump_format.h"

namespace procreg::impl {
namespace {

using Version = std::array<std::uint16_t, 4>;

constexpr std::uint64_t stack_0 = 0x7EFFFFF00000;

SnapRange range(std::uint64_t begin, std::uint64_t end) { return {Address{begin}, Address{end}}; }

class SimulatedProcessTest : public testing::Test {
 protected:
  SimulatedProcessTest() {
    dumps_[0].head = {
        .process = Pid{1000}, .incarnation = ObjectId{1}, .kind = DumpKind::mini, .mask = AccessMask{0x40121}};
    dumps_[0].threads = threads_;
    dumps_[0].ranges = ranges_;
    report_.head = {.id = ReportId{1}, .time = 5999, .cause = Cause::crash, .thread = Tid{4}};
    report_.dumps = dumps_;
  }
  const ProcessImage& image(std::size_t dump = 0) {
    const ProcessImage* made = process_.image_of(report_, dumps_[dump], tables_);
    EXPECT_NE(made, nullptr);
    return *made;
  }
  void set_stacks(const Stacks& stacks) { dumps_[0].process.stacks = tables_.stacks(stacks); }

  static std::optional<std::byte> byte_at(const ProcessImage& image, std::uint64_t address) {
    for (const MemoryImage& memory : image.memory) {
      if (address < memory.begin || address >= memory.end) continue;
      std::uint64_t skipped = address - memory.begin;
      for (const Piece& piece : memory.pieces) {
        if (skipped < piece.size) return piece.bytes == nullptr ? std::byte{} : piece.bytes[skipped];
        skipped -= piece.size;
      }
    }
    return std::nullopt;
  }
  static std::uint64_t word_at(const ProcessImage& image, std::uint64_t address) {
    std::uint64_t word = 0;
    for (std::uint64_t i = 0; i < 8; ++i) {
      const auto byte = byte_at(image, address + i);
      EXPECT_TRUE(byte) << std::hex << address;
      word |= static_cast<std::uint64_t>(byte.value_or(std::byte{})) << (8 * i);
    }
    return word;
  }
  static bool is_in_a_module(const ProcessImage& image, std::uint64_t address) {
    for (const ModuleImage& module : image.modules)
      if (module.base < address && address < module.base + module.size) return true;
    return false;
  }

  Tables tables_{};
  std::vector<DumpedThread> threads_{{Tid{4}, 0}};
  std::vector<SnapRange> ranges_{range(0x10000, 0x11000), range(stack_0 + 0x3000, stack_0 + 0x4000)};
  std::array<Dump, 2> dumps_{};
  Report report_{};
  SimulatedProcess process_{};
};

TEST_F(SimulatedProcessTest, HasWhatTheReportSays) {
  const ProcessImage& made = image();
  EXPECT_EQ(made.mask, 0x40121U);
  EXPECT_EQ(made.pid, Pid{1000});
  EXPECT_EQ(made.time, 5U);
  EXPECT_FALSE(made.memory_64);
  ASSERT_EQ(made.threads.size(), 1U);
  EXPECT_EQ(made.threads[0].id, Tid{4});
  EXPECT_EQ(made.threads[0].registers[mdmp::rsp_number], stack_0 + 0x3000);
  EXPECT_EQ(made.threads[0].stack, stack_0 + 0x3000);
  EXPECT_EQ(made.threads[0].stack_size, 0x1000U);
  EXPECT_EQ(made.threads[0].name, u"thread 1");
  EXPECT_FALSE(made.threads[0].with_information);
  ASSERT_TRUE(made.exception);
  EXPECT_EQ(made.exception->thread, Tid{4});
  EXPECT_EQ(made.comment, u"Simulated by procreg.");
}

TEST_F(SimulatedProcessTest, ExactlyTheRangesOfTheDumpAreThereThoseWithStacksFirst) {
  const ProcessImage& made = image();
  ASSERT_EQ(made.memory.size(), 2U);
  EXPECT_EQ(made.memory[0].begin, stack_0 + 0x3000);
  EXPECT_EQ(made.memory[1].begin, 0x10000U);
  EXPECT_FALSE(byte_at(made, 0xFFFF));
  EXPECT_TRUE(byte_at(made, 0x10000));
  EXPECT_TRUE(byte_at(made, 0x10FFF));
  EXPECT_FALSE(byte_at(made, 0x11000));
}

TEST_F(SimulatedProcessTest, MemoryIsTheSameInEveryDumpAndAnotherInEveryProcess) {
  const std::uint64_t word = word_at(image(), 0x10808);
  ranges_[0] = range(0x10805, 0x10900);
  EXPECT_EQ(word_at(image(), 0x10808), word);
  EXPECT_NE(word, 0U);
  dumps_[0].head.incarnation = ObjectId{2};
  EXPECT_NE(word_at(image(), 0x10808), word);
  dumps_[0].head = {.machine = MachineIndex{1}, .process = Pid{1000}, .incarnation = ObjectId{1}};
  EXPECT_NE(word_at(image(), 0x10808), word);
}

TEST_F(SimulatedProcessTest, AChainOfFramesLiesAboveTheStackPointer) {
  const ProcessImage& made = image();
  EXPECT_TRUE(is_in_a_module(made, word_at(made, stack_0 + 0x3000))) << "of a call to nowhere";
  std::uint64_t frame = stack_0 + 0x3010;
  std::size_t frames = 0;
  for (; frame != 0 && frames < 10; ++frames) {
    EXPECT_TRUE(is_in_a_module(made, word_at(made, frame + 8)));
    frame = word_at(made, frame);
  }
  EXPECT_EQ(frames, 4U);
}

TEST_F(SimulatedProcessTest, TheChainBeginsWhereRbpPoints) {
  Stack stack = default_stack(0);
  stack.registers[4] = stack_0 + 0x3F80;
  set_stacks({stack});
  const ProcessImage& made = image();
  EXPECT_EQ(made.threads[0].registers[5], stack_0 + 0x3F80);
  EXPECT_EQ(word_at(made, stack_0 + 0x3F80), stack_0 + 0x3FC0);
  EXPECT_EQ(word_at(made, stack_0 + 0x3FC0), 0U) << "the next frame would not fit";
  EXPECT_TRUE(is_in_a_module(made, word_at(made, stack_0 + 0x3FC8)));
}

TEST_F(SimulatedProcessTest, RegistersAreThoseOfTheWorld) {
  Stack stack = default_stack(0);
  stack.instruction_pointer = 0x140001234;
  for (std::size_t i = 0; i < stack.registers.size(); ++i) stack.registers[i] = 100 + i;
  set_stacks({stack});
  const ThreadImage& thread = image().threads[0];
  EXPECT_EQ(thread.registers, (std::array<std::uint64_t, 16>{100, 101, 102, 103, stack_0 + 0x3000, 104, 105, 106, 107,
                                                             108, 109, 110, 111, 112, 113, 114}));
  EXPECT_EQ(thread.instruction_pointer, 0x140001234U);
}

// WER-REP-36
TEST_F(SimulatedProcessTest, AStackPointerOutsideOfItsStackIsMovedToTheNearerEnd) {
  Stack stack = default_stack(0);
  stack.stack_pointer = 0;
  set_stacks({stack});
  ranges_[1] = range(stack_0, stack_0 + 0x4000);
  EXPECT_EQ(image().threads[0].registers[mdmp::rsp_number], stack_0);
  EXPECT_EQ(image().threads[0].stack_size, 0x4000U);
  stack.stack_pointer = ~std::uint64_t{0};
  set_stacks({stack});
  ranges_.pop_back();
  dumps_[0].ranges = ranges_;
  EXPECT_EQ(image().threads[0].registers[mdmp::rsp_number], stack_0 + 0x4000);
  EXPECT_EQ(image().threads[0].stack_size, 0U);
}

TEST_F(SimulatedProcessTest, AStackWithAHoleIsThereUpToTheHole) {
  ranges_ = {range(stack_0 + 0x3000, stack_0 + 0x3100), range(stack_0 + 0x3200, stack_0 + 0x4000)};
  dumps_[0].ranges = ranges_;
  EXPECT_EQ(image().threads[0].stack_size, 0x100U);
  ranges_[0] = range(stack_0 + 0x3001, stack_0 + 0x3100);
  EXPECT_EQ(image().threads[0].stack_size, 0U) << "not even the first byte";
}

TEST_F(SimulatedProcessTest, AStackAtTheEndOfTheAddressSpaceEndsThere) {
  const std::uint64_t end = ~std::uint64_t{0};
  set_stacks({{.range = {end - 0x1007, end}, .stack_pointer = end - 0x47}});
  ranges_ = {range(end - 0x47, end)};
  dumps_[0].ranges = ranges_;
  EXPECT_EQ(image().threads[0].stack_size, 0x47U);
  EXPECT_TRUE(byte_at(image(), end - 1));
}

TEST_F(SimulatedProcessTest, OfALargeRangeTheEdgesHoldBytes) {
  const std::uint64_t end = 0x100000000000;
  dumps_[0].process.private_ = tables_.ranges({{0x100000, end}});
  ranges_ = {range(0x100000, end)};
  dumps_[0].ranges = ranges_;
  const ProcessImage& made = image();
  EXPECT_NE(word_at(made, 0x100000 + 0x7FF8), 0U);
  EXPECT_EQ(word_at(made, 0x100000 + 0x8000), 0U);
  EXPECT_EQ(word_at(made, end - 0x8008), 0U);
  EXPECT_NE(word_at(made, end - 0x8000), 0U);
  std::uint64_t total = 0;
  for (const Piece& piece : made.memory[0].pieces) total += piece.size;
  EXPECT_EQ(total, end - 0x100000);
}

TEST_F(SimulatedProcessTest, TooMuchMemoryMakesNoImage) {
  Ranges many;
  std::vector<SnapRange> all;
  for (std::uint64_t i = 0; i < 16385; ++i) {
    many.push_back({0x100000000 + i * 0x20000, 0x100000000 + i * 0x20000 + 0x10000});
    all.push_back(range(many.back().begin, many.back().end));
  }
  dumps_[0].process.private_ = tables_.ranges(many);
  dumps_[0].ranges = all;
  EXPECT_EQ(process_.image_of(report_, dumps_[0], tables_), nullptr);
}

TEST_F(SimulatedProcessTest, RegionsAreAscendingAndDisjointWhateverOverlaps) {
  dumps_[0].process.private_ = tables_.ranges({{0x140000000, 0x140001000}, {0x10800, 0x12000}});
  dumps_[0].process.mapped = tables_.ranges({{0x11000, 0x20000}});
  const ProcessImage& made = image();
  std::uint64_t end = 0;
  for (const RegionImage& region : made.regions) {
    EXPECT_GE(region.begin, end);
    EXPECT_GT(region.end, region.begin);
    end = region.end;
  }
  EXPECT_EQ(made.regions[0].begin, 0x10000U);
  EXPECT_EQ(made.regions[0].end, 0x12000U);
  EXPECT_EQ(made.regions[0].type, mdmp::MEM_PRIVATE);
  EXPECT_EQ(made.regions[1].end, 0x20000U);
  EXPECT_EQ(made.regions[1].type, mdmp::MEM_MAPPED);
  EXPECT_EQ(made.regions[3].begin, 0x140001000U);
  EXPECT_EQ(made.regions[3].type, mdmp::MEM_IMAGE);
}

TEST_F(SimulatedProcessTest, OnlyTheCapturedThreadOfATriageDumpHasInformationAndAName) {
  threads_ = {{Tid{8}, 0}, {Tid{12}, 1}};
  dumps_[1] = {
      .head = {.process = Pid{1004}, .incarnation = ObjectId{2}, .kind = DumpKind::triage, .extraThread = Tid{12}},
      .threads = threads_};
  const std::uint64_t stack_1 = stack_0 - 0x100000;
  const std::vector<SnapRange> held{range(stack_1, stack_1 + 0x4000), range(stack_0 + 0x3000, stack_0 + 0x4000)};
  dumps_[1].ranges = held;
  const ProcessImage& made = image(1);
  EXPECT_FALSE(made.exception);
  EXPECT_FALSE(made.threads[0].name);
  EXPECT_FALSE(made.threads[0].with_information);
  EXPECT_EQ(made.threads[0].stack, stack_0 + 0x3000);
  EXPECT_EQ(made.threads[1].name, u"thread 2");
  EXPECT_TRUE(made.threads[1].with_information);
  EXPECT_EQ(made.threads[1].stack, stack_1) << "the whole stack";
  EXPECT_EQ(made.threads[1].stack_size, 0x4000U);
}

TEST_F(SimulatedProcessTest, AHangHasNoExceptionAndAHeapDumpALongList) {
  report_.head.cause = Cause::hang;
  dumps_[0].head.kind = DumpKind::heap;
  const ProcessImage& made = image();
  EXPECT_FALSE(made.exception);
  EXPECT_TRUE(made.memory_64);
  EXPECT_TRUE(made.threads[0].with_information);
}

TEST_F(SimulatedProcessTest, HasTheModulesThatItWasGiven) {
  dumps_[0].process.loaded_modules =
      tables_.loaded_modules({{.name = u"C:\\a.exe",
                               .base = 0x400000,
                               .size = 0x1100,
                               .version = Version{1, 2, 3, 4},
                               .debug = DebugRecord{{0x0102030405060708, 0x090A0B0C0D0E0F10}, 7, "a.pdb"}},
                              {.name = u"b.dll", .base = 0x900000, .size = 0x10, .checksum = 5, .timestamp = 6}});
  const ProcessImage& made = image();
  ASSERT_EQ(made.modules.size(), 2U);
  EXPECT_EQ(made.modules[0].name, u"C:\\a.exe");
  EXPECT_TRUE(made.modules[0].is_program);
  EXPECT_EQ(made.modules[0].version, (Version{1, 2, 3, 4}));
  ASSERT_TRUE(made.modules[0].debug);
  EXPECT_EQ(made.modules[0].debug->id,
            (std::array<std::uint8_t, 16>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
  EXPECT_EQ(made.modules[0].debug->age, 7U);
  EXPECT_EQ(made.modules[0].debug->pdb, "a.pdb");
  EXPECT_FALSE(made.modules[1].is_program);
  EXPECT_FALSE(made.modules[1].version);
  EXPECT_FALSE(made.modules[1].debug);
  EXPECT_EQ(made.modules[1].checksum, 5U);
  EXPECT_EQ(made.modules[1].timestamp, 6U);
}

TEST_F(SimulatedProcessTest, FramesReturnIntoTheModulesThatThereAre) {
  dumps_[0].process.loaded_modules = tables_.loaded_modules(
      {{.name = u"a", .base = 0x400000, .size = 0x1100}, {.name = u"b", .base = 0x900000, .size = 0x10}});
  const ProcessImage& made = image();
  EXPECT_EQ(word_at(made, stack_0 + 0x3000), 0x401010U);
  EXPECT_EQ(word_at(made, stack_0 + 0x3018), 0x401040U);
  EXPECT_EQ(word_at(made, stack_0 + 0x3058), 0x4010FFU) << "the last byte of one that is smaller";
  EXPECT_EQ(word_at(made, stack_0 + 0x3098), 0x90000FU);
  EXPECT_EQ(word_at(made, stack_0 + 0x30D8), 0x90000FU) << "the last module where there is no third";
}

TEST_F(SimulatedProcessTest, WithoutModulesFramesReturnToWhereTheProgramWouldBe) {
  dumps_[0].process.loaded_modules = tables_.loaded_modules({});
  const ProcessImage& made = image();
  EXPECT_TRUE(made.modules.empty());
  EXPECT_EQ(word_at(made, stack_0 + 0x3018), 0x140001040U);
}

TEST_F(SimulatedProcessTest, TellsOfWhatWasExcluded) {
  const BlockEntry excluded[] = {{Address{1}, 2}, {Address{3}, 4}};
  report_.excluded = excluded;
  EXPECT_EQ(image().comment, u"Simulated by procreg. Left out are blocks that the process has excluded: 2.");
}

}  // namespace
}  // namespace procreg::impl
