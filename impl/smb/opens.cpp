#include "impl/smb/opens.h"

#include <utility>

#include "impl/smb/byte_locks.h"
#include "impl/smb/prefetch.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Ledger& ledger_of(const Open& open) noexcept { return open.share->server->ledger; }

void link_to_connection(Open& open) noexcept {
  Connection& connection = *open.connection;
  const std::scoped_lock lock{connection.lock};
  open.previous_of_connection = nullptr;
  open.next_of_connection = connection.first_open;
  if (connection.first_open != nullptr) connection.first_open->previous_of_connection = &open;
  connection.first_open = &open;
}

void unlink_from_connection(Open& open) noexcept {
  Connection& connection = *open.connection;
  const std::scoped_lock lock{connection.lock};
  Open*& before =
      open.previous_of_connection == nullptr ? connection.first_open : open.previous_of_connection->next_of_connection;
  before = open.next_of_connection;
  if (open.next_of_connection != nullptr) open.next_of_connection->previous_of_connection = open.previous_of_connection;
}

// Ids grow under the lock of the part, so the list of a file is in their order.
void add_holder(File& file, Open& open) noexcept {
  open.previous_holder = file.last_holder;
  open.next_holder = nullptr;
  (file.last_holder == nullptr ? file.first_holder : file.last_holder->next_holder) = &open;
  file.last_holder = &open;
  if (open.hold == HoldKind::batch) ++file.batches;
}

void remove_holder(File& file, Open& open) noexcept {
  (open.previous_holder == nullptr ? file.first_holder : open.previous_holder->next_holder) = open.next_holder;
  (open.next_holder == nullptr ? file.last_holder : open.next_holder->previous_holder) = open.previous_holder;
  if (open.hold == HoldKind::batch) --file.batches;
}

bool are_alike(const Open& a, const Open& b) noexcept {
  return a.app_instance == b.app_instance && a.file == b.file && a.share == b.share &&
         matched_client(a) == matched_client(b);
}

// The one that leads those like this one; nullptr: there are none.
Open* leader_of(const Open& open, std::uint64_t hash) noexcept {
  Open* leader = open.file->part->app_instances.first(hash);
  while (leader != nullptr && !are_alike(*leader, open)) leader = open.file->part->app_instances.next(*leader);
  return leader;
}

void hang(Open& open, Open*& place) noexcept {
  ChainLink<Open>& at = open.by_app_instance;
  at.next = place;
  at.place = &place;
  if (place != nullptr) place->by_app_instance.place = &at.next;
  place = &open;
}

void unhang(Open& open) noexcept {
  ChainLink<Open>& at = open.by_app_instance;
  *at.place = at.next;
  if (at.next != nullptr) at.next->by_app_instance.place = at.place;
  at = {};
}

void lead(Arena& arena, Open& open, std::uint64_t hash) noexcept {
  open.leads = true;
  open.file->part->app_instances.insert(arena, open, hash);
}

void identify(Arena& arena, Open& open) noexcept {
  if (!open.app_instance || &open == &open.file->own) return;
  const std::uint64_t hash = hash_of(*open.app_instance, open.file->by_key.hash, *open.share);
  if (Open* leader = leader_of(open, hash))
    hang(open, leader->alike);
  else
    lead(arena, open, hash);
  ++open.file->identified;
}

void forget_identity(Arena& arena, Open& open) noexcept {
  if (!open.app_instance || &open == &open.file->own) return;
  --open.file->identified;
  if (!open.leads) return unhang(open);
  const std::uint64_t hash = open.by_app_instance.hash;
  open.file->part->app_instances.erase(open);
  open.leads = false;
  Open* heir = std::exchange(open.alike, nullptr);
  if (heir == nullptr) return;
  heir->alike = heir->by_app_instance.next;
  if (heir->alike != nullptr) heir->alike->by_app_instance.place = &heir->alike;
  lead(arena, *heir, hash);
}

void count_persistent_orphan(Arena& arena, const Open& open) noexcept {
  if (!open.is_persistent) return;
  for (PersistentOrphans& orphans : open.file->persistent_orphans) {
    if (orphans.share == open.share) {
      ++orphans.count;
      return;
    }
  }
  open.file->persistent_orphans.push_back(arena, {open.share, 1});
}

void discount_persistent_orphan(const Open& open) noexcept {
  if (!open.is_persistent) return;
  auto& counted = open.file->persistent_orphans;
  for (PersistentOrphans& orphans : counted) {
    if (orphans.share != open.share || --orphans.count > 0) continue;
    orphans = counted.back();
    counted.pop_back();
    return;
  }
}

Open* fresh_open(Arena& arena, Part& part) noexcept {
  if (part.spare == nullptr) return arena.make<Open>();
  Open* open = std::exchange(part.spare, part.spare->next_of_connection);
  open->next_of_connection = nullptr;
  return open;
}

void put_away(Open& open) noexcept {
  File& file = *open.file;
  open = {};
  if (&open != &file.own) open.next_of_connection = std::exchange(file.part->spare, &open);
}

}  // namespace

Open& fresh_open(Arena& arena, File& file) noexcept {
  Open* open = &file.own;
  if (open->file != nullptr) open = fresh_open(arena, *file.part);
  open->file = &file;
  return *open;
}

void enlist(Arena& arena, Open& open, const OpenIds::Pair& ids) noexcept {
  Server& server = *open.share->server;
  open.durable = ids.durable;
  open.volatile_ = ids.volatile_;
  server.handles.insert(arena, open.durable, {&open, open.file->part->index});
}

void give_name(Arena& arena, Open& open) noexcept {
  ledger_of(open).create_guids.insert(arena, open, hash_of(*open.create_guid));
}

void strike(Arena& arena, Open& open, std::optional<ForcedClose> reason) noexcept {
  Ledger& ledger = ledger_of(open);
  if (open.create_guid) ledger.create_guids.erase(open);
  if (is_orphan(open)) ledger.orphans.erase(open);
  if (reason) ledger.log.push_back(arena, {open.durable, *reason});
}

void enter(Arena& arena, Open& open) noexcept {
  File& file = *open.file;
  ++file.opens;
  file.modes.add(mode_of(open));
  if (open.hold != HoldKind::none) add_holder(file, open);
  identify(arena, open);
  link_to_connection(open);
}

void dissolve(Arena& arena, Open& open) noexcept {
  File& file = *open.file;
  --file.opens;
  file.modes.remove(mode_of(open));
  if (open.hold != HoldKind::none) remove_holder(file, open);
  forget_identity(arena, open);
  remove_locks(open);
  if (is_orphan(open))
    discount_persistent_orphan(open);
  else
    unlink_from_connection(open);
  open.share->server->handles.erase(arena, open.durable);
  put_away(open);
}

void close(Arena& arena, Open& open, std::optional<ForcedClose> reason) noexcept {
  if (reason || open.create_guid || is_orphan(open)) {
    const std::scoped_lock lock{ledger_of(open).lock};
    strike(arena, open, reason);
  }
  dissolve(arena, open);
}

void lose_hold(Open& open) noexcept {
  remove_holder(*open.file, open);
  open.hold = HoldKind::none;
  open.lease_key = {};
}

void break_hold(Open& open) noexcept {
  lose_hold(open);
  const std::scoped_lock lock{open.connection->lock};
  ++open.connection->breaks;
}

void orphan(Arena& arena, Open& open, std::uint64_t deadline) noexcept {
  unlink_from_connection(open);
  const bool changes_client = matched_client(open) != open.client_guid;
  if (changes_client) forget_identity(arena, open);
  open.connection = nullptr;
  if (changes_client) identify(arena, open);
  count_persistent_orphan(arena, open);
  Ledger& ledger = ledger_of(open);
  const std::scoped_lock lock{ledger.lock};
  ledger.orphans.insert(arena, open, deadline);
}

void reconnect(Arena& arena, Open& open, Connection& connection, ShareObject& share, GivenName name) noexcept {
  {
    Ledger& ledger = ledger_of(open);
    const std::scoped_lock lock{ledger.lock};
    ledger.orphans.erase(open);
    open.volatile_ = open.share->server->ids.take_volatile();
  }
  discount_persistent_orphan(open);
  forget_identity(arena, open);
  open.connection = &connection;
  open.share = &share;
  open.name = name;
  identify(arena, open);
  link_to_connection(open);
}

void clear_replay_eligible(Open& open) noexcept {
  if (!open.replay_eligible) return;
  Ledger& ledger = ledger_of(open);
  const std::scoped_lock lock{ledger.lock};
  open.replay_eligible = false;
}

void prefetch_neighbours(const Open& open) noexcept {
  open.share->server->handles.prefetch_place(open.durable);
  prefetch(open.previous_of_connection);
  prefetch(open.next_of_connection);
  prefetch(&open.granted);
  prefetch(&open.create_guid);
}

void prefetch_decision(const File& file) noexcept {
  prefetch(&file);
  prefetch(&file.modes);
  prefetch(&file.own);
  prefetch(&file.own.by_app_instance);
}

std::uint32_t persistent_orphans(const File& file, const ShareObject& share) noexcept {
  for (const PersistentOrphans& orphans : file.persistent_orphans)
    if (orphans.share == &share) return orphans.count;
  return 0;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
