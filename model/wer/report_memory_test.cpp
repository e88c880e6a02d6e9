#include "model/scene_test.h"

namespace procreg::model {
namespace {

constexpr Range default_stack_used{0x7EFFFFF03000, 0x7EFFFFF04000};

// `main` with memory of its own; `second` has the default memory.
struct Memory {
  Tables tables{};
  WorldSpec world{};

  Memory() { world.processes.push_back({.name = 2}); }
  ProcessSpec& main() { return world.processes[0]; }
  Memory& heap() {
    world.additionalDataRequested = true;
    return *this;
  }
  void has_private(Ranges ranges) { main().private_ = tables.ranges(std::move(ranges)); }
  void has_stacks(Stacks stacks) { main().stacks = tables.stacks(std::move(stacks)); }
};

WerRegisterMemoryBlock registers(std::uint64_t address, std::uint32_t size) {
  return {.by = by(main_process), .pvAddress = Address{address}, .dwSize = ByteCount{size}};
}
WerRegisterExcludedMemoryBlock excludes(std::uint64_t address, std::uint32_t size) {
  return {.by = by(main_process), .address = Address{address}, .size = ByteCount{size}};
}

Report crash_after(const Memory& memory, const std::vector<Step>& steps,
                   const Profile& profile = documented_profile()) {
  Scene scene{profile, memory.world, memory.tables};
  after(steps)(scene);
  scene.crashes();
  return scene.state().reports.at(0);
}

// Of the primary dump, stacks left out.
MemoryRanges low_ranges(const Report& report) {
  MemoryRanges ranges;
  for (const Range& range : report.dumps[0].ranges) {
    if (range.begin < default_stack_used.begin) ranges.push_back(range);
  }
  return ranges;
}

using Statuses = std::vector<BlockStatus>;
Statuses statuses(const Report& report) {
  Statuses list;
  for (const auto& block : report.blocks) list.push_back(block.status);
  return list;
}

TEST(TheDumpOfADefaultProcess, HoldsAStackAndADataRange) {
  const Report report = crash_after({}, {});
  EXPECT_EQ(report.dumps[0].ranges, (MemoryRanges{{0x10000, 0x11000}, default_stack_used}));
}

TEST(TheDumpOfAProcess, HoldsTheStacksOfItsLiveThreadsOnly) {
  Memory memory;
  memory.main().threads = {3};
  const Report report = crash_after(memory, {ExitThread{.process = on(main_process), .thread = tid(0x10004)}});
  EXPECT_EQ(report.dumps[0].ranges,
            (MemoryRanges{{0x10000, 0x11000}, {0x7EFFFFD03000, 0x7EFFFFD04000}, default_stack_used}));
}

TEST(TheDumpOfAProcess, TakesAStackPointerOutsideItsStackToTheNearerEnd) {
  Memory memory;
  memory.main().threads = {2};
  memory.has_stacks({{.range = {0x20000, 0x24000}, .stack_pointer = 0x1000},
                     {.range = {0x30000, 0x34000}, .stack_pointer = 0x90000}});
  EXPECT_EQ(crash_after(memory, {}).dumps[0].ranges, (MemoryRanges{{0x10000, 0x11000}, {0x20000, 0x24000}}));
}

// wer.md 8.4
struct Example {
  Memory memory{};
  std::vector<Step> steps{excludes(0x12000, 0x4000), registers(0x15000, 0x2000), registers(0x15000, 0x3000)};
  Example() { memory.has_private({{0x10000, 0x20000}}); }
};

TEST(ExclusionRegistrationAndDumpKind, OfAHeapDump) {
  Example example;
  const Report report = crash_after(example.memory.heap(), example.steps);
  EXPECT_EQ(low_ranges(report), (MemoryRanges{{0x10000, 0x12000}, {0x16000, 0x20000}}));
  EXPECT_EQ(statuses(report), (Statuses{BlockStatus::partial}));
  EXPECT_EQ(report.blocks[0].size, 0x3000U);
  EXPECT_EQ(report.excluded, (Blocks{{Address{0x12000}, 0x4000}}));
}

TEST(ExclusionRegistrationAndDumpKind, UnderRegistrationWins) {
  Example example;
  const Report report = crash_after(example.memory.heap(), example.steps,
                                    documented_profile().with(choice::block_overlap, BlockOverlap::registration_wins));
  EXPECT_EQ(low_ranges(report), (MemoryRanges{{0x10000, 0x12000}, {0x15000, 0x20000}}));
  EXPECT_EQ(statuses(report), (Statuses{BlockStatus::included}));
}

TEST(ExclusionRegistrationAndDumpKind, OfAMiniDump) {
  Example example;
  const Report unasked = crash_after(example.memory, example.steps);
  EXPECT_EQ(low_ranges(unasked), (MemoryRanges{{0x10000, 0x11000}}));
  EXPECT_EQ(statuses(unasked), (Statuses{BlockStatus::not_requested}));
  example.steps.push_back(WerSetFlags{.by = by(main_process), .dwFlags = FaultFlags{0x1}});
  const Report barred = crash_after(example.memory.heap(), example.steps);
  EXPECT_EQ(low_ranges(barred), (MemoryRanges{{0x10000, 0x11000}}));
  EXPECT_EQ(statuses(barred), (Statuses{BlockStatus::not_requested}));
}

TEST(ExcludedBlocks, AreLeftOutOfStacksAndDataOfAMiniDumpToo) {
  const Report report = crash_after({}, {excludes(0x10000, 0x800), excludes(0x7EFFFFF03800, 0xFFFFFFFF)});
  EXPECT_EQ(report.dumps[0].ranges, (MemoryRanges{{0x10800, 0x11000}, {0x7EFFFFF03000, 0x7EFFFFF03800}}));
}

TEST(ExcludedBlocks, DoNotConcernATriageDumpOfTheProcessItself) {
  const Report report = crash_after({}, {excludes(1, 0xFFFFFFFF), excludes(0x7EFFFFF00000, 0xFFFFFFFF),
                                         WerRegisterAdditionalProcess{.by = by(main_process), .processId = pid(1000)}});
  EXPECT_TRUE(report.dumps[0].ranges.empty());
  EXPECT_EQ(report.dumps[1].ranges, (MemoryRanges{default_stack_used}));
}

TEST(RegisteredBlocks, BringTheirMappedBytes) {
  Memory memory;
  memory.main().mapped = memory.tables.ranges({{0x40000, 0x41000}, {0x41000, 0x42000}});
  const Report report =
      crash_after(memory.heap(), {registers(0x40800, 0x1000), registers(0x3FF00, 0x200), registers(0x50000, 8),
                                  registers(0x10FFF, 1), registers(0x41FFF, 2)});
  EXPECT_EQ(statuses(report), (Statuses{BlockStatus::included, BlockStatus::partial, BlockStatus::absent,
                                        BlockStatus::included, BlockStatus::partial}));
  EXPECT_EQ(low_ranges(report),
            (MemoryRanges{{0x10000, 0x11000}, {0x40000, 0x40100}, {0x40800, 0x41800}, {0x41FFF, 0x42000}}));
}

TEST(RegisteredBlocks, AtTheEndOfTheAddressSpaceAreAtBestPartial) {
  constexpr std::uint64_t last = ~std::uint64_t{0};
  Memory memory;
  memory.has_private({{last - 0x1000, last}});
  const Report report = crash_after(memory.heap(), {registers(last - 8, 8), registers(last - 16, 17),
                                                    registers(last - 4, 0x1000), registers(last, 1)});
  EXPECT_EQ(statuses(report),
            (Statuses{BlockStatus::included, BlockStatus::partial, BlockStatus::partial, BlockStatus::absent}));
}

TEST(ATriageDump, HoldsStacksOnlyAndMoreOfTheThreadThatIsNamed) {
  Memory memory;
  memory.world.processes[1].threads = {2};
  memory.world.processes[1].mapped = memory.tables.ranges({{0x40000, 0x50000}});
  Stack named{.range = {0x30000, 0x34000}, .stack_pointer = 0x33000, .instruction_pointer = 0x40000};
  named.registers[3] = 0x48000;
  named.registers[14] = 0x4FFFF;
  named.registers[5] = 0x50000;
  named.registers[6] = 0x11000;
  memory.world.processes[1].stacks =
      memory.tables.stacks({{.range = {0x20000, 0x24000}, .stack_pointer = 0x23000}, named});
  const auto registers_thread = [](std::uint32_t thread) {
    return WerRegisterAdditionalProcess{
        .by = by(main_process), .processId = pid(1004), .captureExtraInfoForThreadId = tid(thread)};
  };
  const Report with_thread = crash_after(memory, {registers_thread(0x10008)});
  EXPECT_EQ(with_thread.dumps[1].extra_thread, Tid{0x10008});
  EXPECT_EQ(with_thread.dumps[1].ranges,
            (MemoryRanges{
                {0x23000, 0x24000}, {0x30000, 0x34000}, {0x40000, 0x40080}, {0x47F80, 0x48080}, {0x4FF7F, 0x50000}}));
  const Report without_thread = crash_after(memory, {registers_thread(0)});
  EXPECT_EQ(without_thread.dumps[1].ranges, (MemoryRanges{{0x23000, 0x24000}, {0x33000, 0x34000}}));
}

TEST(ATriageDump, HoldsWhatLiesAroundAStackPointerAtTheEndOfItsStack) {
  Memory memory;
  memory.world.processes[1].stacks = memory.tables.stacks({{.range = {0x20000, 0x20010}, .stack_pointer = 0x30000}});
  memory.world.processes[1].mapped = memory.tables.ranges({{0x20010, 0x21000}});
  const Report report = crash_after(
      memory, {WerRegisterAdditionalProcess{
                  .by = by(main_process), .processId = pid(1004), .captureExtraInfoForThreadId = tid(0x10004)}});
  EXPECT_EQ(report.dumps[1].ranges, (MemoryRanges{{0x20000, 0x20090}}));
}

}  // namespace
}  // namespace procreg::model
