// The ranges of dumps and the statuses of registered blocks, worked out byte by byte: WER-REP-10 to WER-REP-12, WER-REP-18,
// WER-REP-19, WER-REP-31 and WER-REP-36 once more.
#pragma once

#include <vector>

#include "api/profile.h"
#include "scenarios/properties/seen.h"

namespace procreg::scenarios {

// A stack as every clause uses it: its stack pointer lies in the range or at its end.
Stack usable(Stack stack);

// What of the memory of a process the dumps read.
struct Memory {
  std::vector<Stack> stacks{};  // of the live threads, by ascending tid; usable
  Ranges data{};
  Ranges private_{};
  Ranges mapped{};
  bool has(std::uint64_t byte) const;
};
Memory memory_of(const SeenProcess& process, const Tables& tables);

struct Blocks {
  std::vector<BlockEntry> registered{};
  std::vector<BlockEntry> excluded{};
  bool registration_wins{};
};

std::vector<SnapRange> primary_ranges(const Memory& memory, DumpKind kind, const Blocks& blocks);
// `extra` is the place of the thread with extra data in Memory::stacks; nullptr: none.
std::vector<SnapRange> triage_ranges(const Memory& memory, const Stack* extra);

// Of a registered block, given the ranges of the primary dump.
BlockStatus status_in(const std::vector<SnapRange>& ranges, DumpKind kind, const BlockEntry& block);

}  // namespace procreg::scenarios
