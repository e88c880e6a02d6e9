#include "impl/smb/server.h"

#include <utility>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

template <class T>
T* found_in(const ReadMostlyTable<1>& table, std::uint64_t key) noexcept {
  ReadMostlyTable<1>::Value word{};
  return table.find(key, word) ? reinterpret_cast<T*>(static_cast<std::uintptr_t>(word[0])) : nullptr;
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  a = (a ^ b) * 0x9E3779B97F4A7C15U;
  return a ^ a >> 32;
}

}  // namespace

ShareObject* Server::share(std::u16string_view named) const noexcept {
  ShareObject* share = found_in<ShareObject>(shares, hash_of(named, 1) | 1);
  while (share != nullptr && !equal_when_folded(share->folded_name, named)) share = share->same_hash;
  return share;
}

Connection* Server::connection(ConnectionId id) const noexcept {
  return id == ConnectionId{} ? nullptr : found_in<Connection>(connections, procreg::number(id));
}

void Server::add(Arena& arena, ShareObject& share, std::u16string_view named) noexcept {
  const std::uint64_t hash = hash_of(named, 1) | 1;
  share.same_hash = found_in<ShareObject>(shares, hash);
  share.next = std::exchange(first_share, &share);
  const ReadMostlyTable<1>::Value word{reinterpret_cast<std::uintptr_t>(&share)};
  if (!shares.replace(hash, word)) shares.insert(arena, hash, word);
}

void Server::add(Arena& arena, Connection& connection) noexcept {
  connection.id = ConnectionId{++ledger.connections};
  Connection*& place = ledger.last_connection == nullptr ? ledger.first_connection : ledger.last_connection->next;
  place = ledger.last_connection = &connection;
  connections.insert(arena, procreg::number(connection.id), {reinterpret_cast<std::uintptr_t>(&connection)});
}

std::uint64_t hash_of(const Guid& guid) noexcept { return mixed(guid.high, mixed(guid.low, 1)); }

std::uint64_t hash_of(const Guid& app_instance, std::uint64_t file, const ShareObject& share) noexcept {
  return mixed(hash_of(app_instance), mixed(file, share.folder_hash));
}

FileKey key_on(const ShareObject& share, std::u16string_view path) noexcept {
  return {share.folder, path, hash_of(path, share.folder_hash), nullptr};
}

FileKey local_key(const Server& server, std::u16string_view path) noexcept {
  return {{}, path, hash_of(path, server.number), nullptr};
}

File* find_file(const Part& part, const Server& server, const FileKey& key) noexcept {
  if (key.known != nullptr) return key.known;
  File* file = part.files.first(key.hash);
  while (file != nullptr && (file->server != &server || !names(key, file->key))) file = part.files.next(*file);
  return file;
}

File& add_file(Arena& arena, Part& part, const Server& server, const FileKey& key) noexcept {
  File& file = *arena.make<File>();
  file.server = &server;
  file.part = &part;
  file.key = copy_of(arena, key);
  part.files.insert(arena, file, key.hash);
  return file;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
