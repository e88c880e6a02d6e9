// What a server keeps (smb.md 2.1), and under which lock. Opens are used for opens only while their world lives, so that who
// found one without its lock can hold its id against it afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "api/ids.h"
#include "api/smb.h"
#include "api/value.h"
#include "impl/kernel/arena_vector.h"
#include "impl/smb/chains.h"
#include "impl/smb/file_key.h"
#include "impl/smb/file_names.h"
#include "impl/smb/share_modes.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct Server;
struct Part;
struct Open;
struct File;

// Never changes but for the names, never goes.
struct ShareObject {
  Server* server{};
  TextRef name{};
  TextRef local_path{};
  KeyText folded_name{};
  KeyText folder{};             // local path and "\", folded
  std::uint64_t folder_hash{};  // what the hash of a file's key goes on from
  bool ca{};
  bool encrypt{};
  std::uint32_t ca_timeout_ms{};
  FileNames names{};
  ShareObject* same_hash{};  // of its name
  ShareObject* next{};       // of the server, the latest first
};

// All but what the locks guard is fixed when it is made.
struct Connection {
  Server* server{};
  ConnectionId id{};
  GivenName name{};
  MachineIndex machine{};
  Guid client_guid{};
  TextRef user{};
  Dialect dialect{};
  bool encrypted{};
  // Written while all parts are locked, before anything else of a disconnect is.
  sync::atomic<bool, "smb connection up"> up{true};
  Connection* next{};  // of the server, by id

  // Guards what follows. No lock but the arena's is taken under it.
  alignas(sync::apart) sync::mutex<"smb connection"> lock{};
  std::uint32_t breaks{};
  Open* first_open{};  // in no order
};

struct FileAcl {
  TextRef user{};
  FileRights mask{};
};

struct ByteLock {
  DurableId open{};
  std::uint64_t offset{};
  std::uint64_t length{};
  bool exclusive{};
};

// How many orphans that are persistent a share has on a file.
struct PersistentOrphans {
  const ShareObject* share{};
  std::uint32_t count{};
};

// The lock of its file's part guards it but for what is said. Handles wants it at multiples of 64.
struct alignas(64) Open {
  DurableId durable{};  // 0: the memory holds no open now
  VolatileId volatile_{};
  File* file{};
  ShareObject* share{};
  Connection* connection{};  // nullptr: an orphan
  std::optional<Guid> app_instance{};
  HoldKind hold{};
  bool is_durable{};
  bool is_persistent{};
  bool replay_eligible{};  // written under the server's ledger too, read under either lock
  bool doomed{};           // by the create that is being decided
  bool leads{};            // see alike
  std::uint8_t share_access{};

  // With file and share. Of those that a newcomer matches or does not match together, for they have one client GUID too, the one
  // that leads stands in the part's table; the others hang on it by the same links.
  ChainLink<Open> by_app_instance{};
  Open* alike{};  // of one that leads: the first of the others
  std::optional<VersionPair> version{};
  Open* previous_of_connection{};  // the connection's lock guards these two
  Open* next_of_connection{};      // also the next one of a part's unused memory

  std::uint32_t granted{};
  TextRef owner{};
  GivenName name{};  // of the handle
  std::uint32_t timeout_ms{};
  Guid client_guid{};
  Guid lease_key{};         // while hold is handle_lease
  Open* previous_holder{};  // of the file
  Open* next_holder{};

  std::optional<Guid> create_guid{};
  ChainLink<Open> by_create_guid{};  // the server's ledger guards it
  std::uint32_t orphan_place{};      // likewise: in Ledger::orphans
  std::uint32_t locks{};             // how many of File::locks are its
};

// Its part's lock guards it. Never goes. What a decision on the usual case, one open, looks at lies together: with many files it
// is in no cache.
struct File {
  ChainLink<File> by_key{};
  const Server* server{};
  Part* part{};
  std::uint32_t opens{};
  std::uint32_t identified{};  // opens with an AppInstanceId but for `own`: those that Part::app_instances leads to
  std::uint32_t batches{};     // among those with a hold
  std::uint32_t size{};
  ArenaVector<FileAcl> acl{};
  ShareCounts modes{};   // of all opens
  Open* first_holder{};  // opens with a hold, by durable id
  Open* last_holder{};
  Open own{};  // memory of one of them

  KeyText key{};
  std::span<std::uint8_t> room{};  // bytes behind the size are 0
  ArenaVector<ByteLock> locks{};   // in order of creation
  ArenaVector<PersistentOrphans> persistent_orphans{};

  std::span<const std::uint8_t> bytes() const noexcept { return room.first(size); }
};
static_assert(sizeof(Open) <= 256 && sizeof(File) <= 512);  // many are made: a byte more may cost 64

inline bool is_orphan(const Open& open) noexcept { return open.connection == nullptr; }
// What counts as its client in the matching of smb.md 5.1, if an orphan is matched at all.
inline const Guid& matched_client(const Open& open) noexcept {
  return is_orphan(open) ? open.client_guid : open.connection->client_guid;
}
inline ShareMode mode_of(const Open& open) noexcept { return {open.granted, open.share_access}; }

inline FileRights acl_of(const File& file, TextRef user) noexcept {
  for (const FileAcl& entry : file.acl)
    if (entry.user == user) return entry.mask;
  return FileRights{FILE_ALL_RIGHTS};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
