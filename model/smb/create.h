// What the steps of SmbCreate share (smb.md 4.2).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

// Why a create fails; no clause: it does not.
struct Failure {
  NtStatus status{};
  Clause clause{};
  explicit operator bool() const { return !clause.is_none(); }
};
inline constexpr Failure no_failure{};

// The contexts as the server reads them; what is not valid on the connection's dialect goes on the way.
struct Contexts {
  std::optional<Guid> ai{};
  std::optional<VersionPair> av{};
  std::optional<DurableRequest> dh2q{};
  std::optional<Reconnect> dh2c{};
};

struct Create {
  const SmbCreate& call;
  ServerIndex index{};
  const Server& server;
  ConnectionId connection_id{};
  const Connection& connection;
  Contexts contexts{};
  const Share* share{};  // there from step 2 on
  FileText key{};        // from step 4 on
  std::uint32_t granted{};
  bool took_over{};     // closed somebody's open by section 5
  bool lost_version{};  // and that had a version
};

inline bool on_key(const Create& create, const Open& open) {
  return file_of(create.server, open.file).key == create.key;
}
inline bool persistent_handles_usable(const Create& create) {
  return is_3x(create.connection.dialect) && create.server.persistent_cap;
}
inline HoldKind wanted_hold(const Create& create) { return create.call.hold.value.value_or(HoldKind::none); }
// Zero when handle-lease came without one.
inline Guid lease_key(const Create& create) { return create.call.leaseKey.value.value_or(zero_guid); }

// The outputs of a create that succeeds, and the handle.
void returns(Edit& next, CreateAction action, const Open& open, DurableState durable, std::uint32_t timeout_ms);

}  // namespace procreg::model
