#include "model/smb/lock.h"

#include <algorithm>

namespace procreg::model {

namespace {

// What passes the end ends there.
std::uint64_t last_byte(const LockRange& range) {
  return range.passes_the_end() ? ~std::uint64_t{0} : range.offset + (range.length - 1);
}

bool overlaps(const Lock& lock, const LockRange& range) {
  const LockRange locked{lock.offset, lock.length};
  if (locked.is_empty() || range.is_empty()) return false;
  return locked.offset <= last_byte(range) && range.offset <= last_byte(locked);
}

}  // namespace

bool stops_io(const Lock& lock, DurableId open, const LockRange& range, bool writes) {
  const bool counts = lock.exclusive ? lock.open != open : writes;
  return counts && overlaps(lock, range);
}

bool stops_lock(const Lock& lock, DurableId open, const LockRange& range, bool exclusive) {
  const bool counts = exclusive || (lock.exclusive && lock.open != open);
  return counts && overlaps(lock, range);
}

std::optional<std::ptrdiff_t> unlocked_by(const Locks& locks, DurableId open, const LockRange& range) {
  std::optional<std::ptrdiff_t> newest_shared;
  for (const Lock& lock : locks) {
    if (lock.open != open || lock.offset != range.offset || lock.length != range.length) continue;
    const std::ptrdiff_t place = &lock - locks.data();
    if (lock.exclusive) return place;
    newest_shared = place;
  }
  return newest_shared;
}

}  // namespace procreg::model
