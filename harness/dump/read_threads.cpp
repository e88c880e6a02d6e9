// Threads: what they were doing, what they are called, when they began.
#include <fmt/format.h>

#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

Registers registers_of(const Fields& fields) {
  Registers registers;
  registers.flags = fields.u32(0x30);
  registers.mxcsr = fields.u32(0x34);
  for (std::size_t i = 0; i < registers.segments.size(); ++i) registers.segments[i] = fields.u16(0x38 + 2 * i);
  registers.eflags = fields.u32(0x44);
  for (std::size_t i = 0; i < registers.debug.size(); ++i) registers.debug[i] = fields.u64(0x48 + 8 * i);
  for (std::size_t i = 0; i < registers.general.size(); ++i) registers.general[i] = fields.u64(0x78 + 8 * i);
  registers.rip = fields.u64(0xF8);
  return registers;
}

}  // namespace

Context read_context(Reader& reader, const Place& place, std::uint64_t size, std::uint64_t offset,
                     const Minidump& dump) {
  Context context{reader.locate(place, size, offset), {}};
  if (dump.system && dump.system->architecture != architecture_amd64) return context;
  if (size != context_bytes) reader.odd(place, fmt::format("{} bytes, where x86-64 has {}", size, context_bytes));
  if (!context.bytes.in_file || size < context_bytes) return context;
  const auto read = reader.block(place, offset, context_bytes);
  if (!read) return context;
  context.registers = registers_of(read->fields());
  if ((context.registers->flags & context_amd64) == 0)
    reader.odd(place,
               fmt::format("flags 0x{:X} without 0x{:X}, which says x86-64", context.registers->flags, context_amd64));
  return context;
}

void read_threads(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "thread list";
  const Entries entries = reader.counted_entries({list}, stream, 48);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    const Place place{list, "thread", i + 1};
    Thread thread{.id = fields.u32(0),
                  .suspend_count = fields.u32(4),
                  .priority_class = fields.u32(8),
                  .priority = fields.u32(12),
                  .teb = fields.u64(16),
                  .stack_begin = fields.u64(24)};
    thread.stack = reader.locate(place.of("stack"), fields.u32(32), fields.u32(36));
    thread.context = read_context(reader, place.of("context"), fields.u32(40), fields.u32(44), dump);
    dump.threads.push_back(thread);
  }
}

void read_thread_infos(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr Place place{"thread info list"};
  const auto layout = reader.layout(place, stream, {12, 64, 0});
  if (!layout) return;
  const Entries entries = reader.entries(place, stream, *layout);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    dump.thread_infos.push_back({.id = fields.u32(0),
                                 .flags = fields.u32(4),
                                 .error = fields.u32(8),
                                 .exit_status = fields.u32(12),
                                 .created = fields.u64(16),
                                 .exited = fields.u64(24),
                                 .kernel = fields.u64(32),
                                 .user = fields.u64(40),
                                 .start = fields.u64(48),
                                 .affinity = fields.u64(56)});
  }
}

void read_thread_names(Reader& reader, const Location& stream, Minidump& dump) {
  constexpr std::string_view list = "thread names";
  const Entries entries = reader.counted_entries({list}, stream, 12);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    dump.thread_names.push_back({fields.u32(0), reader.name({list, "thread", i + 1, "name"}, fields.u64(4))});
  }
}

}  // namespace procreg::harness::dump
