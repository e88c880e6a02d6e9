#pragma once

#include "api/snapshot.h"
#include "api/value.h"
#include "impl/smb/servers.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The list of servers (api/snapshot.h). Beside no step.
void write(SnapshotWriter& out, const Servers& servers, const Tables& tables);

}  // namespace procreg::impl::inline PROCREG_SYNC
