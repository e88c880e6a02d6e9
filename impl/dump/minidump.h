#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "impl/dump/minidump_format.h"
#include "impl/dump/process_image.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Makes minidumps: first the place of everything by arithmetic, then, in one buffer, what stands before the memory; the memory
// itself stays where it is. For one dump after another, so that the buffers are allocated once. Not thread-safe.
//
// Streams: system, misc, threads, modules, unloaded modules, memory information and memory always; exception, thread information,
// thread names and a comment where the image has them. A thread's stack is not stored twice: its descriptor points to the bytes
// that the list of memory has. Memory stands last, each range of a list in 5 cut to 64 MiB, for a reader takes no more.
class Minidump {
 public:
  // False: it is too large for the format; what is to be within 4 GiB of the file is not.
  [[nodiscard]] bool lay_out(const ProcessImage& image);

  // The file, in order. Points into the image and into this; until the next lay_out.
  std::span<const Piece> pieces() const noexcept { return pieces_; }
  std::uint64_t size() const noexcept { return payload_ + payload_size_; }
  // What stands before the memory.
  std::span<const std::byte> metadata() const noexcept { return metadata_; }

 private:
  using Offset = std::uint64_t;
  struct Stream {
    mdmp::StreamType type{};
    Offset at{};
    std::uint64_t size{};
  };

  void place(const ProcessImage& image);
  void place_texts(const ProcessImage& image);
  void write(const ProcessImage& image);
  void write_threads(const ProcessImage& image);
  void write_modules(const ProcessImage& image);
  void write_regions(const ProcessImage& image);
  void write_memory(const ProcessImage& image);
  void write_exception(const ProcessImage& image);
  void write_thread_information(const ProcessImage& image);
  void write_thread_names(const ProcessImage& image);

  void add(mdmp::StreamType type, std::uint64_t size);
  Offset of(mdmp::StreamType type) const noexcept;
  Offset reserve(std::uint64_t size, std::uint64_t alignment);
  template <class T>
  T& make(Offset at) noexcept;
  template <class T>
  Offset put(Offset at, const T& value) noexcept;  // the end of it
  Offset put_text(Offset at, std::u16string_view text) noexcept;
  mdmp::Location put_code_view(Offset at, const DebugImage& debug) noexcept;

  std::vector<Stream> streams_{};
  std::vector<Offset> ranges_{};  // of the memory of each range
  std::vector<std::byte> metadata_{};
  std::vector<Piece> pieces_{};
  Offset end_{};  // of what has been placed
  Offset contexts_{};
  Offset texts_{};
  Offset code_views_{};
  Offset payload_{};
  std::uint64_t payload_size_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
