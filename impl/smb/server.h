#pragma once

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "api/profile.h"
#include "api/snapshot.h"
#include "impl/kernel/read_mostly_table.h"
#include "impl/smb/handles.h"
#include "impl/smb/objects.h"
#include "impl/smb/orphans.h"

namespace procreg::impl::inline PROCREG_SYNC {

// An open that a step closes by force.
struct Closing {
  Open* open{};
  ForcedClose reason{};
};

// Files of all servers, divided by the hash of their keys, with their opens. What a step does to a file happens under the lock
// of its part, so it happens at once for whoever looks at that file. All parts locked: nobody looks at any file, and what is
// written below as "under all parts" is stable under any one.
struct alignas(sync::apart) Part {
  std::uint32_t index{};
  sync::mutex<"smb files"> lock{};
  Chains<File, &File::by_key> files{};
  Chains<Open, &Open::by_app_instance> app_instances{};
  Open* spare{};                   // memory of former opens
  ArenaVector<Closing> closing{};  // scratch of the create that is being decided
  ArenaVector<Open*> broken{};     // likewise: live ones that lose their hold
};

struct Parts {
  std::array<Part, sync::parts> files{};
  // Held throughout a create that names its open by a create GUID, so that none with the same name comes about beside it.
  struct alignas(sync::apart) Naming {
    sync::mutex<"smb create guid"> lock{};
  };
  std::array<Naming, sync::parts> naming{};

  Parts() noexcept {
    for (std::uint32_t i = 0; i < files.size(); ++i) files[i].index = i;
  }
  static std::uint32_t index_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32 & (sync::parts - 1));
  }
  Naming& naming_of(const Guid& create_guid) noexcept {
    return naming[(create_guid.high ^ create_guid.low) * 0x9E3779B97F4A7C15U >> 32 & (sync::parts - 1)];
  }
};

// All parts, in their order.
class AllParts {
 public:
  // nullptr: there are none.
  explicit AllParts(Parts* parts) noexcept : parts_{parts} {
    if (parts_ == nullptr) return;
    for (Part& part : parts_->files) part.lock.lock();
  }
  ~AllParts() {
    if (parts_ == nullptr) return;
    for (Part& part : parts_->files) part.lock.unlock();
  }
  AllParts(const AllParts&) = delete;
  AllParts& operator=(const AllParts&) = delete;

 private:
  Parts* parts_;
};

// The ids that opens get: a create takes both at once. Creates that change more than their file and their ids do that while they
// hold these, so that they have one place among all creates, whose order the ids show.
class OpenIds {
 public:
  struct Pair {
    DurableId durable{};
    VolatileId volatile_{};
  };

  // The ledger's lock is held as long.
  class Hold {
   public:
    explicit Hold(OpenIds& ids) noexcept : ids_{ids}, next_{ids.next_.exchange(held, sync::acquire_release)} {}
    ~Hold() { ids_.next_.store(next_, sync::release); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    Pair take() noexcept { return unpacked(std::exchange(next_, next_ + one_each)); }

   private:
    OpenIds& ids_;
    std::uint64_t next_;
  };

  // nullopt: somebody holds them. What is added meanwhile is overwritten.
  std::optional<Pair> take() noexcept {
    const std::uint64_t seen = next_.fetch_add(one_each, sync::acquire_release);
    return (seen & held) == 0 ? std::optional{unpacked(seen)} : std::nullopt;
  }
  // Beside no create.
  VolatileId take_volatile() noexcept { return unpacked(next_.fetch_add(1, sync::relaxed)).volatile_; }
  // Beside no other call.
  Pair next() const noexcept { return unpacked(next_.load(sync::relaxed)); }

 private:
  static constexpr std::uint64_t one_durable = std::uint64_t{1} << 32;
  static constexpr std::uint64_t one_each = one_durable | 1;
  static constexpr std::uint64_t held = std::uint64_t{1} << 63;
  static Pair unpacked(std::uint64_t both) noexcept {
    return {static_cast<DurableId>(both / one_durable), static_cast<VolatileId>(both % one_durable)};
  }
  sync::atomic<std::uint64_t, "smb open ids"> next_{one_each};
};

// What else the steps on different files of one server have in common, and so the order of those that change it.
struct alignas(sync::apart) Ledger {
  sync::mutex<"smb ledger"> lock{};
  Chains<Open, &Open::by_create_guid> create_guids{};
  Orphans orphans{};
  ArenaVector<SnapForcedClose> log{};
  Connection* first_connection{};  // by id
  Connection* last_connection{};
  std::uint32_t connections{};
};

struct Server {
  TextRef name{};
  std::uint32_t number{};  // in order of starting, from 1
  Dialect max_dialect{};
  Flavour flavour{};
  bool persistent_cap{};
  Server* next{};  // the latest first

  ReadMostlyTable<1> shares{};       // hash of the folded name -> ShareObject*; written under all parts
  ShareObject* first_share{};        // likewise
  ReadMostlyTable<1> connections{};  // id -> Connection*; the ledger's lock is the writer's
  Handles handles{};
  alignas(sync::apart) OpenIds ids{};
  Ledger ledger{};

  // Take no lock.
  ShareObject* share(std::u16string_view named) const noexcept;
  Connection* connection(ConnectionId id) const noexcept;

  // Under all parts.
  void add(Arena& arena, ShareObject& share, std::u16string_view named) noexcept;
  // Gives it its id. The ledger's lock is held.
  void add(Arena& arena, Connection& connection) noexcept;
};

std::uint64_t hash_of(const Guid& guid) noexcept;
// Of what Part::app_instances goes by; `file`: the hash of its key.
std::uint64_t hash_of(const Guid& app_instance, std::uint64_t file, const ShareObject& share) noexcept;

// SMB-OPEN-02
inline bool persistent_handles_usable(const Connection& connection) noexcept {
  return is_3x(connection.dialect) && connection.server->persistent_cap;
}

// SMB-OPEN-04
inline bool encryption_suffices(const Connection& connection, const ShareObject& share, bool encrypted) noexcept {
  return !share.encrypt || (is_3x(connection.dialect) && encrypted);
}

// The key of what the path names on the share.
FileKey key_on(const ShareObject& share, std::u16string_view path) noexcept;
// Of a full local path on the server.
FileKey local_key(const Server& server, std::u16string_view path) noexcept;

// The lock of the part is held. nullptr: there is none.
File* find_file(const Part& part, const Server& server, const FileKey& key) noexcept;
File& add_file(Arena& arena, Part& part, const Server& server, const FileKey& key) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
