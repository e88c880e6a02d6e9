// How a request gets to its server (SMB-OPEN-04, SMB-OPEN-10).
#pragma once

#include <optional>

#include "model/state.h"

namespace procreg::model {

// nullptr: down, or it never came about.
inline const Connection* up_connection(const Server* server, ConnectionId id) {
  const Connection* connection = server != nullptr ? find_connection(*server, id) : nullptr;
  return connection != nullptr && connection->up ? connection : nullptr;
}

// The share accepts what is sent so; on 2.x the option is ignored.
inline bool may_travel(const Connection& connection, const Share& share, std::optional<bool> encrypted) {
  return !share.encrypt || (is_3x(connection.dialect) && encrypted.value_or(connection.encrypted));
}

}  // namespace procreg::model
