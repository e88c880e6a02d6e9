#include "scenarios/properties/address_space.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

constexpr std::uint64_t middle_base = 0x10000;
constexpr std::uint32_t named_registers = 4;  // the others hold 0

std::uint64_t base_of(AddressSpace::Where where, std::uint64_t unit) {
  if (where == AddressSpace::Where::front) return 0;
  return where == AddressSpace::Where::middle ? middle_base : 0 - unit * AddressSpace::cells;
}

}  // namespace

AddressSpace::AddressSpace(Where where, std::uint64_t unit) : where_{where}, unit_{unit}, base_{base_of(where, unit)} {}

AddressSpace AddressSpace::any(Story& story) {
  const Where where = story.one_of({Where::middle, Where::front, Where::back});
  return {where, story.one_of<std::uint64_t>({1, 32, 0x400})};
}

std::uint32_t AddressSpace::any_block_cell(Story& story) const {
  return where_ == Where::front ? story.between(1, cells - 1) : story.below(cells);
}

AddressSpace::Cells AddressSpace::any_cells(Story& story) const {
  const std::uint32_t length = story.between(1, 16);
  const std::uint32_t begin = story.below(mappable() - length + 1);
  return {begin, begin + length};
}

std::vector<AddressSpace::Cells> AddressSpace::any_ranges(Story& story, std::uint32_t most) const {
  std::vector<Cells> ranges;
  for (std::uint32_t left = story.below(most + 1); left > 0; --left) ranges.push_back(any_cells(story));
  return ranges;
}

Ranges AddressSpace::ranges(const std::vector<Cells>& of) const {
  Ranges all;
  for (const Cells& one : of) all.push_back(range(one));
  return all;
}

void AddressSpace::set(Bitmap& bits, Cells of) {
  for (std::uint32_t cell = of.begin; cell < std::min(of.end, cells); ++cell) bits.set(cell);
}

AddressSpace::Bitmap AddressSpace::bitmap(const std::vector<Cells>& of) {
  Bitmap bits;
  for (const Cells& one : of) set(bits, one);
  return bits;
}

AddressSpace::Bitmap AddressSpace::bitmap(const BlockEntry& block) const {
  const auto begin = static_cast<std::uint32_t>((static_cast<std::uint64_t>(block.address) - base_) / unit_);
  Bitmap bits;
  set(bits, {begin, begin + static_cast<std::uint32_t>(block.size / unit_)});
  return bits;
}

bool AddressSpace::reaches_out(const BlockEntry& block) const {
  return (static_cast<std::uint64_t>(block.address) - base_) / unit_ + block.size / unit_ > cells;
}

std::vector<SnapRange> AddressSpace::shown(const Bitmap& bits) const {
  std::vector<SnapRange> ranges;
  for (std::uint32_t cell = 0; cell < cells; ++cell) {
    if (!bits[cell]) continue;
    const Address end{address(cell + 1)};
    const bool goes_on = cell > 0 && bits[cell - 1];
    if (goes_on) {
      ranges.back().end = end;
    } else {
      ranges.push_back({Address{address(cell)}, end});
    }
  }
  return ranges;
}

DrawnMemory any_memory(Story& story, const AddressSpace& space, std::uint32_t threads) {
  DrawnMemory memory;
  for (std::uint32_t k = 0; k < threads; ++k) {
    DrawnMemory::Thread& thread = memory.threads.emplace_back();
    thread.range = space.any_cells(story);
    thread.stack_pointer = story.below(AddressSpace::cells);
    thread.instruction_pointer = story.below(AddressSpace::cells);
    for (std::uint32_t left = story.below(named_registers + 1); left > 0; --left)
      thread.registers.push_back(story.below(AddressSpace::cells));
  }
  memory.data = space.any_ranges(story, 3);
  memory.private_ = space.any_ranges(story, 3);
  memory.mapped = space.any_ranges(story, 3);
  return memory;
}

void give(Story& story, Name process, const AddressSpace& space, const DrawnMemory& memory) {
  Stacks stacks;
  for (const DrawnMemory::Thread& thread : memory.threads) {
    Stack& stack = stacks.emplace_back();
    stack.range = space.range(thread.range);
    stack.stack_pointer = space.address(thread.stack_pointer);
    stack.instruction_pointer = space.address(thread.instruction_pointer);
    // All others hold what the first one does: 0 would be an address of its own.
    const std::uint64_t first =
        space.address(thread.registers.empty() ? thread.instruction_pointer : thread.registers.front());
    stack.registers.fill(first);
    for (std::size_t i = 0; i < thread.registers.size(); ++i)
      stack.registers[3 * i] = space.address(thread.registers[i]);
  }
  ProcessSpec& spec = story.spec(process);
  spec.threads = {static_cast<std::uint16_t>(memory.threads.size())};
  spec.stacks = story.stacks(std::move(stacks));
  spec.data = story.ranges(space.ranges(memory.data));
  spec.private_ = story.ranges(space.ranges(memory.private_));
  spec.mapped = story.ranges(space.ranges(memory.mapped));
}

}  // namespace procreg::scenarios
