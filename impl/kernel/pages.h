#pragma once

#include <cstddef>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} * 1024 * 1024;

// Asks for huge pages for what lies in [start, start + bytes), which begins at a multiple of huge_page_bytes: a look-up among a
// million processes then misses the cache once and the address translation hardly ever. Where the system has none, nothing
// happens. One definition a system: linux/pages.cpp, portable/pages.cpp.
void prefer_huge_pages(void* start, std::size_t bytes) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
