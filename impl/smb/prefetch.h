#pragma once

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Says that the bytes there will be wanted soon: with a million opens they are in no cache.
inline void prefetch(const void* bytes) noexcept {
#ifdef __GNUC__
  __builtin_prefetch(bytes);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace procreg::impl::inline PROCREG_SYNC
