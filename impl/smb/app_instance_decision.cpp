#include "impl/smb/app_instance_decision.h"

#include <algorithm>

#include "impl/smb/opens.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

// For all that are alike.
bool may_match(const Newcomer& newcomer, const Open& open) noexcept {
  if (open.app_instance != newcomer.app_instance) return false;
  if (open.file != &newcomer.file || open.share != &newcomer.share) return false;
  return matched_client(open) != newcomer.connection.client_guid;
}

bool earlier(const Closing& a, const Closing& b) noexcept { return a.open->durable < b.open->durable; }

// Section 5.1, 2 to 4: into part.closing.
void find_matches(Arena& arena, const Profile& profile, Part& part, const Newcomer& newcomer) noexcept {
  const bool orphans = profile[choice::smb_orphan_client_guid] == SmbOrphanClientGuid::recorded_client_guid;
  const auto add = [&](Open& open) {
    if (orphans || !is_orphan(open)) part.closing.push_back(arena, {&open, ForcedClose::takeover});
  };
  if (may_match(newcomer, newcomer.file.own)) add(newcomer.file.own);
  if (newcomer.file.identified > 0) {
    const std::uint64_t hash = hash_of(newcomer.app_instance, newcomer.file.by_key.hash, newcomer.share);
    for (Open* leader = part.app_instances.first(hash); leader != nullptr; leader = part.app_instances.next(*leader)) {
      if (!may_match(newcomer, *leader)) continue;
      add(*leader);
      for (Open* open = leader->alike; open != nullptr; open = open->by_app_instance.next) add(*open);
    }
  }
  std::sort(part.closing.begin(), part.closing.end(), earlier);
  if (profile[choice::smb_several_matches] != SmbSeveralMatches::oldest_only) return;
  while (part.closing.size() > 1) part.closing.pop_back();
}

// 6.2
bool gate_rejects(const Profile& profile, const Newcomer& newcomer, const Open& open) noexcept {
  if (!open.version) return false;
  if (!newcomer.version) return true;
  if (newcomer.connection.dialect == Dialect::smb_3_1_1) return *newcomer.version <= *open.version;
  return profile[choice::smb_version_on_old_dialect] == SmbVersionOnOldDialect::treat_as_absent;
}

bool can_read(const Newcomer& newcomer) noexcept {
  const std::uint32_t allowed = number(acl_of(newcomer.file, newcomer.connection.user));
  return (allowed & file_read_rights) == file_read_rights;
}

// SMB-AI-11
bool closed_without_read_access(const Profile& profile, const Open& open) noexcept {
  const Flavour flavour = open.share->server->flavour;
  return (flavour == Flavour::generic || flavour == Flavour::ws2016plus) && !open.create_guid && !open.share->ca &&
         profile[choice::smb_close_without_read_access] == SmbCloseWithoutReadAccess::literal;
}

void keep_those_that_stay(const Profile& profile, Part& part) noexcept {
  std::uint32_t closing = 0;
  for (const Closing& match : part.closing)
    if (closed_without_read_access(profile, *match.open)) part.closing[closing++] = match;
  while (part.closing.size() > closing) part.closing.pop_back();
}

}  // namespace

NtStatus decide_app_instance(Arena& arena, const Profile& profile, Part& part, const Newcomer& newcomer) noexcept {
  find_matches(arena, profile, part, newcomer);
  const bool gated = newcomer.share.server->max_dialect == Dialect::smb_3_1_1;
  for (const Closing& match : part.closing) {
    if (!gated || !gate_rejects(profile, newcomer, *match.open)) continue;
    part.closing.clear();
    return NtStatus::STATUS_FILE_FORCED_CLOSED;
  }
  if (!can_read(newcomer)) keep_those_that_stay(profile, part);
  for (const Closing& match : part.closing) {
    match.open->doomed = true;
    prefetch_neighbours(*match.open);
  }
  return NtStatus::STATUS_SUCCESS;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
