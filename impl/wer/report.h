#pragma once

#include <span>

#include "api/snapshot.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct Dump {
  DumpHead head{};
  std::span<const Tid> threads{};  // ascending
};

// The report of one failure (wer.md 5). All of it is fixed at collection but the end of the recovery. Guarded by the lifecycle
// lock; its memory stays until the world is reset.
struct Report {
  ReportHead head{};
  std::span<const Dump> dumps{};  // the primary one first
  std::span<const NotCollectedEntry> not_collected{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
