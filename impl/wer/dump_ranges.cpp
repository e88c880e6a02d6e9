#include "impl/wer/dump_ranges.h"

#include <algorithm>
#include <cassert>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t around = 128;  // bytes on each side of a pointer (WER-REP-12)

SnapRange window(std::uint64_t pointer) noexcept {
  const std::uint64_t before = std::min(pointer, around);
  return bytes_from(pointer - before, before + around);
}

}  // namespace

// Where ranges are gathered and sets of them are made while one dump is put together: memory asked for at once, and given back.
class DumpRanges::Room {
 public:
  Room(Arena& arena, std::size_t ranges) noexcept
      : arena_{arena},
        bytes_{ranges * sizeof(SnapRange)},
        memory_{static_cast<SnapRange*>(arena.allocate(bytes_))},
        gathering_{memory_},
        end_{memory_} {}
  ~Room() {
    assert(static_cast<std::size_t>(end_ - memory_) * sizeof(SnapRange) <= bytes_);
    arena_.release(memory_, bytes_);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  void add(const SnapRange& range) noexcept { ::new (static_cast<void*>(end_++)) SnapRange{range}; }
  // Of what was added since the last set.
  RangeSet gathered() noexcept { return keep(set_of({gathering_, end_})); }

  RangeSet united_set(RangeSet a, RangeSet b) noexcept { return keep(united(a, b, end_)); }
  RangeSet difference(RangeSet a, RangeSet b) noexcept { return keep(without(a, b, end_)); }
  RangeSet common_set(RangeSet a, RangeSet b) noexcept { return keep(common(a, b, end_)); }

 private:
  RangeSet keep(RangeSet made) noexcept {
    gathering_ = end_ = memory_ + (made.data() - memory_) + made.size();
    return made;
  }

  Arena& arena_;
  std::size_t bytes_;
  SnapRange* memory_;
  SnapRange* gathering_;
  SnapRange* end_;
};

RangeSet DumpRanges::of_primary_dump(const Process& process, const RegistrationBlock& block, bool heap) noexcept {
  const Identity& identity = process.identity;
  // No range comes to stand in more than four of the sets below.
  const std::size_t given = 2 * mapped_ranges(process) + block.blocks.size() + block.excluded.size();
  Room room{arena_, 4 * given};
  for (const BlockEntry& entry : block.excluded) room.add(bytes_from(number(entry.address), entry.size));
  const RangeSet excluded = room.gathered();
  add_stacks(process, room);
  add(tables_.at(identity.data), room);
  if (heap) add(tables_.at(identity.private_), room);
  const RangeSet base = room.gathered();
  if (!heap) return kept(room.difference(base, excluded));

  const RangeSet registered = registered_set(process, block, room);
  if (profile_[choice::block_overlap] == BlockOverlap::exclusion_wins)
    return kept(room.difference(room.united_set(base, registered), excluded));
  return kept(room.united_set(room.difference(base, excluded), registered));
}

// WER-REP-18
RangeSet DumpRanges::registered_set(const Process& process, const RegistrationBlock& block, Room& room) const noexcept {
  if (block.blocks.size() == 0) return {};
  for (const BlockEntry& entry : block.blocks) room.add(bytes_from(number(entry.address), entry.size));
  const RangeSet blocks = room.gathered();
  return room.common_set(blocks, mapped_set(process, room));
}

RangeSet DumpRanges::of_triage_dump(const Process& process, const Object* extra) noexcept {
  constexpr std::size_t windows = general_registers.size() + 2;
  const std::size_t threads = thread_count(process);
  Room room{arena_, extra == nullptr ? threads : 2 * threads + 3 * (mapped_ranges(process) + windows) + 2};
  add_stacks(process, room);
  if (extra == nullptr) return kept(room.gathered());
  const Stack stack = stack_of(tables_.at(process.identity.stacks), extra->k);
  room.add(snap(stack.range));
  const RangeSet stacks = room.gathered();
  return kept(room.united_set(stacks, windows_set(process, stack, room)));
}

// WER-REP-12
RangeSet DumpRanges::windows_set(const Process& process, const Stack& stack, Room& room) const noexcept {
  const RangeSet mapped = mapped_set(process, room);
  const auto add_if_mapped = [&](std::uint64_t pointer) {
    if (contains(mapped, Address{pointer})) room.add(window(pointer));
  };
  room.add(window(stack.instruction_pointer));
  add_if_mapped(stack_pointer_of(stack));
  for (const std::uint64_t pointer : stack.registers) add_if_mapped(pointer);
  const RangeSet windows = room.gathered();
  return room.common_set(windows, mapped);
}

void DumpRanges::add(const Ranges& ranges, Room& room) noexcept {
  for (const Range& range : ranges) room.add(snap(range));
}

// Of each live thread what is in use.
void DumpRanges::add_stacks(const Process& process, Room& room) const noexcept {
  const Stacks& stacks = tables_.at(process.identity.stacks);
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread) {
    const Stack stack = stack_of(stacks, thread->k);
    room.add({Address{stack_pointer_of(stack)}, Address{stack.range.end}});
  }
}

RangeSet DumpRanges::mapped_set(const Process& process, Room& room) const noexcept {
  const Identity& identity = process.identity;
  const Stacks& stacks = tables_.at(identity.stacks);
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread)
    room.add(snap(stack_of(stacks, thread->k).range));
  for (const RangesRef ranges : {identity.data, identity.private_, identity.mapped}) add(tables_.at(ranges), room);
  return room.gathered();
}

// Of all kinds together, as they are given.
std::size_t DumpRanges::mapped_ranges(const Process& process) const noexcept {
  std::size_t count = thread_count(process);
  for (const RangesRef ranges : {process.identity.data, process.identity.private_, process.identity.mapped})
    count += tables_.at(ranges).size();
  return count;
}

RangeSet DumpRanges::kept(RangeSet set) noexcept {
  const auto copy = arena_.array<SnapRange>(set.size());
  std::copy(set.begin(), set.end(), copy.begin());
  return copy;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
