// Servers, shares and the rights on files (smb.md 3).
#include <algorithm>

#include "model/rules.h"
#include "model/smb/file_key.h"

namespace procreg::model {

namespace {

Flavour flavour_of(const SmbServerStart& event, Choices& choices) {
  if (event.flavour.value.has_value()) return *event.flavour.value;
  const bool generic = choices.take(choice::smb_default_flavour) == SmbDefaultFlavour::generic;
  return generic ? Flavour::generic : Flavour::ws2016plus;
}

void set_acl(File& file, TextRef user, FileRights mask) {
  const auto known =
      std::find_if(file.acl.begin(), file.acl.end(), [&](const FileAcl& acl) { return acl.user == user; });
  if (known == file.acl.end()) return file.acl.push_back({user, mask});
  known->mask = mask;
}

}  // namespace

Ruling& rule(Draft& world, const SmbServerStart& event, Choices& choices) {
  if (find_server(world.now(), event.server.ref) != nullptr) return world.refuse(not_applicable, "SMB-OPEN-02");
  const Dialect dialect = event.maxDialect.value.value_or(Dialect::smb_3_1_1);
  const Flavour flavour = flavour_of(event, choices);
  if (dialect > highest_dialect(flavour)) return world.refuse(not_applicable, "SMB-OPEN-02");
  return world.commit(applied, "SMB-OPEN-02", [&](Edit& next) {
    Server& server = next.servers().emplace_back();
    server.name = event.server.ref;
    server.max_dialect = dialect;
    server.flavour = flavour;
    server.persistent_cap = event.persistentHandles.value.value_or(true) && is_3x(dialect);
  });
}

Ruling& rule(Draft& world, const SmbShare& event, Choices&) {
  const Server* server = find_server(world.now(), event.server.ref);
  if (server == nullptr) return world.refuse(not_applicable, "SMB-OPEN-03");
  if (find_share(*server, event.share.ref, world.tables()) != nullptr)
    return world.refuse(not_applicable, "SMB-OPEN-03");
  if ((event.ca.set || event.encrypt.set) && !is_3x(server->max_dialect))
    return world.refuse(not_applicable, "SMB-OPEN-03");
  return world.commit(applied, "SMB-OPEN-03", [&](Edit& next) {
    const auto timeout = static_cast<std::uint32_t>(event.caTimeoutMs.value.value_or(Milliseconds{0}));
    next.shares(index_of(next.now(), *server))
        .push_back({event.share.ref, event.localPath.ref, event.ca.set, event.encrypt.set, timeout});
  });
}

Ruling& rule(Draft& world, const SmbFileAcl& event, Choices&) {
  const Server* server = find_server(world.now(), event.server.ref);
  if (server == nullptr) return world.refuse(not_applicable, "SMB-OPEN-05");
  return world.commit(applied, "SMB-OPEN-05", [&](Edit& next) {
    const ServerIndex index = index_of(next.now(), *server);
    const FileId file = file_with(next, index, key_of(next, event.localFile.ref));
    set_acl(next.file(index, file), event.user.ref, event.mask);
  });
}

}  // namespace procreg::model
