#pragma once

#include "impl/smb/create_pipeline.h"

namespace procreg::impl::inline PROCREG_SYNC {

// 1 to 3 of smb.md 7.3: the orphan that a DH2C may have back, or why it may not. All parts are locked.
struct Reclaimed {
  Open* open{};
  NtStatus status{};
};
Reclaimed reclaim(const Profile& profile, const ArrivedCreate& request,
                  const DurableReconnectContext& reconnect) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
