#include "impl/smb/byte_locks.h"

#include <algorithm>
#include <limits>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t last_byte = std::numeric_limits<std::uint64_t>::max();

// Of a range that is not empty.
std::uint64_t last_of(ByteRange range) noexcept {
  return range.length - 1 > last_byte - range.offset ? last_byte : range.offset + (range.length - 1);
}

bool overlap(ByteRange a, ByteRange b) noexcept {
  if (a.length == 0 || b.length == 0) return false;
  return a.offset <= last_of(b) && b.offset <= last_of(a);
}

template <class Counts>
bool any_overlap(const File& file, ByteRange range, Counts&& counts) noexcept {
  return std::any_of(file.locks.begin(), file.locks.end(), [&](const ByteLock& lock) {
    return counts(lock) && overlap(range, {lock.offset, lock.length});
  });
}

bool is_exact(const ByteLock& lock, DurableId open, ByteRange range) noexcept {
  return lock.open == open && lock.offset == range.offset && lock.length == range.length;
}

// The first exclusive one (ranges without bytes may be locked exclusively again and again), else the newest; nullptr: none.
ByteLock* lock_to_remove(File& file, DurableId open, ByteRange range) noexcept {
  ByteLock* found = nullptr;
  for (ByteLock& lock : file.locks) {
    if (!is_exact(lock, open, range)) continue;
    if (lock.exclusive) return &lock;
    found = &lock;
  }
  return found;
}

}  // namespace

bool read_conflicts(const File& file, DurableId open, ByteRange range) noexcept {
  return any_overlap(file, range, [&](const ByteLock& lock) { return lock.exclusive && lock.open != open; });
}

bool write_conflicts(const File& file, DurableId open, ByteRange range) noexcept {
  return any_overlap(file, range, [&](const ByteLock& lock) { return !lock.exclusive || lock.open != open; });
}

NtStatus add_lock(Arena& arena, Open& open, ByteRange range, bool exclusive) noexcept {
  File& file = *open.file;
  if (range.length != 0 && range.length - 1 > last_byte - range.offset) return NtStatus::STATUS_INVALID_LOCK_RANGE;
  const bool refused = exclusive ? any_overlap(file, range, [](const ByteLock&) { return true; })
                                 : read_conflicts(file, open.durable, range);
  if (refused) return NtStatus::STATUS_LOCK_NOT_GRANTED;
  file.locks.push_back(arena, {open.durable, range.offset, range.length, exclusive});
  ++open.locks;
  return NtStatus::STATUS_SUCCESS;
}

NtStatus remove_lock(Open& open, ByteRange range) noexcept {
  if (open.locks == 0) return NtStatus::STATUS_RANGE_NOT_LOCKED;
  File& file = *open.file;
  ByteLock* lock = lock_to_remove(file, open.durable, range);
  if (lock == nullptr) return NtStatus::STATUS_RANGE_NOT_LOCKED;
  std::copy(lock + 1, file.locks.end(), lock);
  file.locks.pop_back();
  --open.locks;
  return NtStatus::STATUS_SUCCESS;
}

void remove_locks(Open& open) noexcept {
  if (open.locks == 0) return;
  auto& locks = open.file->locks;
  std::uint32_t kept = 0;
  for (const ByteLock& lock : locks)
    if (lock.open != open.durable) locks[kept++] = lock;
  while (locks.size() > kept) locks.pop_back();
  open.locks = 0;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
