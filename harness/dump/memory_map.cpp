#include "harness/dump/memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <string>

namespace procreg::harness::dump {
namespace {

using Segment = MemoryMap::Segment;
using Segments = std::map<std::uint64_t, Segment>;  // by begin

constexpr std::size_t row_bytes = 16;

// Adds what none of the segments has yet.
void add(Segments& segments, std::uint64_t begin, const Location& bytes) {
  if (!bytes.in_file) return;
  const std::uint64_t end = end_of(begin, bytes.size);
  auto next = segments.upper_bound(begin);
  std::uint64_t at = begin;
  if (next != segments.begin()) at = std::max(at, std::prev(next)->second.end);
  while (at < end) {
    const std::uint64_t gap_end = next == segments.end() ? end : std::min(end, next->second.begin);
    if (at < gap_end) segments.emplace_hint(next, at, Segment{at, gap_end, bytes.offset + (at - begin)});
    if (next == segments.end()) return;
    at = std::max(gap_end, next->second.end);
    ++next;
  }
}

// The gap that holds an address, or the next one.
auto gap_after(const std::vector<MemoryBytes::Gap>& gaps, std::uint64_t address) {
  return std::partition_point(gaps.begin(), gaps.end(),
                              [&](const MemoryBytes::Gap& gap) { return gap.end <= address; });
}

std::string row_text(const MemoryBytes& memory, std::uint64_t row, std::uint64_t end) {
  std::string hex;
  std::string chars;
  for (std::uint64_t address = row; address < end; ++address) {
    const bool there = memory.has(address);
    const auto byte = std::to_integer<unsigned>(memory.bytes[address - memory.begin]);
    hex += address == row ? "" : (address - row) % 8 == 0 ? "  " : " ";
    hex += there ? fmt::format("{:02X}", byte) : "??";
    chars += !there ? ' ' : byte >= 0x20 && byte < 0x7F ? static_cast<char>(byte) : '.';
  }
  return fmt::format("0x{:016X}  {:<48}  |{}|\n", row, hex, chars);
}

bool nothing_in(const MemoryBytes& memory, std::uint64_t begin, std::uint64_t end) {
  const auto gap = gap_after(memory.missing, begin);
  return gap != memory.missing.end() && gap->begin <= begin && gap->end >= end;
}

}  // namespace

std::uint64_t end_of(std::uint64_t begin, std::uint64_t size) {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  return size > last - begin ? last : begin + size;
}

MemoryMap::MemoryMap(const Minidump& dump, Stacks stacks) {
  Segments segments;
  for (const MemoryRange& range : dump.memory) add(segments, range.begin, range.bytes);
  if (stacks == Stacks::included)
    for (const Thread& thread : dump.threads) add(segments, thread.stack_begin, thread.stack);
  segments_.reserve(segments.size());
  for (const auto& [begin, segment] : segments) segments_.push_back(segment);
}

std::span<const Segment> MemoryMap::overlapping(std::uint64_t begin, std::uint64_t end) const {
  const auto first = std::partition_point(segments_.begin(), segments_.end(),
                                          [&](const Segment& segment) { return segment.end <= begin; });
  const auto last =
      std::partition_point(first, segments_.end(), [&](const Segment& segment) { return segment.begin < end; });
  return {first, last};
}

bool MemoryBytes::has(std::uint64_t address) const {
  const auto gap = gap_after(missing, address);
  return gap == missing.end() || gap->begin > address;
}

MemoryBytes bytes_at(const ByteSource& source, const MemoryMap& map, std::uint64_t begin, std::size_t size) {
  const std::uint64_t end = end_of(begin, size);
  MemoryBytes memory{begin, std::vector<std::byte>(static_cast<std::size_t>(end - begin)), {}};
  const auto miss = [&](std::uint64_t from, std::uint64_t to) {
    if (from == to) return;
    if (!memory.missing.empty() && memory.missing.back().end == from)
      memory.missing.back().end = to;
    else
      memory.missing.push_back({from, to});
  };
  std::uint64_t at = begin;
  for (const Segment& segment : map.overlapping(begin, end)) {
    const std::uint64_t from = std::max(begin, segment.begin);
    const std::uint64_t to = std::min(end, segment.end);
    miss(at, from);
    const auto into = std::span{memory.bytes}.subspan(from - begin, to - from);
    if (!source.read(segment.offset + (from - segment.begin), into)) {
      std::fill(into.begin(), into.end(), std::byte{});
      miss(from, to);
    }
    at = to;
  }
  miss(at, end);
  return memory;
}

std::string hexdump(const MemoryBytes& memory) {
  const std::uint64_t end = memory.begin + memory.bytes.size();
  const auto row_end = [&](std::uint64_t row) { return std::min(end, end_of(row, row_bytes)); };
  std::string text;
  for (std::uint64_t row = memory.begin; row < end;) {
    std::uint64_t to = row;
    while (to < end && nothing_in(memory, to, row_end(to))) to = row_end(to);
    if (to != row) text += fmt::format("0x{:016X}  {} bytes up to 0x{:016X} are not in the dump\n", row, to - row, to);
    if (to == row) text += row_text(memory, row, to = row_end(row));
    row = to;
  }
  return text;
}

}  // namespace procreg::harness::dump
