#include "model/smb/durability.h"

#include <algorithm>

#include "model/smb/flavour.h"

namespace procreg::model {

namespace {

std::uint32_t timeout_of(const Create& create, std::uint32_t wanted) {
  if (wanted != 0) return granted_timeout(create.server.flavour, wanted);
  return create.share->ca_timeout_ms != 0 ? create.share->ca_timeout_ms : default_durable_timeout_ms;
}

template <class Wanted>
bool any_open(const Create& create, Wanted wanted) {
  return std::any_of(create.server.opens.begin(), create.server.opens.end(), wanted);
}

}  // namespace

Failure not_available(const Create& create) {
  const bool held = is_3x(create.connection.dialect) && any_open(create, [&](const Open& open) {
                      return !open.connection.has_value() && open.is_persistent && on_key(create, open) &&
                             open.share == create.share->name;
                    });
  return held ? Failure{NtStatus::STATUS_FILE_NOT_AVAILABLE, "SMB-DUR-05"} : no_failure;
}

Failure duplicate_guid(const Create& create) {
  const auto& dh2q = create.contexts.dh2q;
  const bool known = dh2q.has_value() && any_open(create, [&](const Open& open) {
                       return open.replay_eligible && open.create_guid == dh2q->createGuid &&
                              open.client_guid == create.connection.client_guid;
                     });
  return known ? Failure{NtStatus::STATUS_DUPLICATE_OBJECTID, "SMB-DUR-07"} : no_failure;
}

void make_durable(Draft& world, const Create& create, Open& open) {
  const auto& dh2q = create.contexts.dh2q;
  if (!dh2q.has_value()) return;
  world.applies("SMB-OPEN-02");
  const bool persistent = dh2q->persistent && create.share->ca && persistent_handles_usable(create);
  open.create_guid = dh2q->createGuid;
  open.is_durable = true;
  open.is_persistent = world.shaped("SMB-DUR-01", persistent);
  open.replay_eligible = open.is_persistent || (create.granted & file_data_rights) != 0;
  open.timeout_ms = timeout_of(create, dh2q->timeoutMs);
}

}  // namespace procreg::model
