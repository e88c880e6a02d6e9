#include "model/smb/server_snapshot.h"

#include <algorithm>
#include <string_view>

namespace procreg::model {

namespace {

// The elements in the order of what they are shown by.
template <class List, class KeyOf>
Small<const typename List::value_type*, 8> sorted(const List& list, KeyOf key_of) {
  Small<const typename List::value_type*, 8> order;
  for (const auto& element : list) order.push_back(&element);
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return key_of(*a) < key_of(*b); });
  return order;
}

template <class List>
auto by_name(const List& list, const Tables& tables) {
  return sorted(list, [&](const auto& element) -> const std::u16string& { return tables.at(element.name); });
}

std::u16string_view text_of(const FileText& key) { return {key.data(), key.size()}; }

void write(SnapshotWriter& out, const File& file, const Tables& tables) {
  out.string(text_of(file.key));
  out.bytes({file.bytes.data(), file.bytes.size()});
  const auto users =
      sorted(file.acl, [&](const FileAcl& entry) -> const std::u16string& { return tables.at(entry.user); });
  out.list<SnapFileAcl>(users, [](const FileAcl* entry) { return SnapFileAcl{entry->user, entry->mask}; });
  out.list<SnapLock>(file.locks, [](const Lock& lock) {
    return SnapLock{lock.open, FileOffset{lock.offset}, FileLength{lock.length}, lock.exclusive};
  });
}

void write(SnapshotWriter& out, ConnectionId id, const Connection& connection) {
  out.record(SnapConnection{.id = id,
                            .name = connection.name,
                            .machine = connection.machine,
                            .clientGuid = connection.client_guid,
                            .user = connection.user,
                            .dialect = connection.dialect,
                            .encrypted = connection.encrypted,
                            .up = connection.up,
                            .breaks = connection.breaks});
}

void write(SnapshotWriter& out, const Open& open, const File& file) {
  out.record(SnapOpen{.durableId = open.durable_id,
                      .name = open.name,
                      .volatileId = open.volatile_id,
                      .connection = open.connection,
                      .share = open.share,
                      .granted = open.granted,
                      .shareAccess = open.share_access,
                      .clientGuid = open.client_guid,
                      .owner = open.owner,
                      .createGuid = open.create_guid,
                      .isDurable = open.is_durable,
                      .isPersistent = open.is_persistent,
                      .replayEligible = open.replay_eligible,
                      .timeoutMs = open.timeout_ms,
                      .deadline = open.deadline,
                      .appInstanceId = open.app_instance_id,
                      .version = open.version,
                      .hold = open.hold,
                      .leaseKey = open.lease_key});
  out.string(text_of(file.key));
}

void write_files(SnapshotWriter& out, const Server& server, const Tables& tables) {
  const auto files = sorted(server.files, [](const File& file) { return text_of(file.key); });
  out.list(files.size());
  for (const File* file : files) write(out, *file, tables);
}

void write_holders(SnapshotWriter& out, const Server& server) {
  out.list(server.connections.size());
  std::uint32_t id = 0;
  for (const Connection& connection : server.connections) write(out, ConnectionId{++id}, connection);
  out.list(server.opens.size());
  for (const Open& open : server.opens) write(out, open, file_of(server, open.file));
}

void write(SnapshotWriter& out, const Server& server, const Tables& tables) {
  out.record(ServerHead{.name = server.name,
                        .maxDialect = server.max_dialect,
                        .flavour = server.flavour,
                        .persistentCap = server.persistent_cap,
                        .nextDurableId = server.next_durable_id,
                        .nextVolatileId = server.next_volatile_id});
  out.list<SnapShare>(by_name(server.shares, tables), [](const Share* share) {
    return SnapShare{share->name, share->local_path, share->ca, share->encrypt, share->ca_timeout_ms};
  });
  write_files(out, server, tables);
  write_holders(out, server);
  out.list<SnapForcedClose>(server.forced_closes, [](const LoggedClose& close) {
    return SnapForcedClose{close.open, close.reason};
  });
}

void write_volumes(SnapshotWriter& out, const State& state, const Tables& tables) {
  out.list<SnapVolume>(by_name(state.volumes, tables), [](const Volume* volume) {
    return SnapVolume{volume->name, volume->coordinator};
  });
  std::uint32_t id = 0;
  out.list<SnapCsvOpen>(state.csv_opens, [&](const VolumeOpen& open) {
    return SnapCsvOpen{CsvOpenId{++id}, open.name, open.volume, open.machine, open.flag, open.valid};
  });
}

}  // namespace

void write_shared_storage(SnapshotWriter& out, const State& state, const Tables& tables) {
  write_volumes(out, state, tables);
  out.list(state.servers.size());
  for (const Server* server : by_name(state.servers, tables)) write(out, *server, tables);
}

}  // namespace procreg::model
