#include "impl/smb/create_pipeline.h"

#include <algorithm>
#include <array>

#include "impl/smb/app_instance_decision.h"
#include "impl/smb/opens.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr auto ok = NtStatus::STATUS_SUCCESS;
// An open with these rights at most breaks no hold and meets no share mode (smb.md 4.3, 1).
constexpr std::uint32_t attribute_rights = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | FILE_SYNCHRONIZE;

// What the generic bits of a mask stand for, and the others.
std::uint32_t expanded(std::uint32_t mask) noexcept {
  constexpr std::array<std::array<std::uint32_t, 2>, 4> generics{{{FILE_GENERIC_ALL, FILE_ALL_RIGHTS},
                                                                  {FILE_GENERIC_EXECUTE, file_execute_rights},
                                                                  {FILE_GENERIC_WRITE, file_write_rights},
                                                                  {FILE_GENERIC_READ, file_read_rights}}};
  for (const auto& [generic, rights] : generics)
    if ((mask & generic) != 0) mask = (mask & ~generic) | rights;
  return mask;
}

}  // namespace

CreatePipeline::CreatePipeline(Arena& arena, const Profile& profile, Part& part, const ArrivedCreate& request) noexcept
    : arena_{arena},
      profile_{profile},
      part_{part},
      request_{request},
      is_3x_{is_3x(request.connection.dialect)},
      is_3_1_1_{request.connection.dialect == Dialect::smb_3_1_1},
      decoded_{decode_contexts(request.contexts)} {
  part.closing.clear();
  part.broken.clear();
}

NtStatus CreatePipeline::all_of(std::span<const Step> steps) noexcept {
  for (const Step step : steps)
    if (const NtStatus status = (this->*step)(); status != ok) return status;
  return ok;
}

NtStatus CreatePipeline::admit() noexcept {
  static constexpr std::array<Step, 4> steps{&CreatePipeline::find_share, &CreatePipeline::check_encryption,
                                             &CreatePipeline::check_path, &CreatePipeline::check_contexts};
  return all_of(steps);
}

NtStatus CreatePipeline::decide() noexcept {
  static constexpr std::array<Step, 8> steps{&CreatePipeline::check_availability_first,
                                             &CreatePipeline::decide_app_instance,
                                             &CreatePipeline::check_availability_now,
                                             &CreatePipeline::check_create_guid,
                                             &CreatePipeline::check_desired_access,
                                             &CreatePipeline::check_existence,
                                             &CreatePipeline::check_access,
                                             &CreatePipeline::check_share_modes};
  file = find_file(part_, *request_.connection.server, *request_.key);
  return all_of(steps);
}

void CreatePipeline::withdraw() noexcept {
  for (const Closing& closing : part_.closing) closing.open->doomed = false;
  part_.closing.clear();
  part_.broken.clear();
}

// --- Steps 2 to 5 ---

NtStatus CreatePipeline::find_share() noexcept {
  return request_.share == nullptr ? NtStatus::STATUS_BAD_NETWORK_NAME : ok;
}

NtStatus CreatePipeline::check_encryption() noexcept {
  return encryption_suffices(request_.connection, *request_.share, request_.encrypted) ? ok
                                                                                       : NtStatus::STATUS_ACCESS_DENIED;
}

NtStatus CreatePipeline::check_path() noexcept {
  const bool reconnects = is_3x_ && decoded_[ContextKind::durable_reconnect];
  return reconnects || request_.key ? ok : NtStatus::STATUS_OBJECT_NAME_INVALID;
}

bool CreatePipeline::has_wrong_sizes() const noexcept {
  if (!is_3x_) return false;
  return has_wrong_size(decoded_, ContextKind::app_instance_id) ||
         (is_3_1_1_ && has_wrong_size(decoded_, ContextKind::app_instance_version)) ||
         has_wrong_size(decoded_, ContextKind::durable_request) ||
         has_wrong_size(decoded_, ContextKind::durable_reconnect);
}

NtStatus CreatePipeline::check_contexts() noexcept {
  if (decoded_.fault || has_wrong_sizes()) return NtStatus::STATUS_INVALID_PARAMETER;
  if (!is_3x_) return ok;
  contexts = {app_instance_id(decoded_),
              is_3_1_1_ ? app_instance_version(decoded_) : app_instance_version_unchecked(decoded_),
              durable_request(decoded_), durable_reconnect(decoded_)};
  if (contexts.request && contexts.reconnect) return NtStatus::STATUS_INVALID_PARAMETER;
  const bool zero_id_ignored = profile_[choice::smb_zero_app_instance_id] == SmbZeroAppInstanceId::ignored;
  if (zero_id_ignored && contexts.app_instance == zero_guid) contexts.app_instance.reset();
  const bool zero_version_absent = profile_[choice::smb_version_zero] == SmbVersionZero::absent;
  if (!contexts.app_instance || (zero_version_absent && contexts.version == VersionPair{})) contexts.version.reset();
  return ok;
}

// --- Steps 7 to 10 ---

NtStatus CreatePipeline::check_availability_first() noexcept {
  return profile_[choice::smb_not_available_order] == SmbNotAvailableOrder::not_available_first ? check_availability()
                                                                                                : ok;
}

NtStatus CreatePipeline::check_availability_now() noexcept {
  return profile_[choice::smb_not_available_order] == SmbNotAvailableOrder::takeover_first ? check_availability() : ok;
}

// SMB-DUR-05. Doomed opens are of this file and share.
NtStatus CreatePipeline::check_availability() const noexcept {
  if (!is_3x_ || file == nullptr) return ok;
  std::uint32_t orphans = persistent_orphans(*file, *request_.share);
  for (const Closing& closing : part_.closing)
    if (is_orphan(*closing.open) && closing.open->is_persistent) --orphans;
  return orphans > 0 ? NtStatus::STATUS_FILE_NOT_AVAILABLE : ok;
}

NtStatus CreatePipeline::decide_app_instance() noexcept {
  if (!contexts.app_instance || file == nullptr) return ok;
  return impl::decide_app_instance(
      arena_, profile_, part_, {request_.connection, *request_.share, *file, *contexts.app_instance, contexts.version});
}

NtStatus CreatePipeline::check_create_guid() noexcept {
  if (!contexts.request) return ok;
  const std::scoped_lock lock{request_.connection.server->ledger.lock};
  return is_duplicate() ? NtStatus::STATUS_DUPLICATE_OBJECTID : ok;
}

// Whether an open is doomed is asked of this create's closes: those of other parts are not for it to look at.
bool CreatePipeline::is_duplicate() const noexcept {
  const Guid& named = contexts.request->create_guid;
  const auto& opens = request_.connection.server->ledger.create_guids;
  for (const Open* open = opens.first(hash_of(named)); open != nullptr; open = opens.next(*open)) {
    if (!open->replay_eligible || open->create_guid != named) continue;
    if (open->client_guid != request_.connection.client_guid) continue;
    if (std::none_of(part_.closing.begin(), part_.closing.end(), [&](auto& closing) { return closing.open == open; }))
      return true;
  }
  return false;
}

// --- Steps 11 to 14 ---

NtStatus CreatePipeline::check_desired_access() noexcept {
  return request_.desired == 0 ? NtStatus::STATUS_ACCESS_DENIED : ok;
}

NtStatus CreatePipeline::check_existence() noexcept {
  if (file == nullptr && request_.disposition == Disposition::OPEN) return NtStatus::STATUS_OBJECT_NAME_NOT_FOUND;
  if (file != nullptr && request_.disposition == Disposition::CREATE) return NtStatus::STATUS_OBJECT_NAME_COLLISION;
  return ok;
}

NtStatus CreatePipeline::check_access() noexcept {
  const std::uint32_t allowed = file == nullptr ? FILE_ALL_RIGHTS : number(acl_of(*file, request_.connection.user));
  const std::uint32_t asked = expanded(request_.desired);
  const std::uint32_t rights = asked & ~FILE_MAXIMUM_ALLOWED;
  if ((rights & ~allowed) != 0) return NtStatus::STATUS_ACCESS_DENIED;
  granted = rights == asked ? rights : allowed;
  if (granted == 0) return NtStatus::STATUS_ACCESS_DENIED;
  if ((granted & FILE_EXECUTE) != 0) granted |= FILE_READ_DATA;
  return ok;
}

NtStatus CreatePipeline::check_share_modes() noexcept {
  if (file != nullptr && (granted & ~attribute_rights) != 0) {
    ShareCounts left = file->modes;
    for (const Closing& closing : part_.closing) left.remove(mode_of(*closing.open));
    break_holds(left);
    if (left.conflict(mode())) return NtStatus::STATUS_SHARING_VIOLATION;
  }
  const bool alone = file == nullptr || file->opens == part_.closing.size();
  hold = request_.hold == HoldKind::batch && !alone ? HoldKind::none : request_.hold;
  return ok;
}

void CreatePipeline::break_holds(ShareCounts& left) noexcept {
  if (file->batches == 0 && !left.conflict(mode())) return;  // then no lease conflicts either
  for (Open* holder = file->first_holder; holder != nullptr; holder = holder->next_holder) {
    const bool in_the_way = holder->hold == HoldKind::batch || conflict(mode(), mode_of(*holder));
    if (holder->doomed || !in_the_way || keeps_lease(*holder)) continue;
    if (!is_orphan(*holder)) {
      part_.broken.push_back(arena_, holder);
      continue;
    }
    holder->doomed = true;
    left.remove(mode_of(*holder));
    part_.closing.push_back(arena_, {holder, ForcedClose::break_});
  }
}

bool CreatePipeline::keeps_lease(const Open& holder) const noexcept {
  return request_.hold == HoldKind::handle_lease && holder.hold == HoldKind::handle_lease &&
         holder.lease_key == request_.lease_key && holder.client_guid == request_.connection.client_guid;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
