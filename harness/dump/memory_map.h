// Which addresses have bytes in a dump, and where in the file these lie.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/dump/byte_source.h"
#include "harness/dump/minidump_file.h"

namespace procreg::harness::dump {

// Where ranges overlap, those of the memory lists go before stacks, and the first of a list before the others.
class MemoryMap {
 public:
  // Addresses from begin to before end.
  struct Segment {
    std::uint64_t begin{};
    std::uint64_t end{};
    std::uint64_t offset{};  // of the byte at begin
  };
  enum class Stacks { left_out, included };

  MemoryMap(const Minidump& dump, Stacks stacks);

  // Those that share an address with [begin, end), in order; no two of them share one.
  std::span<const Segment> overlapping(std::uint64_t begin, std::uint64_t end) const;

 private:
  std::vector<Segment> segments_{};
};

// begin + size, or the last address where that is past it.
std::uint64_t end_of(std::uint64_t begin, std::uint64_t size);

// Bytes from an address on. Those in `missing`, and no others, are not in the dump; they are 0 in `bytes`.
struct MemoryBytes {
  struct Gap {
    std::uint64_t begin{};
    std::uint64_t end{};
  };
  std::uint64_t begin{};
  std::vector<std::byte> bytes{};
  std::vector<Gap> missing{};

  bool has(std::uint64_t address) const;
};
MemoryBytes bytes_at(const ByteSource& source, const MemoryMap& map, std::uint64_t begin, std::size_t size);

// 16 bytes a line; lines of which nothing is in the dump are told in one.
std::string hexdump(const MemoryBytes& memory);

}  // namespace procreg::harness::dump
