#include "scenarios/properties/expected_owner.h"

#include <algorithm>

namespace procreg::scenarios {

using enum NtStatus;

bool ExpectedOwner::matches(const Coming& coming) const {
  if (!coming.id || coming.id != id_) return false;
  if (state_ == State::held) return coming.client != presently_;
  return coming.client != client_ &&
         profile_[choice::smb_orphan_client_guid] == SmbOrphanClientGuid::recorded_client_guid;
}

// smb.md 6.2
bool ExpectedOwner::gate_passes(const Coming& coming) const {
  const bool absent = profile_[choice::smb_version_zero] == SmbVersionZero::absent && coming.version == VersionPair{};
  if (!version_) return true;
  if (!coming.version || absent) return false;
  if (coming.old_dialect) return profile_[choice::smb_version_on_old_dialect] == SmbVersionOnOldDialect::literal_close;
  return *coming.version > *version_;
}

void ExpectedOwner::forced(ForcedClose reason, std::vector<SnapForcedClose>& log) {
  log.push_back({open_, reason});
  state_ = State::free;
}

void ExpectedOwner::taken(const Coming& coming, DurableId made) {
  const bool zero = profile_[choice::smb_version_zero] == SmbVersionZero::absent && coming.version == VersionPair{};
  state_ = State::held;
  open_ = made;
  client_ = presently_ = coming.client;
  id_ = coming.id;
  version_ = coming.id && !coming.old_dialect && !zero ? coming.version : std::nullopt;
  hold_ = coming.hold;
  durable_ = coming.durable.has_value();
  persistent_ = durable_ && coming.durable->persistent && continuously_available_;
  const std::uint32_t asked = durable_ ? coming.durable->timeoutMs : 0;
  timeout_ = asked == 0 ? default_durable_timeout_ms : std::min(asked, durable_timeout_max_ms);
}

NtStatus ExpectedOwner::create(const Coming& coming, DurableId made, std::vector<SnapForcedClose>& log) {
  const bool unavailable = state_ == State::orphan && persistent_;
  const bool first = profile_[choice::smb_not_available_order] == SmbNotAvailableOrder::not_available_first;
  if (unavailable && first) return STATUS_FILE_NOT_AVAILABLE;
  if (state_ != State::free && matches(coming)) {
    if (!gate_passes(coming)) return STATUS_FILE_FORCED_CLOSED;
    forced(ForcedClose::takeover, log);
  } else if (unavailable) {
    return STATUS_FILE_NOT_AVAILABLE;
  }
  if (state_ == State::held) {
    hold_ = HoldKind::none;  // broken, as every open here conflicts
    return STATUS_SHARING_VIOLATION;
  }
  if (state_ == State::orphan) forced(ForcedClose::break_, log);
  taken(coming, made);
  return STATUS_SUCCESS;
}

void ExpectedOwner::disconnect(std::uint64_t now, std::vector<SnapForcedClose>& log) {
  if (state_ != State::held) return;
  if (!persistent_ && !(durable_ && hold_ != HoldKind::none)) return forced(ForcedClose::disconnect, log);
  state_ = State::orphan;
  deadline_ = now + timeout_;
}

NtStatus ExpectedOwner::reconnect(std::uint32_t client, bool asks_persistent) {
  if (state_ != State::orphan) return STATUS_OBJECT_NAME_NOT_FOUND;
  const bool refuses_without_hold =
      profile_[choice::smb_persistent_reconnect_without_hold] == SmbPersistentReconnectWithoutHold::refuse;
  if (hold_ == HoldKind::handle_lease && client != client_) return STATUS_OBJECT_NAME_NOT_FOUND;
  if (persistent_ && !asks_persistent) return STATUS_OBJECT_NAME_NOT_FOUND;
  if (hold_ == HoldKind::none && refuses_without_hold) return STATUS_OBJECT_NAME_NOT_FOUND;
  if (!persistent_ && asks_persistent) return STATUS_INVALID_PARAMETER;
  state_ = State::held;
  presently_ = client;
  return STATUS_SUCCESS;
}

void ExpectedOwner::expire(std::uint64_t now, std::vector<SnapForcedClose>& log) {
  if (state_ == State::orphan && now > deadline_) forced(ForcedClose::timeout, log);
}

}  // namespace procreg::scenarios
