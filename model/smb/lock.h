// Byte-range locks (SMB-OPEN-18 to SMB-OPEN-20).
#pragma once

#include <cstddef>
#include <optional>

#include "model/state.h"

namespace procreg::model {

struct LockRange {
  std::uint64_t offset{};
  std::uint64_t length{};
  bool is_empty() const { return length == 0; }
  // Its last byte would be beyond 2^64 - 1.
  bool passes_the_end() const { return length != 0 && offset > ~std::uint64_t{0} - (length - 1); }
};

// Reading or writing these bytes through this open conflicts with the lock.
bool stops_io(const Lock& lock, DurableId open, const LockRange& range, bool writes);
// Such a lock cannot be had beside this one.
bool stops_lock(const Lock& lock, DurableId open, const LockRange& range, bool exclusive);
// The place of the lock that SmbLock takes away: the first exclusive one of this open with exactly this range, else its newest
// shared one.
std::optional<std::ptrdiff_t> unlocked_by(const Locks& locks, DurableId open, const LockRange& range);

}  // namespace procreg::model
