#include "impl/smb/servers.h"

#include <algorithm>
#include <limits>

#include "impl/smb/opens.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

template <class T>
ReadMostlyTable<1>::Value word_of(T* pointer) noexcept {
  return {reinterpret_cast<std::uintptr_t>(pointer)};
}

// SMB-DUR-03
bool is_kept(const Open& open) noexcept {
  return open.is_persistent || (open.is_durable && open.hold != HoldKind::none);
}

}  // namespace

Server* Servers::find(TextRef name) const noexcept {
  Server* server = first_.load(sync::acquire);
  while (server != nullptr && server->name != name) server = server->next;
  return server;
}

// --- Servers, shares, files, connections ---

Result Servers::start(const SmbServerStart& step) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  if (find(step.server.ref) != nullptr) return not_applicable;
  const Flavour by_default =
      profile_[choice::smb_default_flavour] == SmbDefaultFlavour::generic ? Flavour::generic : Flavour::ws2016plus;
  const Flavour flavour = step.flavour.value.value_or(by_default);
  const Dialect dialect = step.maxDialect.value.value_or(Dialect::smb_3_1_1);
  if (dialect > highest_dialect(flavour)) return not_applicable;
  if (parts_ == nullptr) parts_ = kernel_.arena().make<Parts>();
  Server* const before = first_.load(sync::relaxed);
  Server& server = *kernel_.arena().make<Server>();
  server.name = step.server.ref;
  server.number = before == nullptr ? 1 : before->number + 1;
  server.max_dialect = dialect;
  server.flavour = flavour;
  server.persistent_cap = step.persistentHandles.value.value_or(true) && is_3x(dialect);
  server.next = before;
  first_.store(&server, sync::release);
  return applied;
}

Result Servers::add_share(const SmbShare& step) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Server* server = find(step.server.ref);
  if (server == nullptr || ((step.ca.set || step.encrypt.set) && !is_3x(server->max_dialect))) return not_applicable;
  const std::u16string& name = text(step.share.ref);
  if (server->share(name) != nullptr) return not_applicable;
  const AllParts all{parts_};
  Arena& arena = kernel_.arena();
  ShareObject& share = *arena.make<ShareObject>();
  share.server = server;
  share.name = step.share.ref;
  share.local_path = step.localPath.ref;
  share.folded_name = folded_copy(arena, name);
  share.folder = folded_copy(arena, text(step.localPath.ref), u"\\");
  share.folder_hash = hash_of(u"\\", hash_of(text(step.localPath.ref), server->number));
  share.ca = step.ca.set;
  share.encrypt = step.encrypt.set;
  share.ca_timeout_ms = number(step.caTimeoutMs.value.value_or(Milliseconds{0}));
  server->add(arena, share, name);
  return applied;
}

Result Servers::set_acl(const SmbFileAcl& step) noexcept {
  const Server* server = find(step.server.ref);
  if (server == nullptr) return not_applicable;
  const FileKey key = local_key(*server, text(step.localFile.ref));
  Part& part = parts_->files[Parts::index_of(key.hash)];
  const std::scoped_lock lock{part.lock};
  File* file = find_file(part, *server, key);
  if (file == nullptr) file = &add_file(kernel_.arena(), part, *server, key);
  for (FileAcl& entry : file->acl) {
    if (entry.user != step.user.ref) continue;
    entry.mask = step.mask;
    return applied;
  }
  file->acl.push_back(kernel_.arena(), {step.user.ref, step.mask});
  return applied;
}

Answer Servers::connect(const SmbConnect& step) noexcept {
  Server* server = find(step.server.ref);
  if (server == nullptr) return {.result = not_applicable};
  Connection& connection = *kernel_.arena().make<Connection>();
  connection.server = server;
  connection.name = GivenName{step.as.base};
  connection.machine = step.client.index;
  connection.client_guid = step.clientGuid;
  connection.user = step.user.value.value_or(default_user);
  connection.dialect = std::min(step.dialect, server->max_dialect);
  connection.encrypted = step.encrypted.set;
  const std::scoped_lock lock{server->ledger.lock};
  server->add(kernel_.arena(), connection);
  return {.result = applied,
          .written = 1,
          .out = {static_cast<std::uint64_t>(connection.dialect)},
          .made = number(connection.id)};
}

// --- Disconnect and time ---

Result Servers::disconnect(const ConnectionKey& key) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Server* server = find(key.server);
  Connection* connection = server == nullptr ? nullptr : server->connection(key.id);
  if (connection == nullptr || !connection->up.load(sync::relaxed)) return applied;
  const AllParts all{parts_};
  connection->up.store(false, sync::release);
  auto& opens = parts_->files[0].broken;
  opens.clear();
  Arena& arena = kernel_.arena();
  for (Open* open = connection->first_open; open != nullptr; open = open->next_of_connection)
    opens.push_back(arena, open);
  std::sort(opens.begin(), opens.end(), [](const Open* a, const Open* b) { return a->durable < b->durable; });
  for (Open* open : opens) {
    if (!is_kept(*open))
      impl::close(arena, *open, ForcedClose::disconnect);
    else
      orphan(arena, *open, open->timeout_ms > never - kernel_.now ? never : kernel_.now + open->timeout_ms);
  }
  return applied;
}

// By deadline, then by the server's name. Wants the lifecycle lock and all parts.
Server* Servers::next_to_expire(std::uint64_t until) const noexcept {
  Server* next = nullptr;
  for (Server* server = first_.load(sync::relaxed); server != nullptr; server = server->next) {
    const Orphans::Orphan* orphan = server->ledger.orphans.first();
    if (orphan == nullptr || orphan->deadline >= until) continue;
    const Orphans::Orphan* other = next == nullptr ? nullptr : next->ledger.orphans.first();
    if (other == nullptr || orphan->deadline < other->deadline ||
        (orphan->deadline == other->deadline && text(server->name) < text(next->name)))
      next = server;
  }
  return next;
}

// Only disconnects make orphans, and they want the lifecycle lock, which the clock holds: where none is due now, none will be.
bool Servers::hold(std::uint64_t until) noexcept {
  bool is_due = false;
  for (Server* server = first_.load(sync::relaxed); server != nullptr && !is_due; server = server->next) {
    const std::scoped_lock lock{server->ledger.lock};
    const Orphans::Orphan* orphan = server->ledger.orphans.first();
    is_due = orphan != nullptr && orphan->deadline < until;
  }
  if (!is_due) return false;
  for (Part& part : parts_->files) part.lock.lock();
  return true;
}

void Servers::fire(std::uint64_t until) noexcept {
  while (Server* server = next_to_expire(until))
    impl::close(kernel_.arena(), *server->ledger.orphans.first()->open, ForcedClose::timeout);
}

void Servers::release() noexcept {
  for (Part& part : parts_->files) part.lock.unlock();
}

}  // namespace procreg::impl::inline PROCREG_SYNC
