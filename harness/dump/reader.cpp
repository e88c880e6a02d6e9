#include "harness/dump/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace procreg::harness::dump {

Fields Fields::part(std::size_t at, std::size_t size) const {
  if (at > bytes_.size() || size > bytes_.size() - at) std::abort();
  return Fields{bytes_.subspan(at, size)};
}

std::uint64_t Fields::number(std::size_t at, std::size_t size) const {
  if (at > bytes_.size() || size > bytes_.size() - at) std::abort();
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at + i]);
  return value;
}

void Reader::add(Complaints& complaints, const Place& place, std::string_view text) {
  const std::string part = place.part.empty() ? "" : fmt::format(": {}", place.part);
  const std::string entry = place.entry.empty() ? "" : fmt::format(": {} {}", place.entry, place.number);
  complaints.add(fmt::format("{}{}", place.list, part), fmt::format("{}{}{}: {}", place.list, entry, part, text));
}

Location Reader::location(std::uint64_t size, std::uint64_t offset) const {
  return {size, offset, lie_in(file_size(), offset, size)};
}

std::string Reader::past_the_end(std::uint64_t size, std::uint64_t offset) const {
  return fmt::format("{} bytes at offset 0x{:X} are past the end of the file (0x{:X} bytes)", size, offset,
                     file_size());
}

Location Reader::locate(const Place& place, std::uint64_t size, std::uint64_t offset) {
  const Location found = location(size, offset);
  if (!found.in_file && size != 0) fault(place, past_the_end(size, offset));
  return found;
}

bool Reader::affordable(const Place& place, std::uint64_t size) {
  if (size > left_) {
    fault(place, fmt::format("not read: all descriptions together have more than {} MiB", description_bytes_max >> 20));
    return false;
  }
  left_ -= size;
  return true;
}

std::optional<Block> Reader::block(const Place& place, std::uint64_t offset, std::uint64_t size) {
  if (!lie_in(file_size(), offset, size)) {
    fault(place, past_the_end(size, offset));
    return std::nullopt;
  }
  if (!affordable(place, size)) return std::nullopt;
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (source_.read(offset, bytes)) return Block{std::move(bytes)};
  fault(place, fmt::format("{} bytes at offset 0x{:X} cannot be read", size, offset));
  return std::nullopt;
}

std::optional<Block> Reader::head(const Place& place, const Location& stream, std::uint64_t size) {
  if (stream.size >= size) return block(place, stream.offset, size);
  fault(place, fmt::format("{} bytes at offset 0x{:X}, where {} are needed", stream.size, stream.offset, size));
  return std::nullopt;
}

Entries Reader::entries(const Place& place, const Location& stream, const ListLayout& layout) {
  if (layout.header > stream.size) {
    fault(place, fmt::format("a head of {} bytes in a stream of {}", layout.header, stream.size));
    return {};
  }
  const std::uint64_t room = (stream.size - layout.header) / layout.entry;
  if (layout.count > room)
    fault(place, fmt::format("{} entries of {} bytes do not fit in {} bytes at offset 0x{:X}", layout.count,
                             layout.entry, stream.size - layout.header, stream.offset + layout.header));
  if (std::min(layout.count, room) > entries_max)
    fault(place, fmt::format("{} entries: only the first {} are read", std::min(layout.count, room), entries_max));
  if (layout.count < room)
    odd(place,
        fmt::format("{} bytes follow the last entry", stream.size - layout.header - layout.count * layout.entry));

  const std::uint64_t count = std::min({layout.count, room, entries_max});
  auto read = block(place, stream.offset + layout.header, count * layout.entry);
  if (!read) return {};
  return {std::move(*read), static_cast<std::size_t>(layout.entry), static_cast<std::size_t>(count)};
}

std::optional<ListLayout> Reader::layout(const Place& place, const Location& stream, ListLayout least) {
  const auto read = head(place, stream, least.header);
  if (!read) return std::nullopt;
  const Fields fields = read->fields();
  const ListLayout layout{fields.u32(0), fields.u32(4), least.header == 16 ? fields.u64(8) : fields.u32(8)};
  if (layout.header < least.header || layout.entry < least.entry) {
    fault(place, fmt::format("a head of {} bytes and entries of {}, where {} and {} are needed", layout.header,
                             layout.entry, least.header, least.entry));
    return std::nullopt;
  }
  if (layout.header != least.header)
    odd(place, fmt::format("a head of {} bytes, where the format has {}", layout.header, least.header));
  if (layout.entry != least.entry)
    odd(place, fmt::format("entries of {} bytes, where the format has {}", layout.entry, least.entry));
  return layout;
}

Entries Reader::counted_entries(const Place& place, const Location& stream, std::uint64_t entry) {
  const auto read = head(place, stream, 4);
  if (!read) return {};
  const std::uint64_t count = read->fields().u32(0);
  // Some writers put four unused bytes behind the count, so that the entries are aligned.
  const std::uint64_t header = stream.size == 8 + count * entry ? 8 : 4;
  return entries(place, stream, {header, entry, count});
}

std::u16string Reader::name(const Place& place, std::uint64_t offset) {
  if (offset == 0) return {};
  const auto length = block(place, offset, 4);
  if (!length) return {};
  const std::uint64_t size = length->fields().u32(0);
  if (size > name_bytes_max) {
    fault(place, fmt::format("{} bytes at offset 0x{:X}, and {} are the limit", size, offset, name_bytes_max));
    return {};
  }
  const auto bytes = block(place, offset + 4, size);
  if (!bytes) return {};
  if (size % 2 != 0) odd(place, fmt::format("its length {} at offset 0x{:X} is odd", size, offset));
  check_end_of_name(place, offset + 4 + size);
  std::u16string name;
  for (std::size_t i = 0; i + 1 < size; i += 2) name += static_cast<char16_t>(bytes->fields().u16(i));
  return name;
}

void Reader::check_end_of_name(const Place& place, std::uint64_t offset) {
  std::array<std::byte, 2> end{std::byte{1}};
  if (!source_.read(offset, end) || Fields{end}.u16(0) != 0)
    odd(place, fmt::format("no zero ends it at offset 0x{:X}", offset));
}

}  // namespace procreg::harness::dump
