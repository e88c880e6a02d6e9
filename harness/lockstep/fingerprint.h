// A running 64-bit digest of words. The same on every compiler and build: integers only, no addresses, no padding.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "api/step.h"

namespace procreg::harness {

namespace detail {

// Odd constants, one a lane: the products of one answer do not wait for each other.
inline constexpr std::array<std::uint64_t, 10> lanes{
    0x9E3779B97F4A7C15U, 0xBF58476D1CE4E5B9U, 0x94D049BB133111EBU, 0xD6E8FEB86659FD93U, 0xA0761D6478BD642FU,
    0xE7037ED1A0B428DBU, 0x8EBC6AF09C88C6E3U, 0x589965CC75374CC3U, 0x1D8E4E27C47D124FU, 0xEB44ACCAB455D165U};

constexpr std::uint64_t fold(std::uint64_t x) { return (x ^ x >> 32) * lanes[0]; }

}  // namespace detail

constexpr std::uint64_t mixed(std::uint64_t digest, std::uint64_t word) {
  return detail::fold(digest + (word ^ detail::lanes[1]) * detail::lanes[2]) ^ digest >> 29;
}

constexpr std::uint64_t mixed(std::uint64_t digest, const Answer& answer) {
  const auto& k = detail::lanes;
  constexpr std::size_t k_out = 4;
  std::uint64_t sum = static_cast<std::uint64_t>(answer.result.kind) * k[0] + (answer.result.value ^ k[1]) * k[1];
  sum ^= (static_cast<std::uint64_t>(answer.lastError) << 32 | answer.written) * k[2] + (answer.made ^ k[3]) * k[3];
  static_assert(k_out + std::tuple_size_v<OutWords> <= std::tuple_size_v<decltype(detail::lanes)>);
  for (std::size_t i = 0; i < answer.out.size(); ++i) sum += (answer.out[i] ^ sum >> 31) * k[k_out + i];
  return mixed(digest, sum);
}

// The words in their order, in four lanes that do not wait for each other; no two turn alike, else compilers make slow
// vector code of them.
constexpr std::uint64_t mixed(std::uint64_t digest, std::span<const std::uint64_t> words) {
  const auto& k = detail::lanes;
  std::uint64_t a = digest, b = k[5], c = k[6], d = words.size();
  std::size_t i = 0;
  for (; i + 4 <= words.size(); i += 4) {
    a = std::rotl((a ^ words[i]) * k[0], 29);
    b = std::rotl((b ^ words[i + 1]) * k[1], 31);
    c = std::rotl((c ^ words[i + 2]) * k[2], 37);
    d = std::rotl((d ^ words[i + 3]) * k[3], 41);
  }
  for (; i < words.size(); ++i) a = detail::fold(a ^ words[i]);
  return mixed(mixed(a, b), detail::fold(c) ^ d);
}

}  // namespace procreg::harness
