#include "scenarios/properties/planted_servers.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

std::u16string key_of(const std::u16string& folder, std::u16string path) {
  while (!path.empty() && path.back() == u'\\') path.pop_back();
  path.erase(0, path.find_first_not_of(u'\\'));
  std::u16string key = folder + u"\\" + path;
  for (char16_t& unit : key)
    if (unit >= u'A' && unit <= u'Z') unit = static_cast<char16_t>(unit + (u'a' - u'A'));
  return key;
}

}  // namespace

std::vector<const SeenOpen*> Creating::opens() const {
  std::vector<const SeenOpen*> found;
  for (const SeenOpen& open : server->opens)
    if (open.key == key) found.push_back(&open);
  return found;
}

std::vector<const SeenOpen*> Creating::rivals() const {
  std::vector<const SeenOpen*> found = opens();
  std::erase_if(found, [this](const SeenOpen* open) {
    const SnapConnection* its = open->orphan() ? nullptr : server->connection(*open->is.connection);
    return (its != nullptr ? its->clientGuid : open->is.clientGuid) == connection->clientGuid;
  });
  return found;
}

std::vector<const SeenOpen*> Creating::matches() const {
  std::vector<const SeenOpen*> found = rivals();
  std::erase_if(found, [this](const SeenOpen* open) {
    return !call->ai.value || open->is.appInstanceId != call->ai.value || open->is.share != share->name;
  });
  return found;
}

bool Creating::can_read() const {
  if (file == nullptr) return true;
  const auto set = std::find_if(file->acl.begin(), file->acl.end(),
                                [this](const SnapFileAcl& entry) { return entry.user == connection->user; });
  return set == file->acl.end() || (static_cast<std::uint32_t>(set->mask) & file_read_rights) == file_read_rights;
}

Creating creating(const Inside& inside, const Seen& world, const Step& step) {
  const auto* call = as<SmbCreate>(step);
  if (call == nullptr || call->dh2c.value) return {};
  const SeenServer* server = world.server(call->conn.raw.server);
  if (server == nullptr) return {};
  const SnapConnection* connection = server->connection(call->conn.raw.id);
  const SnapShare* share = server->share(call->share.ref);
  if (connection == nullptr || !connection->up || share == nullptr) return {};
  std::u16string key = key_of(inside.text(share->localPath), inside.text(call->path.ref));
  const SeenFile* file = server->file(key);
  return {call, server, connection, share, file, std::move(key)};
}

void close_hidden(Inside& inside, const SeenServer& server, const SeenOpen& open) {
  if (open.orphan()) return;
  const OpenKey key{.connection = {server.head.name, *open.is.connection},
                    .share = open.is.share,
                    .durable = open.is.durableId,
                    .volatile_ = open.is.volatileId,
                    .create_guid = open.is.createGuid};
  inside.perform(SmbClose{{}, {{.raw = key, .name = {}}}, {}});
}

const SeenOpen* made_by(const Seen& now, const SmbCreate& create, const Answer& answer) {
  const SeenServer* server = now.server(create.conn.raw.server);
  return server == nullptr || answer.result != NtStatus::STATUS_SUCCESS ? nullptr
                                                                        : server->open(made_durable(answer.made));
}

}  // namespace procreg::scenarios
