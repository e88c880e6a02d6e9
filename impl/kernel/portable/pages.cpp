#include "impl/kernel/pages.h"

namespace procreg::impl::inline PROCREG_SYNC {

void prefer_huge_pages(void*, std::size_t) noexcept {}

}  // namespace procreg::impl::inline PROCREG_SYNC
