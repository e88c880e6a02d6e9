#include "scenarios/properties/expected_dumps.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

// Bytes from a place on. Nothing here is added up, so nothing wraps at the end of all addresses.
bool covers(std::uint64_t begin, std::uint64_t size, std::uint64_t byte) {
  return byte >= begin && byte - begin < size;
}
bool covers(const Range& range, std::uint64_t byte) { return byte >= range.begin && byte < range.end; }
bool covers(const BlockEntry& block, std::uint64_t byte) {
  return covers(static_cast<std::uint64_t>(block.address), block.size, byte);
}

template <class Parts>
bool any_covers(const Parts& parts, std::uint64_t byte) {
  return std::any_of(parts.begin(), parts.end(), [byte](const auto& part) { return covers(part, byte); });
}

// The addresses at which something begins or ends. Between two neighbours all bytes are alike.
class Edges {
 public:
  void add(std::uint64_t edge) { edges_.push_back(edge); }
  void add(const Range& range) {
    add(range.begin);
    add(range.end);
  }
  void add(const BlockEntry& block) {
    const auto begin = static_cast<std::uint64_t>(block.address);
    add(begin);
    add(begin + block.size);  // past the end of all addresses this is just one edge more
  }
  template <class Parts>
  void add_all(const Parts& parts) {
    for (const auto& part : parts) add(part);
  }
  void add(const Memory& memory) {
    for (const Stack& stack : memory.stacks) {
      add(stack.range);
      add(stack.stack_pointer);
    }
    add_all(memory.data);
    add_all(memory.private_);
    add_all(memory.mapped);
  }

  // The bytes for which `in` holds, as ranges. The last byte of all addresses is never one of them.
  template <class In>
  std::vector<SnapRange> where(In&& in) && {
    std::sort(edges_.begin(), edges_.end());
    std::vector<SnapRange> ranges;
    for (std::size_t i = 0; i + 1 < edges_.size(); ++i) {
      if (edges_[i] == edges_[i + 1] || !in(edges_[i])) continue;
      const Address begin{edges_[i]};
      const Address end{edges_[i + 1]};
      if (!ranges.empty() && ranges.back().end == begin) {
        ranges.back().end = end;
      } else {
        ranges.push_back({begin, end});
      }
    }
    return ranges;
  }

 private:
  std::vector<std::uint64_t> edges_{0, ~std::uint64_t{0}};
};

bool dumped_of_stacks(const Memory& memory, std::uint64_t byte) {
  return std::any_of(memory.stacks.begin(), memory.stacks.end(),
                     [byte](const Stack& stack) { return covers(stack.range, byte) && byte >= stack.stack_pointer; });
}

// 128 bytes before `centre` and 128 from it on.
constexpr std::uint64_t before_centre = 128;
constexpr std::uint64_t from_centre = 128;

bool around(std::uint64_t centre, std::uint64_t byte) {
  return byte < centre ? centre - byte <= before_centre : byte - centre < from_centre;
}

void add_window(Edges& edges, std::uint64_t centre) {
  edges.add(centre < before_centre ? 0 : centre - before_centre);
  edges.add(centre > ~from_centre ? ~std::uint64_t{0} : centre + from_centre);
}

// The centres of the windows that the extra data of a thread shows.
std::vector<std::uint64_t> centres_of(const Memory& memory, const Stack& stack) {
  std::vector<std::uint64_t> centres{stack.instruction_pointer};
  if (memory.has(stack.stack_pointer)) centres.push_back(stack.stack_pointer);
  for (const std::uint64_t value : stack.registers)
    if (memory.has(value)) centres.push_back(value);
  return centres;
}

}  // namespace

Stack usable(Stack stack) {
  stack.stack_pointer = std::clamp(stack.stack_pointer, stack.range.begin, stack.range.end);
  return stack;
}

bool Memory::has(std::uint64_t byte) const {
  const bool in_stack =
      std::any_of(stacks.begin(), stacks.end(), [byte](const Stack& stack) { return covers(stack.range, byte); });
  return in_stack || any_covers(data, byte) || any_covers(private_, byte) || any_covers(mapped, byte);
}

Memory memory_of(const SeenProcess& process, const Tables& tables) {
  Memory memory{.stacks = {},
                .data = tables.at(process.head.data),
                .private_ = tables.at(process.head.private_),
                .mapped = tables.at(process.head.mapped)};
  for (const SnapThread& thread : process.threads)
    memory.stacks.push_back(usable(stack_of(tables.at(process.head.stacks), thread.k)));
  return memory;
}

std::vector<SnapRange> primary_ranges(const Memory& memory, DumpKind kind, const Blocks& blocks) {
  Edges edges;
  edges.add(memory);
  edges.add_all(blocks.registered);
  edges.add_all(blocks.excluded);
  const bool heap = kind == DumpKind::heap;
  return std::move(edges).where([&](std::uint64_t byte) {
    const bool base =
        dumped_of_stacks(memory, byte) || any_covers(memory.data, byte) || (heap && any_covers(memory.private_, byte));
    const bool registered = heap && memory.has(byte) && any_covers(blocks.registered, byte);
    if (!any_covers(blocks.excluded, byte)) return base || registered;
    return registered && blocks.registration_wins;
  });
}

std::vector<SnapRange> triage_ranges(const Memory& memory, const Stack* extra) {
  Edges edges;
  edges.add(memory);
  std::vector<std::uint64_t> centres;
  if (extra != nullptr) centres = centres_of(memory, *extra);
  for (const std::uint64_t centre : centres) add_window(edges, centre);
  return std::move(edges).where([&](std::uint64_t byte) {
    if (dumped_of_stacks(memory, byte)) return true;
    if (extra != nullptr && covers(extra->range, byte)) return true;
    const bool near_one =
        std::any_of(centres.begin(), centres.end(), [byte](std::uint64_t centre) { return around(centre, byte); });
    return near_one && memory.has(byte);
  });
}

BlockStatus status_in(const std::vector<SnapRange>& ranges, DumpKind kind, const BlockEntry& block) {
  if (kind != DumpKind::heap) return BlockStatus::not_requested;
  const auto begin = static_cast<std::uint64_t>(block.address);
  const std::uint64_t last =
      begin > ~std::uint64_t{0} - (block.size - 1) ? ~std::uint64_t{0} : begin + (block.size - 1);
  bool touched = false;
  for (const SnapRange& range : ranges) {
    const auto from = static_cast<std::uint64_t>(range.begin);
    const auto to = static_cast<std::uint64_t>(range.end);
    if (from <= begin && last < to) return BlockStatus::included;
    touched = touched || (from <= last && begin < to);
  }
  return touched ? BlockStatus::partial : BlockStatus::absent;
}

}  // namespace procreg::scenarios
