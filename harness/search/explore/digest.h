// 64-bit digests of words, for states too many to keep. The same on every compiler and build.
#pragma once

#include <cstdint>

namespace procreg::harness {

namespace detail {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t high_product(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::uint64_t>(Wide{a} * b >> 64);
}

// Both halves of the product, so that every bit of the factors reaches every bit of the result.
constexpr std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace detail

class Digest {
 public:
  // Digests of different things with the same words differ by what they begin with.
  constexpr explicit Digest(std::uint64_t begin) : sum_{(begin + 1) * 0x9E3779B97F4A7C15U} {}
  constexpr void put(std::uint64_t word) { sum_ = detail::folded_product(sum_ ^ word, 0xA0761D6478BD642FU); }
  // Two words at the price of one; not the same as one after the other.
  constexpr void put(std::uint64_t a, std::uint64_t b) {
    sum_ = detail::folded_product(sum_ ^ a, b ^ 0xD6E8FEB86659FD93U);
  }
  constexpr std::uint64_t value() const {
    return detail::folded_product(sum_ ^ 0xE7037ED1A0B428DBU, 0x8EBC6AF09C88C6E3U);
  }

 private:
  std::uint64_t sum_;
};

}  // namespace procreg::harness
