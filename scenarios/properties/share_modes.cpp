// Topic: rights and share modes of any number of opens, held against what each open does and shares.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/expected_shares.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

std::uint32_t any_desired(Story& story) {
  std::uint32_t desired = 0;
  if (story.below(3) == 0)
    desired = story.one_of(
        {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_GENERIC_ALL, FILE_MAXIMUM_ALLOWED, 0U});
  return story.coin() ? desired | any_sharing(story).granted : desired;
}

struct Held {
  Name open{};
  Sharing how{};
};

bool fits(const Sharing& mine, const std::vector<Held>& others) {
  if (attributes_only(mine.granted)) return true;
  return std::none_of(others.begin(), others.end(), [&](const Held& held) { return conflict(held.how, mine); });
}

NtStatus expected(const Sharing& mine, const std::vector<Held>& others) {
  if (mine.granted == 0) return STATUS_ACCESS_DENIED;
  return fits(mine, others) ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION;
}

void share_modes_add_up(Story& story) {
  const Site site{story};
  site.start();
  site.share(0);
  site.share(1, {.localPath = site.folder(0)});
  std::uint32_t allowed = FILE_ALL_RIGHTS;
  if (story.coin()) allowed = story.one_of({file_read_rights, file_write_rights, file_execute_rights | FILE_READ_DATA});
  site.restrict(0, 0, allowed);
  const Name conns[] = {site.connect_other_user(0), site.connect_other_user(1, any_dialect(story, Dialect::smb_2_0_2))};
  std::vector<Held> held;
  for (std::uint32_t left = story.between(2, 7); left > 0; --left) {
    if (!held.empty() && story.below(4) == 0) {
      const std::uint32_t k = story.below(static_cast<std::uint32_t>(held.size()));
      story.must_be(story.close_file(held[k].open), STATUS_SUCCESS, "an open is closed");
      held.erase(held.begin() + k);
    }
    SmbCreate create = site.on(conns[story.below(2)], story.below(2));
    const std::uint32_t desired = any_desired(story);
    const Sharing mine{granted(desired, allowed), story.coin() ? 7 : story.below(8)};
    create.desiredAccess = {FileAccess{desired}};
    create.shareAccess = {ShareAccess{mine.shared}};
    const Name made = story.create_file(create);
    story.must_be(story.last().result, expected(mine, held), "a create succeeds iff all opens share what it does");
    if (story.last().result != STATUS_SUCCESS) continue;
    const SnapOpen& open = site.of(made).is;
    story.must(static_cast<std::uint32_t>(open.granted) == mine.granted, "it has the rights that it may have");
    story.must(static_cast<std::uint32_t>(open.shareAccess) == mine.shared, "and shares what it said");
    held.push_back({made, mine});
  }
}

}  // namespace

Suite share_modes() {
  static const harness::Property all[] = {
      {"A create gets the rights it may have, iff every open on the file shares what it does and the other way round",
       about<"SMB-OPEN-15", "SMB-OPEN-21">(), run<share_modes_add_up>},
  };
  return all;
}

}  // namespace procreg::scenarios
