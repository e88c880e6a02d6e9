// What a simulated process shows without being told: numbers that look like chance, and are always the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27) * 0x94D049BB133111EBU;
  return value ^ value >> 31;
}

inline std::u16string widened(std::string_view ascii) { return {ascii.begin(), ascii.end()}; }

}  // namespace procreg::impl::inline PROCREG_SYNC
