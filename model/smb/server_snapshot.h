// The part of a snapshot that no machine has: CSV volumes and their opens, SMB servers.
#pragma once

#include "api/snapshot.h"
#include "model/state.h"

namespace procreg::model {

void write_shared_storage(SnapshotWriter& out, const State& state, const Tables& tables);

}  // namespace procreg::model
