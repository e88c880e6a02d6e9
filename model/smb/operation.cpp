// SmbRead, SmbWrite, SmbLock and SmbClose (smb.md 4.4).
#include <algorithm>

#include "model/rules.h"
#include "model/smb/file_key.h"
#include "model/smb/flavour.h"
#include "model/smb/forced_close.h"
#include "model/smb/lock.h"
#include "model/smb/travel.h"

namespace procreg::model {

using enum NtStatus;

namespace {

// Where a request arrives, or why it does not.
struct Arrived {
  NtStatus status{};
  Clause refused_by{};
  ServerIndex index{};
  const Server* server{};
  const Open* open{};
};

Arrived turned_away(NtStatus status, Clause clause) { return {.status = status, .refused_by = clause}; }

Arrived lookup(const State& state, const Server& server, const OpenKey& h) {
  const Open* open = find_open(server, h.durable);
  if (open == nullptr) return turned_away(STATUS_FILE_CLOSED, "SMB-AI-17");
  return {.index = index_of(state, server), .server = &server, .open = open};
}

// Since the handle was made: only a reconnect gives an open another volatile id.
bool was_reconnected(const Server& server, const OpenKey& h) {
  const Open* open = find_open(server, h.durable);
  return open != nullptr && open->volatile_id != h.volatile_;
}

// SmbClose is looked up before its encryption is checked, the others after.
Arrived arrive(Draft& world, const OpenKey& h, std::optional<bool> encrypted, bool lookup_first) {
  if (h.durable == DurableId{0}) return turned_away(STATUS_FILE_CLOSED, "SMB-AI-17");
  const Server* server = find_server(world.now(), h.connection.server);
  if (server != nullptr && was_reconnected(*server, h)) return turned_away(STATUS_FILE_CLOSED, "SMB-DUR-11");
  const Connection* connection = up_connection(server, h.connection.id);
  if (connection == nullptr) return turned_away(STATUS_CONNECTION_DISCONNECTED, "SMB-OPEN-10");
  const Share* share = find_share(*server, h.share, world.tables());
  const bool travels = share == nullptr || may_travel(*connection, *share, encrypted);
  const Arrived found = lookup(world.now(), *server, h);
  if (lookup_first && found.open == nullptr) return found;
  return travels ? found : turned_away(STATUS_ACCESS_DENIED, "SMB-OPEN-04");
}

const File& file_of(const Arrived& at) { return file_of(*at.server, at.open->file); }
std::uint32_t granted(const Arrived& at) { return static_cast<std::uint32_t>(at.open->granted); }

Ruling& refuse(Draft& world, const Arrived& at) { return world.refuse(at.status, at.refused_by); }

// The request reached its open: a replay of the create is none any more.
void clear_replay(Edit& next, const Arrived& at) {
  if (at.open->replay_eligible) next.open(at.index, at.open->durable_id).replay_eligible = false;
}

// SMB-OPEN-18.
bool locked(Draft& world, const Arrived& at, const LockRange& range, bool writes) {
  const Locks& locks = file_of(at).locks;
  if (locks.empty() || range.is_empty()) return false;
  const auto stops = [&](const Lock& lock) { return stops_io(lock, at.open->durable_id, range, writes); };
  const auto found = std::find_if(locks.begin(), locks.end(), stops);
  if (found != locks.end()) {
    const Open* holder = find_open(*at.server, found->open);
    world.applies_if(holder != nullptr && !holder->connection.has_value(), "SMB-DUR-08");
  }
  return world.shaped("SMB-OPEN-18", found != locks.end());
}

void read(Edit& next, const Arrived& at, std::uint64_t offset, std::uint64_t length) {
  const FileBytes& bytes = file_of(at).bytes;
  if ((granted(at) & FILE_READ_DATA) == 0) return void(next.refuse(STATUS_ACCESS_DENIED, "SMB-OPEN-16"));
  if (length == 0) return next.output(std::span<const std::uint8_t>{});
  if (locked(next, at, {offset, length}, false)) return void(next.refuse(STATUS_FILE_LOCK_CONFLICT, "SMB-OPEN-16"));
  if (offset >= bytes.size()) return void(next.refuse(STATUS_END_OF_FILE, "SMB-OPEN-16"));
  next.output(std::span{bytes.data() + offset, std::min<std::size_t>(length, bytes.size() - offset)});
}

void store(FileBytes& bytes, std::uint64_t offset, const std::vector<std::uint8_t>& written) {
  while (bytes.size() < offset + written.size()) bytes.push_back(0);
  std::copy(written.begin(), written.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

void write(Edit& next, const Arrived& at, std::uint64_t offset, const std::vector<std::uint8_t>& written) {
  const bool extends =
      !written.empty() && offset + written.size() > file_of(at).bytes.size();  // nothing extends nothing
  if (!may_write(at.server->flavour, granted(at), extends))
    return void(next.refuse(STATUS_ACCESS_DENIED, "SMB-OPEN-17"));
  if (written.empty()) return;
  if (locked(next, at, {offset, written.size()}, true))
    return void(next.refuse(STATUS_FILE_LOCK_CONFLICT, "SMB-OPEN-17"));
  store(next.file(at.index, at.open->file).bytes, offset, written);
}

void unlock(Edit& next, const Arrived& at, const LockRange& range) {
  const auto place = unlocked_by(file_of(at).locks, at.open->durable_id, range);
  if (!place.has_value()) return void(next.refuse(STATUS_RANGE_NOT_LOCKED, "SMB-OPEN-20"));
  Locks& locks = next.file(at.index, at.open->file).locks;
  locks.erase(locks.begin() + *place);
  next.answer(STATUS_SUCCESS, "SMB-OPEN-20");
}

void lock(Edit& next, const Arrived& at, const LockRange& range, bool exclusive) {
  if (range.passes_the_end()) return void(next.refuse(STATUS_INVALID_LOCK_RANGE, "SMB-OPEN-19"));
  const Locks& held = file_of(at).locks;
  const auto stops = [&](const Lock& other) { return stops_lock(other, at.open->durable_id, range, exclusive); };
  if (std::any_of(held.begin(), held.end(), stops)) return void(next.refuse(STATUS_LOCK_NOT_GRANTED, "SMB-OPEN-19"));
  next.file(at.index, at.open->file).locks.push_back({at.open->durable_id, range.offset, range.length, exclusive});
}

}  // namespace

Ruling& rule(Draft& world, const SmbRead& call, Choices&) {
  const Arrived at = arrive(world, call.h.raw, call.encrypted.value, false);
  if (at.open == nullptr) return refuse(world, at);
  return world.commit(STATUS_SUCCESS, "SMB-OPEN-16", [&](Edit& next) {
    clear_replay(next, at);
    read(next, at, static_cast<std::uint64_t>(call.offset), static_cast<std::uint64_t>(call.length));
  });
}

Ruling& rule(Draft& world, const SmbWrite& call, Choices&) {
  const Arrived at = arrive(world, call.h.raw, call.encrypted.value, false);
  if (at.open == nullptr) return refuse(world, at);
  return world.commit(STATUS_SUCCESS, "SMB-OPEN-17", [&](Edit& next) {
    clear_replay(next, at);
    write(next, at, static_cast<std::uint64_t>(call.offset), next.tables().at(call.bytes.ref));
  });
}

Ruling& rule(Draft& world, const SmbLock& call, Choices&) {
  const Arrived at = arrive(world, call.h.raw, std::nullopt, false);
  if (at.open == nullptr) return refuse(world, at);
  const LockRange range{static_cast<std::uint64_t>(call.offset), static_cast<std::uint64_t>(call.length)};
  return world.commit(STATUS_SUCCESS, "SMB-OPEN-19", [&](Edit& next) {
    clear_replay(next, at);
    if (call.kind == LockKind::unlock) return unlock(next, at, range);
    lock(next, at, range, call.kind == LockKind::exclusive);
  });
}

Ruling& rule(Draft& world, const SmbClose& call, Choices&) {
  const Arrived at = arrive(world, call.h.raw, call.encrypted.value, true);
  if (at.open == nullptr) return refuse(world, at);
  return world.commit(STATUS_SUCCESS, "SMB-OPEN-21",
                      [&](Edit& next) { remove_open(next, at.index, at.open->durable_id); });
}

}  // namespace procreg::model
