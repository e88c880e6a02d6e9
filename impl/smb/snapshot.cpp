#include "impl/smb/snapshot.h"

#include <algorithm>
#include <vector>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

template <class T>
std::vector<const T*> listed(const T* first) {
  std::vector<const T*> all;
  for (; first != nullptr; first = first->next) all.push_back(first);
  return all;
}

template <class T>
void sort_by_name(std::vector<const T*>& all, const Tables& tables) {
  std::sort(all.begin(), all.end(), [&](const T* a, const T* b) { return tables.at(a->name) < tables.at(b->name); });
}

// --- Files ---

std::vector<const File*> files_of(const Server& server, const Parts& parts) {
  std::vector<const File*> files;
  for (const Part& part : parts.files) {
    part.files.each([&](const File& file) {
      if (file.server == &server) files.push_back(&file);
    });
  }
  std::sort(files.begin(), files.end(), [](const File* a, const File* b) {
    return std::lexicographical_compare(a->key.begin(), a->key.end(), b->key.begin(), b->key.end());
  });
  return files;
}

void write(SnapshotWriter& out, const File& file, const Tables& tables) {
  out.string({file.key.data(), file.key.size()});
  out.bytes(file.bytes());
  std::vector<FileAcl> acl{file.acl.begin(), file.acl.end()};
  std::sort(acl.begin(), acl.end(),
            [&](const FileAcl& a, const FileAcl& b) { return tables.at(a.user) < tables.at(b.user); });
  out.list<SnapFileAcl>(acl, [](const FileAcl& entry) { return SnapFileAcl{entry.user, entry.mask}; });
  out.list<SnapLock>(file.locks, [](const ByteLock& lock) {
    return SnapLock{lock.open, FileOffset{lock.offset}, FileLength{lock.length}, lock.exclusive};
  });
}

// --- Opens ---

std::vector<const Open*> opens_of(const Server& server) {
  std::vector<const Open*> opens;
  for (const Orphans::Orphan& orphan : server.ledger.orphans.all()) opens.push_back(orphan.open);
  for (const Connection* connection = server.ledger.first_connection; connection != nullptr;
       connection = connection->next) {
    for (const Open* open = connection->first_open; open != nullptr; open = open->next_of_connection)
      opens.push_back(open);
  }
  std::sort(opens.begin(), opens.end(), [](const Open* a, const Open* b) { return a->durable < b->durable; });
  return opens;
}

void write(SnapshotWriter& out, const Open& open) {
  const bool orphaned = is_orphan(open);
  const Orphans& orphans = open.share->server->ledger.orphans;
  const bool leased = open.hold == HoldKind::handle_lease;
  out.record(SnapOpen{.durableId = open.durable,
                      .name = open.name,
                      .volatileId = open.volatile_,
                      .connection = orphaned ? std::nullopt : std::optional{open.connection->id},
                      .share = open.share->name,
                      .granted = FileRights{open.granted},
                      .shareAccess = ShareAccess{open.share_access},
                      .clientGuid = open.client_guid,
                      .owner = open.owner,
                      .createGuid = open.create_guid,
                      .isDurable = open.is_durable,
                      .isPersistent = open.is_persistent,
                      .replayEligible = open.replay_eligible,
                      .timeoutMs = open.timeout_ms,
                      .deadline = orphaned ? std::optional{orphans.deadline_of(open)} : std::nullopt,
                      .appInstanceId = open.app_instance,
                      .version = open.version,
                      .hold = open.hold,
                      .leaseKey = leased ? std::optional{open.lease_key} : std::nullopt});
  out.string({open.file->key.data(), open.file->key.size()});
}

// --- A server ---

void write_shares(SnapshotWriter& out, const Server& server, const Tables& tables) {
  auto shares = listed<ShareObject>(server.first_share);
  sort_by_name(shares, tables);
  out.list<SnapShare>(shares, [](const ShareObject* share) {
    return SnapShare{share->name, share->local_path, share->ca, share->encrypt, share->ca_timeout_ms};
  });
}

void write_connections(SnapshotWriter& out, const Server& server) {
  out.list<SnapConnection>(listed<Connection>(server.ledger.first_connection), [](const Connection* connection) {
    return SnapConnection{.id = connection->id,
                          .name = connection->name,
                          .machine = connection->machine,
                          .clientGuid = connection->client_guid,
                          .user = connection->user,
                          .dialect = connection->dialect,
                          .encrypted = connection->encrypted,
                          .up = connection->up.load(sync::relaxed),
                          .breaks = connection->breaks};
  });
}

void write(SnapshotWriter& out, const Server& server, const Parts& parts, const Tables& tables) {
  out.record(ServerHead{.name = server.name,
                        .maxDialect = server.max_dialect,
                        .flavour = server.flavour,
                        .persistentCap = server.persistent_cap,
                        .nextDurableId = server.ids.next().durable,
                        .nextVolatileId = server.ids.next().volatile_});
  write_shares(out, server, tables);
  const auto files = files_of(server, parts);
  out.list(files.size());
  for (const File* file : files) write(out, *file, tables);
  write_connections(out, server);
  const auto opens = opens_of(server);
  out.list(opens.size());
  for (const Open* open : opens) write(out, *open);
  out.list<SnapForcedClose>(server.ledger.log, [](const SnapForcedClose& close) { return close; });
}

}  // namespace

void write(SnapshotWriter& out, const Servers& servers, const Tables& tables) {
  auto all = listed<Server>(servers.first());
  sort_by_name(all, tables);
  out.list(all.size());
  for (const Server* server : all) write(out, *server, *servers.parts(), tables);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
