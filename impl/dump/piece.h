#pragma once

#include <cstddef>
#include <cstdint>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A run of bytes of a file that is written from where they lie.
struct Piece {
  const std::byte* bytes{};  // nullptr: zeros, which a file need not hold
  std::uint64_t size{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
