#pragma once

#include <algorithm>
#include <cstdint>

#include "api/memory.h"
#include "api/profile.h"
#include "impl/kernel/arena.h"
#include "impl/kernel/process.h"
#include "impl/wer/ranges.h"
#include "impl/wer/registration_block.h"

namespace procreg::impl::inline PROCREG_SYNC {

// WER-REP-36
inline std::uint64_t stack_pointer_of(const Stack& stack) noexcept {
  return std::clamp(stack.stack_pointer, stack.range.begin, stack.range.end);
}

// Which memory of a process a dump holds (WER-REP-10 to WER-REP-12, 18, 19, 31, 36). The sets stay in the arena. Wants the
// lifecycle lock.
class DumpRanges {
 public:
  DumpRanges(Arena& arena, const Tables& tables, const Profile& profile) noexcept
      : arena_{arena}, tables_{tables}, profile_{profile} {}

  // `block` is what the process has registered; its gate is held.
  RangeSet of_primary_dump(const Process& process, const RegistrationBlock& block, bool heap) noexcept;
  // `extra`: a live thread of the process, nullptr: none.
  RangeSet of_triage_dump(const Process& process, const Object* extra) noexcept;

 private:
  class Room;

  RangeSet registered_set(const Process& process, const RegistrationBlock& block, Room& room) const noexcept;
  RangeSet windows_set(const Process& process, const Stack& stack, Room& room) const noexcept;
  static void add(const Ranges& ranges, Room& room) noexcept;
  void add_stacks(const Process& process, Room& room) const noexcept;
  RangeSet mapped_set(const Process& process, Room& room) const noexcept;
  std::size_t mapped_ranges(const Process& process) const noexcept;
  RangeSet kept(RangeSet set) noexcept;

  Arena& arena_;
  const Tables& tables_;
  const Profile& profile_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
