#pragma once

#include <optional>

#include "api/profile.h"
#include "api/status.h"
#include "impl/smb/server.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A create that carries an AppInstanceId, on 3.x.
struct Newcomer {
  const Connection& connection;
  const ShareObject& share;
  File& file;
  Guid app_instance{};
  std::optional<VersionPair> version{};  // as sent: on 3.0 and 3.0.2 too (SMB-VER-11)
};

// The decision of smb.md section 5: STATUS_SUCCESS, and what the create then closes stands in part.closing and is doomed; or
// STATUS_FILE_FORCED_CLOSED, and nothing does. Changes nothing else. The part is locked, part.closing empty.
NtStatus decide_app_instance(Arena& arena, const Profile& profile, Part& part, const Newcomer& newcomer) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
