#include "model/smb/share_modes.h"

#include <algorithm>

#include "model/smb/forced_close.h"

namespace procreg::model {

namespace {

// What one side has and what it lets others have.
struct Use {
  std::uint32_t granted{};
  std::uint32_t shared{};
};

Use use_of(const Open& open) {
  return {static_cast<std::uint32_t>(open.granted), static_cast<std::uint32_t>(open.share_access)};
}
Use use_of(const Create& create) {
  return {create.granted, static_cast<std::uint32_t>(create.call.shareAccess.value.value_or(ShareAccess{0}))};
}

bool excludes(const Use& y, const Use& x) {
  const bool reads = (x.granted & (FILE_READ_DATA | FILE_EXECUTE)) != 0;
  const bool writes = (x.granted & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0;
  const bool deletes = (x.granted & FILE_DELETE) != 0;
  return (reads && (y.shared & FILE_SHARE_READ) == 0) || (writes && (y.shared & FILE_SHARE_WRITE) == 0) ||
         (deletes && (y.shared & FILE_SHARE_DELETE) == 0);
}

bool conflict(const Use& a, const Use& b) {
  const bool both = (a.granted & file_data_rights) != 0 && (b.granted & file_data_rights) != 0;
  return both && (excludes(a, b) || excludes(b, a));
}

// The lease that the newcomer asks for is the one that the open has.
bool shares_lease(const Create& create, const Open& open) {
  return wanted_hold(create) == HoldKind::handle_lease && open.lease_key == lease_key(create) &&
         open.client_guid == create.connection.client_guid;
}

bool is_broken(const Create& create, const Open& open) {
  if (shares_lease(create, open)) return false;
  return open.hold == HoldKind::batch ||
         (open.hold == HoldKind::handle_lease && conflict(use_of(create), use_of(open)));
}

void break_hold(Edit& next, const Create& create, const Open& open) {
  if (!open.connection.has_value()) {
    next.applies("SMB-DUR-09");
    return force_close(next, create.index, open.durable_id, ForcedClose::break_);
  }
  next.applies_if(open.is_durable, "SMB-DUR-10");
  Open& live = next.open(create.index, open.durable_id);
  live.hold = HoldKind::none;
  live.lease_key.reset();
  ++next.connection(create.index, *open.connection).breaks;
}

bool needs_attributes_only(std::uint32_t granted) {
  return (granted & ~(FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | FILE_SYNCHRONIZE)) == 0;
}

}  // namespace

Failure shares(Edit& next, const Create& create) {
  if (needs_attributes_only(create.granted)) return no_failure;  // 1
  const Opens before = create.server.opens;
  for (const Open& open : before) {  // 2
    if (on_key(create, open) && is_broken(create, open)) break_hold(next, create, open);
  }
  for (const Open& open : create.server.opens) {  // 3
    if (!on_key(create, open) || !conflict(use_of(create), use_of(open))) continue;
    next.applies_if(!open.connection.has_value(), "SMB-DUR-08");
    next.applies_if(had_takeover(create.server) && !create.contexts.ai.has_value(), "SMB-AI-21");
    return {NtStatus::STATUS_SHARING_VIOLATION, "SMB-OPEN-14"};
  }
  return no_failure;
}

HoldKind granted_hold(Draft& world, const Create& create) {
  const HoldKind wanted = wanted_hold(create);
  if (wanted == HoldKind::none) return wanted;
  const Opens& opens = create.server.opens;
  const bool alone = std::none_of(opens.begin(), opens.end(), [&](const Open& open) { return on_key(create, open); });
  return world.shaped("SMB-DUR-02", wanted == HoldKind::batch && !alone ? HoldKind::none : wanted);
}

}  // namespace procreg::model
