// Connections come and go (smb.md 4.1, 7.1).
#include <algorithm>

#include "model/rules.h"
#include "model/smb/forced_close.h"

namespace procreg::model {

namespace {

// SMB-DUR-03.
void loses_connection(Edit& next, ServerIndex server, const Open& open) {
  const bool kept = open.is_persistent || (open.is_durable && open.hold != HoldKind::none);
  if (!next.shaped("SMB-DUR-03", kept)) return force_close(next, server, open.durable_id, ForcedClose::disconnect);
  const std::uint64_t left = ~std::uint64_t{0} - next.now().now;
  Open& orphan = next.open(server, open.durable_id);
  orphan.connection.reset();
  orphan.deadline = next.now().now + std::min<std::uint64_t>(orphan.timeout_ms, left);
}

void disconnect(Edit& next, ServerIndex server, ConnectionId id) {
  next.connection(server, id).up = false;
  const Opens before = server_of(next.now(), server).opens;
  for (const Open& open : before)
    if (open.connection == id) loses_connection(next, server, open);
}

}  // namespace

Ruling& rule(Draft& world, const SmbConnect& event, Choices&) {
  const Server* server = find_server(world.now(), event.server.ref);
  if (server == nullptr) return world.refuse(not_applicable, "SMB-OPEN-01");
  return world.commit(applied, "SMB-OPEN-01", [&](Edit& next) {
    const Dialect dialect = next.shaped("SMB-OPEN-01", std::min(event.dialect, server->max_dialect));
    Connections& connections = next.connections(index_of(next.now(), *server));
    connections.push_back({.name = given_name({event.as.base, itself_part}),
                           .machine = event.client.index,
                           .client_guid = event.clientGuid,
                           .user = event.user.value.value_or(default_user),
                           .dialect = dialect,
                           .encrypted = event.encrypted.set,
                           .up = true});
    next.output<SmbConnect>(0, static_cast<std::uint64_t>(dialect));
    next.made(connections.size());
  });
}

Ruling& rule(Draft& world, const SmbDisconnect& event, Choices&) {
  const ConnectionKey key = event.conn.raw;
  const Server* server = find_server(world.now(), key.server);
  const Connection* connection = server != nullptr ? find_connection(*server, key.id) : nullptr;
  if (connection == nullptr || !connection->up) return world.answer(applied, "SMB-DUR-04");
  return world.commit(applied, "SMB-DUR-03",
                      [&](Edit& next) { disconnect(next, index_of(next.now(), *server), key.id); });
}

}  // namespace procreg::model
