// Laws of opens that lost their connection or their hold.
#include "scenarios/properties/check.h"
#include "scenarios/properties/expected_shares.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

SmbCreate sharing(SmbCreate create, const Sharing& how) {
  create.desiredAccess = {FileAccess{how.granted}};
  create.shareAccess = {ShareAccess{how.shared}};
  return create;
}

// Client 0 opens, asks to be durable, and may lock; then its connection is gone.
struct Orphan {
  Name open{};
  Sharing how{};
};

Orphan orphan(Story& story, const Site& site, bool persistent, HoldKind hold, bool locks) {
  const Name conn = site.connect(0);
  const Sharing how = any_sharing(story);
  SmbCreate create = sharing(site.on(conn), how);
  create.dh2q = {DurableRequest{create_guid(0), 0, persistent}};
  create.hold = {hold};
  if (hold == HoldKind::handle_lease) create.leaseKey = {lease_key(0)};
  const Name open = site.make(create);
  if (locks) story.must_be(story.lock(open, 10, 10, LockKind::exclusive), STATUS_SUCCESS, "it locks a range");
  story.must_be(story.disconnect(conn), applied, "its connection is lost");
  story.must(site.of(open).orphan(), "and it is an orphan");
  return {open, how};
}

// The check of SMB-DUR-05 is about the same share and dialects of 3.x: this create comes round it.
SmbCreate around_the_check(Story& story, const Site& site) {
  if (story.coin()) return site.on(site.connect(1), 1);
  return site.on(site.connect(1, any_dialect(story, Dialect::smb_2_0_2, Dialect::smb_2_1)));
}

void an_orphan_blocks_others(Story& story) {
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share(0, {.ca = {true}});
  site.share(1, {.localPath = site.folder(0)});
  const bool locks = story.coin();
  const Orphan held = orphan(story, site, true, HoldKind::none, locks);
  const SmbCreate create = around_the_check(story, site);
  const Sharing mine = any_sharing(story);
  const Name other = story.create_file(sharing(create, mine));
  const bool blocked = conflict(held.how, mine);
  story.must_be(story.last().result, blocked ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS,
                "the share modes of an orphan count");
  story.must(site.of(held.open).orphan(), "and it stays");
  if (blocked) return;
  const std::uint64_t offset = story.between(5, 22);
  const bool meets = locks && offset < 20 && offset + 3 > 10;
  story.must_be(story.lock(other, offset, 3, LockKind::exclusive), meets ? STATUS_LOCK_NOT_GRANTED : STATUS_SUCCESS,
                "and so do its locks");
}

void a_broken_orphan_gives_way(Story& story) {
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share();
  const HoldKind hold = story.one_of({HoldKind::batch, HoldKind::handle_lease});
  const Orphan held = orphan(story, site, false, hold, story.coin());
  const Sharing mine = any_sharing(story);
  SmbCreate create = sharing(site.on(site.connect(story.below(2))), mine);
  if (story.below(3) == 0) create.ai = {story.guid()};
  const Name made = site.make(create, "a durable orphan blocks nobody");
  const bool broken = !attributes_only(mine.granted) && (hold == HoldKind::batch || conflict(held.how, mine));
  if (broken) return site.forced(held.open, ForcedClose::break_, "its hold is broken and it is closed");
  story.must(site.of(held.open).orphan() && site.find(made) != nullptr, "one that nothing breaks stays beside it");
}

void a_broken_hold_no_longer_saves(Story& story) {
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  const bool persistent = story.coin();
  site.share(0, {.ca = {persistent}});
  const Name conn = site.connect(0);
  const HoldKind hold = story.one_of({HoldKind::batch, HoldKind::handle_lease});
  SmbCreate create = sharing(site.on(conn), {FILE_READ_DATA, 7});
  create.dh2q = {DurableRequest{create_guid(0), 0, persistent || story.coin()}};
  create.hold = {hold};
  if (hold == HoldKind::handle_lease) create.leaseKey = {lease_key(0)};
  const Name held = site.make(create);
  const bool conflicts = hold == HoldKind::handle_lease || story.coin();
  story.create_file(sharing(site.on(site.connect(1)), {FILE_READ_DATA, conflicts ? 0U : 7U}));
  story.must_be(story.last().result, conflicts ? STATUS_SHARING_VIOLATION : STATUS_SUCCESS,
                "another client opens the file");
  const SnapOpen& broken = site.of(held).is;
  story.must(broken.hold == HoldKind::none && site.connection_of(conn).breaks == 1, "the hold is broken");
  story.must(broken.isDurable && broken.isPersistent == persistent, "the open is as durable as before");
  story.disconnect(conn);
  if (persistent) return story.must(site.of(held).orphan(), "a persistent one outlives its connection");
  site.forced(held, ForcedClose::disconnect, "but without hold it ends with its connection");
}

}  // namespace

Suite orphan_laws() {
  static const harness::Property all[] = {
      {"Share modes and locks of an orphan count like those of a live open", about<"SMB-DUR-08">(),
       run<an_orphan_blocks_others>},
      {"A durable orphan that a create breaks is closed and blocks no longer", about<"SMB-DUR-09">(),
       run<a_broken_orphan_gives_way>},
      {"An open that loses its hold stays durable, and ends with its connection unless it is persistent",
       about<"SMB-DUR-10">(), run<a_broken_hold_no_longer_saves>},
  };
  return all;
}

}  // namespace procreg::scenarios
