// How opens come and go. The part of the open's file is locked for all of these.
//
// What steps on other files can see of an open stands in the ledger of its server: a step changes that once, with everything that
// it brings about (strike, enlist), and the rest afterwards, while its part is still locked (enter, dissolve).
#pragma once

#include <optional>

#include "impl/smb/server.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Memory for an open of the file, all else of it at rest.
Open& fresh_open(Arena& arena, File& file) noexcept;

// Gives the open, of which only file and share are said, its ids.
void enlist(Arena& arena, Open& open, const OpenIds::Pair& ids) noexcept;
// By its create GUID. The ledger's lock is held.
void give_name(Arena& arena, Open& open) noexcept;
// Likewise.
// `reason`: of a forced close, which is logged; none: SmbClose.
void strike(Arena& arena, Open& open, std::optional<ForcedClose> reason) noexcept;

// --- The rest; takes the locks of connections and handle tables ---

// One that is complete.
void enter(Arena& arena, Open& open) noexcept;
// SMB-AI-16. The open is gone, its memory spare.
void dissolve(Arena& arena, Open& open) noexcept;
// strike and dissolve.
void close(Arena& arena, Open& open, std::optional<ForcedClose> reason) noexcept;
void lose_hold(Open& open) noexcept;
// The same, with a break notice to its live connection.
void break_hold(Open& open) noexcept;
// SMB-DUR-03
void orphan(Arena& arena, Open& open, std::uint64_t deadline) noexcept;
// Of an orphan (smb.md 7.3, 4).
void reconnect(Arena& arena, Open& open, Connection& connection, ShareObject& share, GivenName name) noexcept;
// READ, WRITE and LOCK do (smb.md 4.4).
void clear_replay_eligible(Open& open) noexcept;

// A create of the file is about to be decided, the open to be closed: what that looks at had better come to the cache meanwhile.
// The first takes no lock.
void prefetch_decision(const File& file) noexcept;
void prefetch_neighbours(const Open& open) noexcept;

// Orphans that are persistent, of this share on this file.
std::uint32_t persistent_orphans(const File& file, const ShareObject& share) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
