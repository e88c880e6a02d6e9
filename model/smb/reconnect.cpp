// The reconnect pipeline (smb.md 7.3).
#include <algorithm>

#include "model/smb/durability.h"
#include "model/smb/flavour.h"

namespace procreg::model {

using enum NtStatus;

namespace {

std::optional<Guid> create_guid_of(const Reconnect& request) {
  return request.createGuid.has_value() ? request.createGuid : request.handle.raw.create_guid;
}

const Open* with_create_guid(const Server& server, const std::optional<Guid>& guid) {
  if (!guid.has_value()) return nullptr;
  const auto found = std::find_if(server.opens.begin(), server.opens.end(),
                                  [&](const Open& open) { return open.create_guid == guid; });
  return found != server.opens.end() ? &*found : nullptr;
}

const Open* wanted_open(const Create& create, const Reconnect& request) {
  const OpenKey& handle = request.handle.raw;
  if (handle.connection.server == create.server.name && handle.durable != DurableId{0}) {
    const Open* open = find_open(create.server, handle.durable);
    if (open != nullptr) return open;
  }
  if (!request.persistent || !create.share->ca || !persistent_handles_usable(create)) return nullptr;
  return with_create_guid(create.server, create_guid_of(request));
}

bool leases_differ(const Create& create, const Open& open) {
  const bool has = open.hold == HoldKind::handle_lease;
  const bool wants = wanted_hold(create) == HoldKind::handle_lease;
  if (has != wants) return true;
  return has && (open.client_guid != create.connection.client_guid || open.lease_key != lease_key(create));
}

// Item 1.
bool is_not_found(const Create& create, const Reconnect& request, const Open& open, Choices& choices) {
  const auto guid = create_guid_of(request);
  if (open.connection.has_value()) return true;
  if (!guid.has_value() || open.create_guid != guid) return true;
  if (!open.is_durable || leases_differ(create, open)) return true;
  if (!request.persistent && refuses_reconnect_without_flag(create.server.flavour, open)) return true;
  return open.hold == HoldKind::none &&
         choices.take(choice::smb_persistent_reconnect_without_hold) == SmbPersistentReconnectWithoutHold::refuse;
}

Failure refused(const Create& create, const Reconnect& request, const Open& open, Choices& choices) {
  if (is_not_found(create, request, open, choices)) return {STATUS_OBJECT_NAME_NOT_FOUND, "SMB-AI-18"};  // 1
  const bool flag_refused = request.persistent && refuses_reconnect_with_flag(create.server.flavour, open);
  const bool other_file = open.hold == HoldKind::handle_lease && !on_key(create, open);
  if (flag_refused || other_file) return {STATUS_INVALID_PARAMETER, "SMB-OPEN-14"};        // 2
  if (open.owner != create.connection.user) return {STATUS_ACCESS_DENIED, "SMB-OPEN-14"};  // 3
  return no_failure;
}

// Item 4.
void reclaim(Edit& next, const Create& create, DurableId id) {
  Open& open = next.open(create.index, id);
  VolatileId& volatile_id = next.server_head(create.index).next_volatile_id;
  open.connection = create.connection_id;
  open.name = given_name({create.call.as.base, itself_part});
  open.share = create.share->name;
  open.volatile_id = volatile_id;
  open.deadline.reset();
  volatile_id = VolatileId{number(volatile_id) + 1};
  next.applies_if(open.version.has_value(), "SMB-VER-10");
  returns(next, CreateAction::OPENED, open, DurableState::none, 0);
}

}  // namespace

Failure reconnects(Edit& next, const Create& create, Choices& choices) {
  const Reconnect& request = *create.contexts.dh2c;
  const Open* open = wanted_open(create, request);
  if (open == nullptr) return {STATUS_OBJECT_NAME_NOT_FOUND, "SMB-AI-18"};
  const Failure failure = refused(create, request, *open, choices);
  if (!failure) reclaim(next, create, open->durable_id);
  return failure;
}

}  // namespace procreg::model
