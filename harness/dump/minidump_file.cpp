#include "harness/dump/minidump_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/dump/names.h"
#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

constexpr std::uint32_t signature = 0x504D444D;  // "MDMP"
constexpr std::uint32_t version_low = 0xA793;
constexpr std::size_t header_bytes = 32;
constexpr std::uint64_t directory_entry_bytes = 12;

constexpr Place header_place{"header"};
constexpr Place directory_place{"directory"};

Header header_of(const Fields& fields) {
  return {.version = fields.u32(4),
          .streams = fields.u32(8),
          .directory = fields.u32(12),
          .checksum = fields.u32(16),
          .time = fields.u32(20),
          .flags = fields.u64(24)};
}

// "" or why these bytes are no minidump.
std::string why_no_minidump(const ByteSource& source, std::span<std::byte> header) {
  if (source.size() < header.size())
    return fmt::format("not a minidump: {} bytes, and its header alone has {}", source.size(), header.size());
  if (!source.read(0, header)) return "cannot be read";
  const std::uint32_t found = Fields{header}.u32(0);
  return found == signature ? "" : fmt::format("not a minidump: it begins with 0x{:08X} and not with \"MDMP\"", found);
}

void read_directory(Reader& reader, Minidump& dump) {
  const std::uint64_t room =
      dump.header.directory <= dump.file_size ? (dump.file_size - dump.header.directory) / directory_entry_bytes : 0;
  const std::uint64_t bytes = std::min<std::uint64_t>(dump.header.streams, room) * directory_entry_bytes;
  if (dump.header.streams > room)
    reader.fault(directory_place,
                 fmt::format("{} entries of {} bytes at offset 0x{:X} are past the end of the file (0x{:X} bytes)",
                             dump.header.streams, directory_entry_bytes, dump.header.directory, dump.file_size));
  if (bytes == 0) return;
  const Entries entries = reader.entries(directory_place, {bytes, dump.header.directory, true},
                                         {0, directory_entry_bytes, bytes / directory_entry_bytes});
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Fields fields = entries[i];
    const auto type = StreamType{fields.u32(0)};
    if (type == StreamType::unused) {
      ++dump.unused_streams;
      continue;
    }
    const Location found = reader.location(fields.u32(4), fields.u32(8));
    if (!found.in_file && found.size != 0)
      reader.fault({directory_place.list, "stream", i + 1},
                   fmt::format("{}: {}", stream_name(type), reader.past_the_end(found.size, found.offset)));
    dump.streams.push_back({type, found});
  }
}

void read_stream(Reader& reader, const Stream& stream, Minidump& dump) {
  switch (stream.type) {
    case StreamType::thread_list:
      return read_threads(reader, stream.bytes, dump);
    case StreamType::module_list:
      return read_modules(reader, stream.bytes, dump);
    case StreamType::memory_list:
      return read_memory(reader, stream.bytes, dump);
    case StreamType::exception:
      return read_exception(reader, stream.bytes, dump);
    case StreamType::system_info:
      return read_system(reader, stream.bytes, dump);
    case StreamType::memory64_list:
      return read_memory64(reader, stream.bytes, dump);
    case StreamType::handle_data:
      return read_handles(reader, stream.bytes, dump);
    case StreamType::unloaded_module_list:
      return read_unloaded_modules(reader, stream.bytes, dump);
    case StreamType::misc_info:
      return read_misc(reader, stream.bytes, dump);
    case StreamType::memory_info_list:
      return read_memory_info(reader, stream.bytes, dump);
    case StreamType::thread_info_list:
      return read_thread_infos(reader, stream.bytes, dump);
    case StreamType::thread_names:
      return read_thread_names(reader, stream.bytes, dump);
    default:
      if (is_text(stream.type)) read_text(reader, stream, dump);
  }
}

// The first of each type. Contexts are read by what the system stream says, so it goes first.
void read_streams(Reader& reader, Minidump& dump) {
  if (const Stream* system = dump.find(StreamType::system_info); system != nullptr && system->bytes.in_file)
    read_stream(reader, *system, dump);
  std::set<StreamType> seen{StreamType::system_info};
  for (const Stream& stream : dump.streams)
    if (seen.insert(stream.type).second && stream.bytes.in_file) read_stream(reader, stream, dump);
}

}  // namespace

const Stream* Minidump::find(StreamType type) const {
  const auto found =
      std::find_if(streams.begin(), streams.end(), [&](const Stream& stream) { return stream.type == type; });
  return found == streams.end() ? nullptr : &*found;
}

std::variant<Minidump, std::string> read_minidump(const ByteSource& source) {
  std::array<std::byte, header_bytes> bytes{};
  if (std::string why = why_no_minidump(source, bytes); !why.empty()) return why;
  Reader reader{source};
  Minidump dump;
  dump.file_size = source.size();
  dump.header = header_of(Fields{bytes});
  if ((dump.header.version & 0xFFFF) != version_low)
    reader.fault(header_place, fmt::format("version 0x{:08X} at offset 0x4: its lower half is not 0x{:04X}",
                                           dump.header.version, version_low));
  read_directory(reader, dump);
  read_streams(reader, dump);
  check(source, dump, reader);
  dump.faults = reader.faults();
  dump.oddities = reader.oddities().texts();
  return dump;
}

}  // namespace procreg::harness::dump
