#include "impl/ccf/version_table.h"

#include <bit>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

// Never 0.
std::uint64_t hash_of(const Guid& id) noexcept {
  const std::uint64_t mixed = (id.high ^ std::rotl(id.low * 0x9E3779B97F4A7C15U, 32)) * 0xD6E8FEB86659FD93U;
  return mixed == 0 ? 1 : mixed;
}

}  // namespace

VersionEntry* VersionTable::entry_of(const Guid& id) const noexcept {
  ReadMostlyTable<1>::Value first{};
  if (!by_hash_.find(hash_of(id), first)) return nullptr;
  auto* entry = reinterpret_cast<VersionEntry*>(first[0]);
  while (entry != nullptr && entry->id != id) entry = entry->next;
  return entry;
}

std::optional<KnownVersion> VersionTable::find(const Guid& id) const noexcept {
  VersionEntry* entry = entry_of(id);
  if (entry == nullptr) return std::nullopt;
  const std::uint64_t turn = entry->turn.load(sync::acquire);
  if (!is_present(turn)) return std::nullopt;
  return KnownVersion{{entry->high.load(sync::acquire), entry->low.load(sync::acquire)}, entry, turn};
}

void VersionTable::note(const KnownVersion& met, NtStatus status) noexcept {
  const std::scoped_lock lock{met.entry->lock};
  if (met.entry->turn.load(sync::relaxed) == met.turn) met.entry->last_status = status;
}

bool VersionTable::register_version(const Guid& id, VersionPair pair) noexcept {
  VersionEntry* entry = entry_of(id);
  const bool is_new = entry == nullptr || !is_present(entry->turn.load(sync::relaxed));
  if (is_new && !heap_.allocate()) return false;
  if (entry == nullptr) entry = &add(id);
  if (is_new) ++present_;
  const std::scoped_lock lock{entry->lock};
  const std::uint64_t turn = entry->turn.load(sync::relaxed);
  entry->high.store(pair.high, sync::release);
  entry->low.store(pair.low, sync::release);
  entry->last_status = NtStatus::STATUS_SUCCESS;
  entry->turn.store(turn + (is_present(turn) ? 2 : 1), sync::release);
  return true;
}

VersionEntry& VersionTable::add(const Guid& id) noexcept {
  auto* entry = arena_.make<VersionEntry>();
  entry->id = id;
  const std::uint64_t hash = hash_of(id);
  ReadMostlyTable<1>::Value first{};
  const bool shared = by_hash_.find(hash, first);
  if (shared) entry->next = reinterpret_cast<VersionEntry*>(first[0]);
  first[0] = reinterpret_cast<std::uintptr_t>(entry);
  if (!shared || !by_hash_.replace(hash, first)) by_hash_.insert(arena_, hash, first);
  entries_.push_back(arena_, entry);
  return *entry;
}

NtStatus VersionTable::last_status(const Guid& id) const noexcept {
  VersionEntry* entry = entry_of(id);
  const std::scoped_lock lock{entry->lock};
  return entry->last_status;
}

void VersionTable::clear() noexcept {
  for (VersionEntry* entry : entries_) {
    const std::scoped_lock lock{entry->lock};
    const std::uint64_t turn = entry->turn.load(sync::relaxed);
    if (is_present(turn)) entry->turn.store(turn + 1, sync::release);
  }
  present_ = 0;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
