// What a step gives back besides its result.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace procreg {

// One output of a step, as JSON names it. `word` is the place of its (first) value in Answer::out; a GUID and a version take
// two words, bytes take all six.
enum class OutKind : std::uint8_t {
  dword,
  qword,
  boolean,
  address,
  handle,
  pid,
  tid,
  guid,
  text,  // its TextRef
  ntstatus,
  version,
  bytes,  // out_of_bytes
  dialect,
  create_action,
  hold,
  durable_state
};
struct OutInfo {
  std::string_view name;
  OutKind kind;
  std::uint8_t word;
};

using OutWords = std::array<std::uint64_t, 6>;

// Bytes of any number as words: how many, a digest of all of them, and the first 32 (`bytes_shown`), in order, the first of each
// eight in the lowest byte. Equal bytes have equal words; the other way round it holds for up to 32 bytes, and for more but
// for a collision of 64 bits.
inline constexpr std::size_t bytes_shown = 32;
constexpr OutWords out_of_bytes(std::span<const std::uint8_t> bytes) {
  OutWords out{bytes.size(), 0xCBF29CE484222325U};
  for (const std::uint8_t byte : bytes) out[1] = (out[1] ^ byte) * 0x100000001B3U;
  for (std::size_t i = 0; i < bytes.size() && i < bytes_shown; ++i)
    out[2 + i / 8] |= static_cast<std::uint64_t>(bytes[i]) << 8 * (i % 8);
  return out;
}

}  // namespace procreg
