#pragma once

#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/smb.h"
#include "api/status.h"
#include "impl/ccf/heap.h"
#include "impl/kernel/read_mostly_table.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The version of an application instance on one machine. The memory stays when the version is forgotten, for the next one of the
// same instance: who has found it may keep it while its world is neither reset nor destroyed.
struct VersionEntry {
  Guid id{};
  VersionEntry* next{};  // of the same hash
  // Moved whenever the version is registered (to an odd number) or forgotten (to an even one).
  sync::atomic<std::uint64_t, "version turn"> turn{0};
  sync::atomic<std::uint64_t, "version high"> high{0};
  sync::atomic<std::uint64_t, "version low"> low{0};
  sync::mutex<"version status"> lock{};  // taken last of all; of last_status, and where `turn` moves
  NtStatus last_status{};
};

// A version as an open met it.
struct KnownVersion {
  VersionPair pair{};
  VersionEntry* entry{};
  std::uint64_t turn{};
};

// The versions of one machine by application instance, for many readers and one writer at a time.
//
// find() takes no lock. Beside register_version() or clear() it may give a mixture: who reads beside them must notice (Filter's
// epoch). Statuses are noted from any thread.
class VersionTable {
 public:
  // `heap` decides which new entries find no memory. Arena and heap outlive the table.
  VersionTable(Arena& arena, CcfHeap& heap) noexcept : arena_{arena}, heap_{heap} {}

  std::optional<KnownVersion> find(const Guid& id) const noexcept;

  // CCF-VER-08, unless the version that the open met has been replaced or forgotten since: the open then came before that.
  static void note(const KnownVersion& met, NtStatus status) noexcept;

  // --- For the writer ---

  // Makes or overwrites the version; its status is 0. One allocation attempt if the instance has none; false: no memory,
  // nothing changed.
  bool register_version(const Guid& id, VersionPair pair) noexcept;
  NtStatus last_status(const Guid& id) const noexcept;  // of one that is there
  void clear() noexcept;
  std::size_t size() const noexcept { return present_; }

  // Every version, in no order. Beside no other call.
  template <class Visit>
  void each(Visit visit) const {
    for (const VersionEntry* entry : entries_)
      if (is_present(entry->turn.load(sync::relaxed))) visit(*entry);
  }

 private:
  static bool is_present(std::uint64_t turn) noexcept { return turn % 2 == 1; }
  VersionEntry* entry_of(const Guid& id) const noexcept;
  VersionEntry& add(const Guid& id) noexcept;

  Arena& arena_;
  CcfHeap& heap_;
  ReadMostlyTable<1> by_hash_{};
  ArenaVector<VersionEntry*> entries_{};  // all that were ever made
  std::size_t present_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
