#include "model/wer/report_memory.h"

#include "model/wer/extents.h"

namespace procreg::model {

namespace {

constexpr std::uint64_t window_before = 128;
constexpr std::uint64_t window_after = 128;

// With its stack pointer in the range (WER-REP-36).
Stack stack_of_thread(Draft& world, const Process& process, const Thread& thread) {
  Stack stack = stack_of(world.tables().at(process.birth.stacks), thread.k);
  const auto [begin, end] = stack.range;
  if (stack.stack_pointer >= begin && stack.stack_pointer <= end) return stack;
  const bool to_begin = world.shaped("WER-REP-36", stack.stack_pointer < begin);
  stack.stack_pointer = to_begin ? begin : end;
  return stack;
}

using ThreadStacks = Small<Stack, 2>;  // in the order of the threads

ThreadStacks stacks_of(Draft& world, const Process& process) {
  ThreadStacks stacks;
  for (const Thread& thread : process.threads) stacks.push_back(stack_of_thread(world, process, thread));
  return stacks;
}

Range used_part(const Stack& stack) { return {stack.stack_pointer, stack.range.end}; }

void add(const Ranges& from, Extents& to) {
  for (const Range& range : from) to.push_back(range);
}

Extents mapped_of(Draft& world, const Process& process, const ThreadStacks& stacks) {
  Extents mapped;
  for (const RangesRef ranges : {process.birth.data, process.birth.private_, process.birth.mapped})
    add(world.tables().at(ranges), mapped);
  for (const Stack& stack : stacks) mapped.push_back(stack.range);
  return merged(mapped);
}

MemoryRanges ranges_of(const Extents& extents) {
  MemoryRanges ranges;
  for (const Range& range : extents) ranges.push_back(range);
  return ranges;
}

// WER-REP-31
Extents mapped_bytes(Draft& world, const Extents& of, const Extents& mapped) {
  return world.shaped("WER-REP-31", true) ? common(of, mapped) : of;
}

// All of it is mapped.
Extents base_content(Draft& world, const Process& process, DumpKind kind, const ThreadStacks& stacks) {
  Extents base;
  world.effect("WER-REP-10", [&] {
    add(world.tables().at(process.birth.data), base);
    if (kind == DumpKind::heap) add(world.tables().at(process.birth.private_), base);
    for (const Stack& stack : stacks) base.push_back(used_part(stack));
  });
  return merged(base);
}

Extents bytes_of(const Blocks& blocks) {
  Extents bytes;
  for (const RegisteredBlock& block : blocks) bytes.push_back(range_from(number(block.address), block.size));
  return merged(bytes);
}

// The bytes of registered blocks that join a heap dump.
Extents joining(Draft& world, const Extents& registered, const Extents& excluded, Choices& choices) {
  const Extents both = common(registered, excluded);
  if (both.empty()) return registered;
  world.applies("WER-REP-19");
  const bool exclusion_wins = choices.take(choice::block_overlap) == BlockOverlap::exclusion_wins;
  return exclusion_wins ? without(registered, both) : registered;
}

// The last byte of the address space, which a block may reach to, is in no dump.
BlockStatus status_of(const RegisteredBlock& block, const Extents& held) {
  const Range range = range_from(number(block.address), block.size);
  std::uint64_t present = 0;
  for (const Range& part : common(merged({range}), held)) present += part.end - part.begin;
  if (present == 0) return BlockStatus::absent;
  return present == block.size ? BlockStatus::included : BlockStatus::partial;
}

void add_blocks(Draft& world, const Blocks& blocks, DumpKind kind, const Extents& held, Report& report) {
  for (const RegisteredBlock& block : blocks) {
    const BlockStatus status = kind == DumpKind::heap ? status_of(block, held) : BlockStatus::not_requested;
    report.blocks.push_back({block.address, block.size, world.shaped("WER-REP-18", status)});
  }
}

// WER-REP-12
void add_extra(Draft& world, const Stack& stack, const Extents& mapped, Extents& wanted) {
  world.effect("WER-REP-12", [&] {
    wanted.push_back(stack.range);
    wanted.push_back(range_around(stack.instruction_pointer, window_before, window_after));
    const auto points_at = [&](std::uint64_t address) {
      if (contains(mapped, address)) wanted.push_back(range_around(address, window_before, window_after));
    };
    points_at(stack.stack_pointer);
    for (const std::uint64_t value : stack.registers) points_at(value);
  });
}

}  // namespace

void collect_memory(Draft& world, const Process& failing, Dump& primary, Report& report, Choices& choices) {
  const Blocks& blocks = failing.wer.blocks;
  const ThreadStacks stacks = stacks_of(world, failing);
  const Extents excluded = bytes_of(failing.wer.excluded);
  Extents held = base_content(world, failing, primary.kind, stacks);
  if (!excluded.empty()) world.effect("WER-REP-19", [&] { held = without(held, excluded); });
  if (primary.kind == DumpKind::heap && !blocks.empty()) {
    const Extents registered = mapped_bytes(world, bytes_of(blocks), mapped_of(world, failing, stacks));
    held = united(held, joining(world, registered, excluded, choices));
  }
  primary.ranges = ranges_of(held);
  add_blocks(world, blocks, primary.kind, held, report);
}

void collect_memory(Draft& world, const Process& process, Dump& triage) {
  const ThreadStacks stacks = stacks_of(world, process);
  const Extents mapped = mapped_of(world, process, stacks);
  Extents wanted;
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    world.effect("WER-REP-11", [&] { wanted.push_back(used_part(stacks[i])); });
    if (process.threads[i].tid == triage.extra_thread) add_extra(world, stacks[i], mapped, wanted);
  }
  triage.ranges = ranges_of(mapped_bytes(world, merged(wanted), mapped));
}

}  // namespace procreg::model
