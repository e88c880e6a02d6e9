#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/profile.h"
#include "api/status.h"
#include "impl/smb/create_contexts.h"
#include "impl/smb/server.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A create as it arrives at its server.
struct ArrivedCreate {
  Connection& connection;
  ShareObject* share{};          // nullptr: there is none of that name
  std::optional<FileKey> key{};  // none: without a share, or SMB-OPEN-06
  std::uint32_t desired{};
  std::uint32_t share_access{};
  Disposition disposition{};
  std::span<const std::uint8_t> contexts{};
  bool knows_create_guid{};  // of DH2C: false for a handle whose open had none, so that no GUID in the bytes is its
  HoldKind hold{};
  Guid lease_key{};
  bool encrypted{};
  GivenName name{};  // of the handle
};

// The contexts that the server goes by, once they have passed step 5.
struct ServedContexts {
  std::optional<Guid> app_instance{};
  std::optional<VersionPair> version{};  // on 3.0 and 3.0.2 too (SMB-VER-11)
  std::optional<DurableRequestContext> request{};
  std::optional<DurableReconnectContext> reconnect{};
};

// Steps 2 to 14 of smb.md 4.2, for one create whose part is locked. Decides and changes nothing: opens to close and holds to
// break are listed in the part, those to close are marked as doomed.
class CreatePipeline {
 public:
  CreatePipeline(Arena& arena, const Profile& profile, Part& part, const ArrivedCreate& request) noexcept;

  // Steps 2 to 5. After it `contexts` stand.
  NtStatus admit() noexcept;
  // Steps 7 to 14, of a create without DH2C; again after withdraw().
  NtStatus decide() noexcept;
  // SMB-DUR-07. The ledger's lock is held.
  bool is_duplicate() const noexcept;
  // Nothing is doomed any more, nothing listed.
  void withdraw() noexcept;

  ServedContexts contexts{};
  File* file{};  // nullptr: it does not exist
  std::uint32_t granted{};
  HoldKind hold{};

 private:
  using Step = NtStatus (CreatePipeline::*)() noexcept;
  NtStatus all_of(std::span<const Step> steps) noexcept;

  NtStatus find_share() noexcept;
  NtStatus check_encryption() noexcept;
  NtStatus check_path() noexcept;
  NtStatus check_contexts() noexcept;
  NtStatus check_availability_first() noexcept;
  NtStatus decide_app_instance() noexcept;
  NtStatus check_availability_now() noexcept;
  NtStatus check_create_guid() noexcept;
  NtStatus check_desired_access() noexcept;
  NtStatus check_existence() noexcept;
  NtStatus check_access() noexcept;
  NtStatus check_share_modes() noexcept;

  bool has_wrong_sizes() const noexcept;
  NtStatus check_availability() const noexcept;
  void break_holds(ShareCounts& left) noexcept;
  bool keeps_lease(const Open& holder) const noexcept;
  ShareMode mode() const noexcept { return {granted, request_.share_access}; }

  Arena& arena_;
  const Profile& profile_;
  Part& part_;
  const ArrivedCreate& request_;
  const bool is_3x_;
  const bool is_3_1_1_;
  const DecodedContexts decoded_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
