#include "impl/smb/reconnect.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

class Reconnection {
 public:
  Reconnection(const Profile& profile, const ArrivedCreate& request, const DurableReconnectContext& reconnect) noexcept
      : profile_{profile}, request_{request}, reconnect_{reconnect}, server_{*request.connection.server} {}

  Open* find() const noexcept {
    Open* open = server_.handles.find(static_cast<DurableId>(reconnect_.durable_id)).open;
    if (open != nullptr) return open;
    const bool by_guid = reconnect_.persistent && request_.share->ca && persistent_handles_usable(request_.connection);
    return by_guid && request_.knows_create_guid ? first_named() : nullptr;
  }

  NtStatus judge(const Open& open) const noexcept {
    if (!is_found(open) || !has_lease_of(open) || is_refused_without_flag(open))
      return NtStatus::STATUS_OBJECT_NAME_NOT_FOUND;
    const bool flag_refused = !open.is_persistent && reconnect_.persistent && is_strict();
    if (flag_refused || names_other_file(open)) return NtStatus::STATUS_INVALID_PARAMETER;
    if (open.owner != request_.connection.user) return NtStatus::STATUS_ACCESS_DENIED;
    return NtStatus::STATUS_SUCCESS;
  }

 private:
  Open* first_named() const noexcept {
    const auto& opens = server_.ledger.create_guids;
    Open* lowest = nullptr;
    for (Open* open = opens.first(hash_of(reconnect_.create_guid)); open != nullptr; open = opens.next(*open)) {
      if (open->create_guid != reconnect_.create_guid) continue;
      if (lowest == nullptr || open->durable < lowest->durable) lowest = open;
    }
    return lowest;
  }

  bool is_found(const Open& open) const noexcept {
    return is_orphan(open) && request_.knows_create_guid && open.create_guid == reconnect_.create_guid &&
           open.is_durable;
  }

  bool has_lease_of(const Open& open) const noexcept {
    const bool leased = open.hold == HoldKind::handle_lease;
    if (leased != (request_.hold == HoldKind::handle_lease)) return false;
    return !leased || (open.client_guid == request_.connection.client_guid && open.lease_key == request_.lease_key);
  }

  // Rows "DH2C without persistent flag on a persistent open" and "... with ... on a non-persistent open" of smb.md 2.2.
  bool is_strict() const noexcept {
    return server_.flavour == Flavour::generic || server_.flavour == Flavour::ws2016plus;
  }
  bool is_refused_without_flag(const Open& open) const noexcept {
    if (!open.is_persistent) return false;
    const bool holds_nothing = open.hold == HoldKind::none;
    if (!reconnect_.persistent && (is_strict() || holds_nothing)) return true;
    return holds_nothing &&
           profile_[choice::smb_persistent_reconnect_without_hold] == SmbPersistentReconnectWithoutHold::refuse;
  }

  bool names_other_file(const Open& open) const noexcept {
    if (open.hold != HoldKind::handle_lease) return false;
    if (!request_.key) return true;
    return request_.key->known != nullptr ? request_.key->known != open.file : !names(*request_.key, open.file->key);
  }

  const Profile& profile_;
  const ArrivedCreate& request_;
  const DurableReconnectContext& reconnect_;
  const Server& server_;
};

}  // namespace

Reclaimed reclaim(const Profile& profile, const ArrivedCreate& request,
                  const DurableReconnectContext& reconnect) noexcept {
  const Reconnection reconnection{profile, request, reconnect};
  Open* open = reconnection.find();
  if (open == nullptr) return {nullptr, NtStatus::STATUS_OBJECT_NAME_NOT_FOUND};
  return {open, reconnection.judge(*open)};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
