#include "impl/kernel/pages.h"

#include <sys/mman.h>

namespace procreg::impl::inline PROCREG_SYNC {

void prefer_huge_pages(void* start, std::size_t bytes) noexcept {
  // A refusal is no error: the pages stay small.
  const std::size_t whole = bytes / huge_page_bytes * huge_page_bytes;
  if (whole > 0) static_cast<void>(madvise(start, whole, MADV_HUGEPAGE));
}

}  // namespace procreg::impl::inline PROCREG_SYNC
