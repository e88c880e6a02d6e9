// What an open carries (ccf.md 9).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/ids.h"
#include "api/smb.h"
#include "api/status.h"
#include "impl/ccf/version_table.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Bytes of the extended attribute ClusteredApplicationInstance of an open; nullptr: the open has none.
using ExtendedAttribute = const std::vector<std::uint8_t>*;

struct OpenedTag {
  std::optional<Guid> id{};               // none where it is not sent
  std::optional<KnownVersion> version{};  // there is an id too
  std::uint32_t csv_flags{};
};

// What of its tag an open sends (SMB-OPEN-08): what it does not send is not looked for, and only an open that sends an id
// uses up one of those that untagged opens get (app-instance-untagged-open).
//
//   nothing          a dialect below 3.x, an explicit `ai`; an open that goes to no SMB server
//   id               3.x below 3.1.1, an explicit `av`
//   id_and_version   3.1.1
enum class Sends : std::uint8_t { nothing, id, id_and_version };

// CCF-OPEN-02, CCF-OPEN-03; nullopt: of another length (CCF-OPEN-04).
std::optional<OpenedTag> tag_in(const std::vector<std::uint8_t>& ea) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
