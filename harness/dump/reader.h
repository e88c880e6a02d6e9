// Reading parts of a dump, every offset and count checked, what is wrong written down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/dump/byte_source.h"
#include "harness/dump/complaints.h"
#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// Little-endian numbers at offsets of a structure that was read whole. An offset outside of it is a mistake of ours, and aborts.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_{bytes} {}

  std::uint8_t u8(std::size_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::size_t at) const { return number(at, 8); }

  std::size_t size() const { return bytes_.size(); }
  Fields part(std::size_t at, std::size_t size) const;
  std::string_view chars() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  std::uint64_t number(std::size_t at, std::size_t size) const;

  std::span<const std::byte> bytes_;
};

class Block {
 public:
  Block() = default;
  explicit Block(std::vector<std::byte> bytes) : bytes_{std::move(bytes)} {}
  Fields fields() const { return Fields{bytes_}; }

 private:
  std::vector<std::byte> bytes_{};
};

// The entries of a list.
class Entries {
 public:
  Entries() = default;
  Entries(Block block, std::size_t stride, std::size_t count)
      : block_{std::move(block)}, stride_{stride}, count_{count} {}
  std::size_t size() const { return count_; }
  Fields operator[](std::size_t i) const { return block_.fields().part(i * stride_, stride_); }

 private:
  Block block_{};
  std::size_t stride_{};
  std::size_t count_{};
};

// What a message is about: "thread list: thread 3: stack". Numbers begin at 1.
struct Place {
  std::string_view list;
  std::string_view entry{};
  std::uint64_t number{};
  std::string_view part{};

  // The same entry, another part of it.
  Place of(std::string_view other) const { return {list, entry, number, other}; }
};

// How a list is laid out.
struct ListLayout {
  std::uint64_t header;
  std::uint64_t entry;
  std::uint64_t count;
};

class Reader {
 public:
  explicit Reader(const ByteSource& source) : source_{source} {}

  std::uint64_t file_size() const { return source_.size(); }

  void fault(const Place& place, std::string_view text) { add(faults_, place, text); }
  void odd(const Place& place, std::string_view text) { add(oddities_, place, text); }
  std::vector<std::string> faults() const { return faults_.texts(); }
  const Complaints& oddities() const { return oddities_; }

  Location location(std::uint64_t size, std::uint64_t offset) const;
  std::string past_the_end(std::uint64_t size, std::uint64_t offset) const;

  // A fault where these bytes (if any) are not all in the file.
  Location locate(const Place& place, std::uint64_t size, std::uint64_t offset);

  // nullopt, and a fault, where the bytes are not all there or all that was read so far is too much.
  std::optional<Block> block(const Place& place, std::uint64_t offset, std::uint64_t size);

  // The first `size` bytes of a stream; nullopt, and a fault, where it is shorter.
  std::optional<Block> head(const Place& place, const Location& stream, std::uint64_t size);

  // As many entries as the stream has room for, behind a head that was read; a fault where it claims to have more.
  Entries entries(const Place& place, const Location& stream, const ListLayout& layout);

  // The head that several lists have: size of the head, size of an entry, and a count of 4 or 8 bytes. nullopt, and a fault, where
  // the sizes are less than those of the format.
  std::optional<ListLayout> layout(const Place& place, const Location& stream, ListLayout least);

  // The entries behind nothing but a count of 4 bytes.
  Entries counted_entries(const Place& place, const Location& stream, std::uint64_t entry);

  // A string with its length in front, at an offset; "" where the offset is 0, and where there is a fault.
  std::u16string name(const Place& place, std::uint64_t offset);

 private:
  static void add(Complaints& complaints, const Place& place, std::string_view text);
  bool affordable(const Place& place, std::uint64_t size);
  void check_end_of_name(const Place& place, std::uint64_t offset);

  const ByteSource& source_;
  Complaints faults_{};
  Complaints oddities_{};
  std::uint64_t left_{description_bytes_max};
};

// --- streams: each is read into its part of the dump ---

void read_system(Reader& reader, const Location& stream, Minidump& dump);
void read_misc(Reader& reader, const Location& stream, Minidump& dump);
void read_exception(Reader& reader, const Location& stream, Minidump& dump);
void read_threads(Reader& reader, const Location& stream, Minidump& dump);
void read_thread_infos(Reader& reader, const Location& stream, Minidump& dump);
void read_thread_names(Reader& reader, const Location& stream, Minidump& dump);
void read_modules(Reader& reader, const Location& stream, Minidump& dump);
void read_unloaded_modules(Reader& reader, const Location& stream, Minidump& dump);
void read_memory(Reader& reader, const Location& stream, Minidump& dump);
void read_memory64(Reader& reader, const Location& stream, Minidump& dump);
void read_memory_info(Reader& reader, const Location& stream, Minidump& dump);
void read_handles(Reader& reader, const Location& stream, Minidump& dump);
void read_text(Reader& reader, const Stream& stream, Minidump& dump);

// A context of a dump whose system has been read, if it has one; those of no processor but AMD64 have registers here.
Context read_context(Reader& reader, const Place& place, std::uint64_t size, std::uint64_t offset,
                     const Minidump& dump);

// What a careful reader notices once all is read.
void check(const ByteSource& source, const Minidump& dump, Reader& reader);

}  // namespace procreg::harness::dump
