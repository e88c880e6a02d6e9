// Which memory there is, and where its bytes lie. The bytes themselves are not read here.
#include <fmt/format.h>

#include <limits>

#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

constexpr std::uint64_t offset_max = std::numeric_limits<std::uint64_t>::max();

// a + b, or the largest number where that is larger: it is past the end of every file.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) { return b > offset_max - a ? offset_max : a + b; }

}  // namespace

void read_memory(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "memory list";
  const Entries entries = reader.counted_entries({list}, stream, 16);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    dump.memory.push_back({fields.u64(0), reader.locate({list, "range", i + 1}, fields.u32(8), fields.u32(12)), false});
  }
}

void read_memory64(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "memory64 list";
  const auto head = reader.head({list}, stream, 16);
  if (!head) return;
  const Entries entries = reader.entries({list}, stream, {16, 16, head->fields().u64(0)});
  std::uint64_t offset = head->fields().u64(8);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::uint64_t size = entries[i].u64(8);
    dump.memory.push_back({entries[i].u64(0), reader.locate({list, "range", i + 1}, size, offset), true});
    offset = sum(offset, size);
  }
}

void read_memory_info(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"memory info list"};
  const auto layout = reader.layout(place, stream, {16, 48, 0});
  if (!layout) return;
  const Entries entries = reader.entries(place, stream, *layout);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    dump.memory_info.push_back({.begin = fields.u64(0),
                                .allocation = fields.u64(8),
                                .allocation_protection = fields.u32(16),
                                .size = fields.u64(24),
                                .state = fields.u32(32),
                                .protection = fields.u32(36),
                                .type = fields.u32(40)});
  }
}

}  // namespace procreg::harness::dump
