// Which memory the dumps of a report hold, and what became of registered blocks (wer.md 5).
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "impl/wer/ranges.h"
#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

using Pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
using Statuses = std::vector<BlockStatus>;
using enum BlockStatus;

constexpr std::uint64_t stack_0 = 0x7EFFFFF00000;  // the default one of the first thread
constexpr std::pair used_stack_0{stack_0 + 0x3000, stack_0 + 0x4000};

Pairs ranges_of(const Dump& dump) {
  Pairs pairs;
  for (const SnapRange& range : dump.ranges) pairs.emplace_back(number(range.begin), number(range.end));
  return pairs;
}
Statuses statuses_of(const Report& report) {
  Statuses all;
  for (const ReportedBlock& block : report.blocks) all.push_back(block.status);
  return all;
}

class ReportRangesTest : public testing::Test, public TestWorld {
 protected:
  RangesRef ranges(const Ranges& given) { return tables().ranges(given); }
  // Main of a world in which dumps are heap dumps if they can be.
  void begin_with(const ProcessSpec& process, const Profile& profile = documented_profile()) {
    begin_again({.processes = {process}, .additionalDataRequested = true}, profile);
  }
  Pairs primary() { return ranges_of(report(0).dumps[0]); }
  Pairs triage() { return ranges_of(report(0).dumps[1]); }
};

// wer.md 8.4, without the stacks
class Example84 : public ReportRangesTest {
 protected:
  void report_with(BlockOverlap option, std::uint32_t flags = 0) {
    begin_with({.private_ = ranges({{0x10000, 0x20000}})}, documented_profile().with(choice::block_overlap, option));
    exclude(main, 0x12000, 0x4000);
    exclude(main, stack_0, 0x4000);
    add_block(main, 0x15000, 0x2000);
    add_block(main, 0x15000, 0x3000);
    set_flags(main, flags);
    crash(main);
  }
};

TEST_F(Example84, ExclusionWins) {
  report_with(BlockOverlap::exclusion_wins);
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x12000}, {0x16000, 0x20000}}));
  EXPECT_EQ(statuses_of(report(0)), Statuses{partial});
  EXPECT_EQ(report(0).blocks[0].size, 0x3000U);
  EXPECT_EQ(report(0).excluded.size(), 2U);
  EXPECT_EQ(report(0).excluded[0].address, Address{0x12000});
}

TEST_F(Example84, RegistrationWins) {
  report_with(BlockOverlap::registration_wins);
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x12000}, {0x15000, 0x20000}}));
  EXPECT_EQ(statuses_of(report(0)), Statuses{included});
}

TEST_F(Example84, AMiniDumpTakesNoBlocks) {
  report_with(BlockOverlap::registration_wins, 0x1);
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x11000}}));
  EXPECT_EQ(statuses_of(report(0)), Statuses{not_requested});
}

TEST_F(ReportRangesTest, AMiniDumpHasTheStacksInUseOfLiveThreadsAndTheData) {
  const Tid second{static_cast<std::uint32_t>(perform(to<CreateThread>(main)).made)};
  perform(to<CreateThread>(main));
  result(to(main, ExitThread{.thread = {second}}));
  crash(main);
  const std::uint64_t stack_2 = stack_0 - 0x200000;
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x11000}, {stack_2 + 0x3000, stack_2 + 0x4000}, used_stack_0}));
}

TEST_F(ReportRangesTest, AHeapDumpHasAllPrivateRangesButNotWhatIsOnlyMapped) {
  begin_with({.data = ranges({{0x3000, 0x4000}, {0x1000, 0x2000}}),
              .private_ = ranges({{0x2000, 0x2800}, {0x3800, 0x5000}}),
              .mapped = ranges({{0x8000, 0x9000}})});
  crash(main);
  EXPECT_EQ(primary(), (Pairs{{0x1000, 0x2800}, {0x3000, 0x5000}, used_stack_0}));
}

TEST_F(ReportRangesTest, ExcludedBlocksLeaveHolesInMiniDumpsTooAlsoInStacks) {
  exclude(main, 0x10100, 0x100);
  exclude(main, stack_0 + 0x3800, 0xFFFFFFFF);
  add_block(main, 0x10000);
  crash(main);
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x10100}, {0x10200, 0x11000}, {stack_0 + 0x3000, stack_0 + 0x3800}}));
}

TEST_F(ReportRangesTest, BlocksAreIncludedPartialOrAbsentByWhatIsMappedOfThem) {
  begin_with({.mapped = ranges({{0x20000, 0x22000}, {0x22000, 0x23000}})});
  add_block(main, 0x21000, 0x2000);
  add_block(main, 0x22FFF, 2);
  add_block(main, 0x23000, 1);
  add_block(main, 0x1FFFF, 1);
  add_block(main, 0x10000, 0x1000);
  add_block(main, 0x1FF00, 0x10000);
  crash(main);
  EXPECT_EQ(statuses_of(report(0)), (Statuses{included, partial, absent, absent, included, partial}));
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x11000}, {0x20000, 0x23000}, used_stack_0}));
}

TEST_F(ReportRangesTest, TheStackBelowItsPointerIsMappedButNotDumpedByItself) {
  begin_with({});
  add_block(main, stack_0 + 0x100, 0x10);
  crash(main);
  EXPECT_EQ(statuses_of(report(0)), Statuses{included});
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x11000}, {stack_0 + 0x100, stack_0 + 0x110}, used_stack_0}));
}

TEST_F(ReportRangesTest, TheLastByteOfTheAddressSpaceIsMappedNowhere) {
  begin_with({.mapped = ranges({{last_address - 0x10, last_address}})});
  add_block(main, last_address - 0x10, 0x10);
  add_block(main, last_address - 0xF, 0x10);
  add_block(main, last_address - 0x8, 0x10000);
  add_block(main, last_address, 1);
  exclude(main, last_address - 4, 0xFFFFFFFF);
  crash(main);
  EXPECT_EQ(statuses_of(report(0)), (Statuses{partial, partial, partial, absent}));
  EXPECT_EQ(primary().back(), std::pair(last_address - 0x10, last_address - 4));

  begin_with({.mapped = ranges({{last_address - 0x10, last_address}})});
  add_block(main, last_address - 0x10, 0x10);
  add_block(main, last_address - 0xF, 0x10);
  crash(main);
  EXPECT_EQ(statuses_of(report(0)), (Statuses{included, partial}));
}

TEST_F(ReportRangesTest, AStackPointerOutsideItsStackIsMovedToTheNearerEnd) {
  begin_with({.stacks = tables().stacks({{.range = {0x1000, 0x2000}, .stack_pointer = 0x10},
                                         {.range = {0x3000, 0x4000}, .stack_pointer = 0x5000}}),
              .data = no_ranges});
  perform(to<CreateThread>(main));
  perform(to<CreateThread>(main));
  crash(main);
  const std::uint64_t stack_2 = stack_0 - 0x200000;
  EXPECT_EQ(primary(), (Pairs{{0x1000, 0x2000}, {stack_2 + 0x3000, stack_2 + 0x4000}}));
}

// --- Triage dumps ---

TEST_F(ReportRangesTest, ATriageDumpHasTheStacksInUseAndNothingElseAndIsNotTouchedByExclusions) {
  exclude(main, stack_0, 0x4000);
  add(main, main_pid);
  crash(main);
  EXPECT_EQ(primary(), (Pairs{{0x10000, 0x11000}}));
  EXPECT_EQ(triage(), Pairs{used_stack_0});
}

TEST_F(ReportRangesTest, AnExtraThreadBringsItsWholeStackAndWhatItsPointersPointAt) {
  Stack stack{.range = {0x100000, 0x110000}, .stack_pointer = 0x108000, .instruction_pointer = 0x20000};
  stack.registers[0] = 0x30000;    // at the very end of a mapped range: not in it
  stack.registers[1] = 0x40000;    // at its beginning
  stack.registers[2] = 0x40FFF;    // its last byte
  stack.registers[14] = 0x109000;  // in the stack
  const Made child = create(main, {.threads = {2},
                                   .stacks = {tables().stacks({stack})},
                                   .data = {ranges({{0x2F000, 0x30000}})},
                                   .private_ = {ranges({{0x40000, 0x41000}})},
                                   .mapped = {ranges({{0x1FF90, 0x20010}})}});
  add(main, child.pid, child.tid);
  crash(main);
  const std::uint64_t stack_1 = stack_0 - 0x100000;
  EXPECT_EQ(triage(), (Pairs{{0x1FF90, 0x20010},
                             {0x40000, 0x40080},
                             {0x40F7F, 0x41000},
                             {0x100000, 0x110000},
                             {stack_1 + 0x3000, stack_1 + 0x4000}}));
}

TEST_F(ReportRangesTest, AWindowIs128BytesOnEachSide) {
  Stack stack{.range = {0x100000, 0x110000}, .stack_pointer = 0x108000, .instruction_pointer = 0x20000};
  stack.registers[7] = 0x21000;
  const Made child = create(main, {.stacks = {tables().stacks({stack})}, .mapped = {ranges({{0x1F000, 0x22000}})}});
  add(main, child.pid, child.tid);
  crash(main);
  EXPECT_EQ(triage(), (Pairs{{0x1FF80, 0x20080}, {0x20F80, 0x21080}, {0x100000, 0x110000}}));
}

TEST_F(ReportRangesTest, WindowsEndWhereTheAddressSpaceDoes) {
  Stack stack{.range = {0x100000, 0x110000}, .stack_pointer = 0x108000, .instruction_pointer = 0x10};
  stack.registers[3] = last_address - 1;
  const Made child = create(main, {.stacks = {tables().stacks({stack})},
                                   .mapped = {ranges({{0, 0x1000}, {last_address - 0x1000, last_address}})}});
  add(main, child.pid, child.tid);
  crash(main);
  EXPECT_EQ(triage(), (Pairs{{0, 0x90}, {0x100000, 0x110000}, {last_address - 129, last_address}}));
}

// The stack pointer counts as a register too. At the base of its stack it points past it.
TEST_F(ReportRangesTest, TheStackPointerOpensAWindowWhereItIsMovedTo) {
  const Stack stack{.range = {0x100000, 0x110000}, .stack_pointer = 0x200000};
  const Made child = create(main, {.stacks = {tables().stacks({stack})}, .mapped = {ranges({{0x110000, 0x120000}})}});
  add(main, child.pid, child.tid);
  crash(main);
  EXPECT_EQ(triage(), (Pairs{{0x100000, 0x110080}}));
}

TEST_F(ReportRangesTest, AMissingExtraThreadBringsNothing) {
  const Made child = create();
  add(main, child.pid, main_tid);
  crash(main);
  EXPECT_EQ(triage(), Pairs{used_stack_0});
}

}  // namespace
}  // namespace procreg::impl
