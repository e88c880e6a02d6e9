#include "model/smb/app_instance.h"

#include <algorithm>

#include "model/smb/contexts.h"
#include "model/smb/file_key.h"
#include "model/smb/flavour.h"
#include "model/smb/forced_close.h"
#include "model/smb/version_gate.h"

namespace procreg::model {

namespace {

using Matches = Small<DurableId, 2>;

// The GUID that counts for an open; nullopt: an orphan that never matches.
std::optional<Guid> client_guid_of(Draft& world, const Server& server, const Open& open, Choices& choices) {
  if (!open.connection.has_value()) {
    const bool recorded = choices.take(choice::smb_orphan_client_guid) == SmbOrphanClientGuid::recorded_client_guid;
    return world.shaped("SMB-AI-09", recorded) ? std::optional{open.client_guid} : std::nullopt;
  }
  const Guid present = find_connection(server, *open.connection)->client_guid;
  if (present == open.client_guid) return present;
  return world.shaped("SMB-AI-08", true) ? present : open.client_guid;
}

// Step 2. A clause is noted where it alone keeps an open from being a match.
bool matches(Draft& world, const Create& create, const Open& open, Choices& choices) {
  const bool same_id = open.app_instance_id == create.contexts.ai;
  const bool same_key = on_key(create, open);
  const bool same_share = open.share == create.share->name;
  if (same_id + same_key + same_share < 2) return false;
  const auto holder = client_guid_of(world, create.server, open, choices);
  if (!holder.has_value()) return false;
  if (*holder == create.connection.client_guid)
    return same_id && same_key && same_share && !world.shaped("SMB-AI-06", true);
  world.applies_if(!open.app_instance_id.has_value(), "SMB-AI-03");
  if (!same_id) return world.shaped("SMB-AI-07", false);
  if (!same_key) return world.shaped("SMB-AI-04", false);
  if (!same_share) return world.shaped("SMB-AI-05", false);
  return true;
}

// Steps 2 to 4, in durableId order.
Matches matches_of(Draft& world, const Create& create, Choices& choices) {
  Matches found;
  for (const Open& open : create.server.opens)
    if (matches(world, create, open, choices)) found.push_back(open.durable_id);
  if (found.size() > 1 && choices.take(choice::smb_several_matches) == SmbSeveralMatches::oldest_only)
    found.erase(found.begin() + 1, found.end());
  return found;
}

// Steps 6 and 7 judge by the same right.
// A file that nobody has made yet is anybody's; only a spoiled SMB-AI-04 asks of one.
bool can_read(const Create& create) {
  const auto place = find_file(create.server, create.key);
  if (!place) return true;
  const File& file = file_of(create.server, *place);
  return (allowed_to(file, create.connection.user) & file_read_rights) == file_read_rights;
}

void note_irrelevant(Draft& world, const Create& create, const Open& open) {
  const Share* share = find_share(create.server, open.share, world.tables());
  const bool encrypted = open.connection.has_value() && find_connection(create.server, *open.connection)->encrypted;
  world.applies_if(encrypted || open.hold != HoldKind::none || open.is_durable || open.owner != create.connection.user,
                   "SMB-AI-13");
  world.applies_if(share->ca && !open.create_guid.has_value(), "SMB-AI-12");
  world.applies_if(!create.contexts.dh2q.has_value(), "SMB-AI-14");
  world.applies_if(had_takeover(create.server) && !open.version.has_value(), "SMB-AI-20");
}

void take_over(Edit& next, Create& create, DurableId id) {
  const Open& open = *find_open(create.server, id);
  create.took_over = true;
  create.lost_version = create.lost_version || open.version.has_value();
  force_close(next, create.index, id, ForcedClose::takeover);
}

// Step 7: the user cannot read.
bool closes_without_read_access(Draft& world, const Create& create, const Open& open, Choices& choices) {
  const Share* share = find_share(create.server, open.share, world.tables());
  const bool conditions = has_second_close_rule(create.server.flavour) && !open.create_guid.has_value() && !share->ca;
  return world.shaped("SMB-AI-11", conditions && choices.take(choice::smb_close_without_read_access) ==
                                                     SmbCloseWithoutReadAccess::literal);
}

}  // namespace

Failure takes_over(Edit& next, Create& create, Choices& choices) {
  if (!create.contexts.ai.has_value()) return no_failure;   // 1
  const Matches found = matches_of(next, create, choices);  // 2 to 4
  if (found.empty()) return no_failure;
  const bool reads = can_read(create);
  for (const DurableId id : found) note_irrelevant(next, create, *find_open(create.server, id));

  for (const DurableId id : found) {  // 5
    if (!gate_rejects(next, create, *find_open(create.server, id), choices)) continue;
    next.applies_if(!reads, "SMB-VER-08");
    return {NtStatus::STATUS_FILE_FORCED_CLOSED, "SMB-VER-07"};
  }
  for (const DurableId id : found) {  // 6, 7
    if (reads) {
      next.effect("SMB-AI-10", [&] { take_over(next, create, id); });
    } else if (closes_without_read_access(next, create, *find_open(create.server, id), choices)) {
      take_over(next, create, id);
    }
  }
  return no_failure;
}

}  // namespace procreg::model
