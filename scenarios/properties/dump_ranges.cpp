// Topic: which bytes a dump has: exclusion, registration and the kind of the dump, against bitmaps of a small address space.
#include <algorithm>

#include "scenarios/properties/address_space.h"
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;
using Bitmap = AddressSpace::Bitmap;
using Cells = AddressSpace::Cells;

constexpr Name main = Story::main;

// From the stack pointer, which is never outside of the range, to the stack base.
Cells used(const DrawnMemory::Thread& thread) {
  return {std::clamp(thread.stack_pointer, thread.range.begin, thread.range.end), thread.range.end};
}

// The bits of a process whose threads from `live` on have ended.
struct Bits {
  Bitmap stacks{};  // in use
  Bitmap data{};
  Bitmap private_{};
  Bitmap all{};  // mapped
};

Bits bits_of(const DrawnMemory& memory, std::size_t live) {
  Bits bits{.stacks = {},
            .data = AddressSpace::bitmap(memory.data),
            .private_ = AddressSpace::bitmap(memory.private_),
            .all = AddressSpace::bitmap(memory.mapped)};
  bits.all |= bits.data | bits.private_;
  for (std::size_t k = 0; k < live; ++k) {
    AddressSpace::set(bits.stacks, used(memory.threads[k]));
    AddressSpace::set(bits.all, memory.threads[k].range);
  }
  return bits;
}

// A few blocks of one of the two lists. They begin at cells and are of whole cells.
void register_blocks(Story& story, const AddressSpace& space, bool excluded) {
  for (std::uint32_t left = story.below(4); left > 0; --left) {
    const std::uint64_t address = space.address(space.any_block_cell(story));
    const std::uint32_t length = story.below(8) == 0 ? AddressSpace::cells : story.between(1, 20);
    const auto size = static_cast<std::uint32_t>(space.unit() * length);
    const Result answer = excluded ? story.reg_excluded(main, address, size) : story.reg_block(main, address, size);
    story.must_be(answer, S_OK, "a block of any cells is accepted");
  }
}

Bitmap all_of(const AddressSpace& space, const std::vector<BlockEntry>& blocks) {
  Bitmap bits;
  for (const BlockEntry& block : blocks) bits |= space.bitmap(block);
  return bits;
}

BlockStatus status_of(const AddressSpace& space, const BlockEntry& block, const Bitmap& dumped) {
  const Bitmap bits = space.bitmap(block);
  if ((bits & dumped).none()) return BlockStatus::absent;
  return (bits & ~dumped).none() && !space.reaches_out(block) ? BlockStatus::included : BlockStatus::partial;
}

void statuses_are(Story& story, const AddressSpace& space, const SeenWer& wer, const Bitmap& dumped, bool heap) {
  const auto& shown = story.last_report().blocks;
  story.must(shown.size() == wer.blocks.size(), "the report names each registered block");
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const BlockEntry& block = wer.blocks[i];
    story.must(shown[i].address == block.address && shown[i].size == block.size, "in list order");
    const BlockStatus expected = heap ? status_of(space, block, dumped) : BlockStatus::not_requested;
    story.must(shown[i].status == expected, "and says how much of it is there");
  }
}

Bitmap primary(const AddressSpace& space, const Bits& bits, const SeenWer& wer, DumpKind kind, bool registration_wins) {
  const Bitmap excluded = all_of(space, wer.excluded);
  Bitmap dumped = bits.stacks | bits.data;
  if (kind == DumpKind::heap) dumped |= bits.private_;
  dumped &= ~excluded;
  const Bitmap eligible = registration_wins ? bits.all : bits.all & ~excluded;
  if (kind == DumpKind::heap) dumped |= all_of(space, wer.blocks) & eligible;
  return dumped;
}

void exclusion_is_arithmetic(Story& story) {
  accept_any_target(story);
  const bool registration_wins = story.any(choice::block_overlap) == BlockOverlap::registration_wins;
  const DumpKind kind = story.below(4) == 0 ? DumpKind::mini : DumpKind::heap;
  story.world().additionalDataRequested = kind == DumpKind::heap;
  const AddressSpace space = AddressSpace::any(story);
  const std::uint32_t threads = story.between(1, 2);
  const DrawnMemory memory = any_memory(story, space, threads);
  give(story, main, space, memory);
  register_blocks(story, space, false);
  register_blocks(story, space, true);
  const bool own = story.coin();
  if (own) story.must_be(story.reg(main, pid(main)), S_OK, "main registers itself");
  const bool ends = threads == 2 && story.below(3) == 0;
  if (ends) story.must_be(story.exit_thread(main, thread(main, 1)), applied, "a thread ends");
  const Bits bits = bits_of(memory, ends ? 1 : threads);
  const SeenWer wer = story.of(main).wer.value_or(SeenWer{});
  story.crash(main);

  const Bitmap dumped = primary(space, bits, wer, kind, registration_wins);
  const SeenReport& report = story.last_report();
  story.must(report.dumps[0].head.kind == kind, "the dump is of the kind requested");
  story.must(same(report.dumps[0].ranges, space.shown(dumped)), "the primary dump has the bytes of the bitmap");
  statuses_are(story, space, wer, dumped, kind == DumpKind::heap);
  story.must(report.excluded.size() == wer.excluded.size(), "the report names each excluded block");
  if (own) story.must(same(report.dumps.at(1).ranges, space.shown(bits.stacks)), "no exclusion touches a triage dump");
}

// --- A thread with extra data ---

constexpr std::uint32_t half_a_window = 128;

Bitmap window(const AddressSpace& space, std::uint32_t cell) {
  const auto half = static_cast<std::uint32_t>(half_a_window / space.unit());
  Bitmap bits;
  AddressSpace::set(bits, {cell < half ? 0 : cell - half, cell + half});
  return bits;
}

// Of a thread the registers that point into mapped memory, its stack pointer among them; whatever the instruction pointer does.
Bitmap windows(const AddressSpace& space, const DrawnMemory::Thread& thread, const Bitmap& mapped) {
  Bitmap bits = window(space, thread.instruction_pointer);
  std::vector<std::uint32_t> cells = thread.registers;
  if (cells.empty()) cells.push_back(thread.instruction_pointer);
  cells.push_back(used(thread).begin);
  for (const std::uint32_t cell : cells)
    if (cell < AddressSpace::cells && mapped[cell]) bits |= window(space, cell);
  return bits & mapped;
}

void extra_data_of_a_thread(Story& story) {
  accept_any_target(story);
  story.world().additionalDataRequested = story.coin();
  const AddressSpace space{
      story.one_of({AddressSpace::Where::middle, AddressSpace::Where::front, AddressSpace::Where::back}), 32};
  const DrawnMemory memory = any_memory(story, space, 2);
  const bool itself = story.below(3) == 0;
  const Name process = itself ? main : story.process();
  give(story, process, space, memory);
  register_blocks(story, space, true);
  const auto k = static_cast<std::uint16_t>(story.below(2));
  story.must_be(story.reg(main, pid(process), thread(process, k)), S_OK, "a thread is named");
  const Bits bits = bits_of(memory, 2);
  story.crash(main);

  Bitmap dumped = bits.stacks | windows(space, memory.threads[k], bits.all);
  AddressSpace::set(dumped, memory.threads[k].range);
  const SeenDump& dump = story.last_report().dumps.at(1);
  story.must(dump.head.extraThread == story.tid_of(process, k), "the dump has extra data of the thread");
  story.must(same(dump.ranges, space.shown(dumped)), "its whole stack, and what it points to as far as that is mapped");
}

// --- Around a hole ---

void one_byte_apart(Story& story) {
  story.set(choice::block_overlap, BlockOverlap::exclusion_wins);
  story.world().additionalDataRequested = true;
  const std::uint64_t begin = 0x10000 + story.below(3);
  const std::uint64_t end = 0x10800 + story.below(3);
  story.spec(main).stacks = story.stacks({{.range = {0x10400, 0x10500}, .stack_pointer = 0x10480}});
  story.spec(main).data = story.ranges({{0x10000, 0x10400}, {0x10400, 0x10802}});
  const auto size = static_cast<std::uint32_t>(end - begin);
  story.must_be(story.reg_excluded(main, begin, size), S_OK, "a hole is made");
  story.must_be(story.reg_block(main, begin - 1, size + 2), S_OK, "a block is one byte larger on both sides");
  story.crash(main);
  std::vector<SnapRange> expected;
  if (begin > 0x10000) expected.push_back({Address{0x10000}, Address{begin}});
  if (end < 0x10802) expected.push_back({Address{end}, Address{0x10802}});
  const SeenReport& report = story.last_report();
  story.must(same(report.dumps[0].ranges, expected), "what is left begins and ends with the hole, to the byte");
  const BlockStatus status = expected.empty() ? BlockStatus::absent : BlockStatus::partial;
  story.must(report.blocks.at(0).status == status, "and the block has what is left of it");
}

}  // namespace

Suite dump_ranges() {
  static const harness::Property all[] = {
      {"A primary dump has the bytes that a bitmap of exclusions and registrations leaves",
       about<"WER-REP-10", "WER-REP-11", "WER-REP-18", "WER-REP-19", "WER-REP-31", "WER-REP-36", "WER-MEM-05">(),
       run<exclusion_is_arithmetic, 400>},
      {"The extra data of a thread is its whole stack and what its registers point to",
       about<"WER-REP-11", "WER-REP-12", "WER-REP-31", "WER-REP-36">(), run<extra_data_of_a_thread, 300>},
      {"A hole in a dump is as large as the excluded block, to the byte", about<"WER-REP-18", "WER-REP-19">(),
       run<one_byte_apart, 60>},
  };
  return all;
}

}  // namespace procreg::scenarios
