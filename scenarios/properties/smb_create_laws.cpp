// Laws of creates: their contexts are a set, and one that fails leaves no open.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

// --- Contexts ---

// Their order within the bytes of a request is for impl/smb/create_contexts_test.cpp.

void every_context_counts(Story& story) {
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  const Site site{story};
  site.start_any(Dialect::smb_3_0);
  site.share(0, {.ca = {story.coin()}});
  const Dialect highest = site.seen().head.maxDialect;
  const Dialect dialect = any_dialect(story, Dialect::smb_2_0_2, highest);
  SmbCreate create = site.on(site.connect(0, dialect));
  if (story.coin()) create.ai = {story.guid()};
  if (story.coin()) create.av = {any_version(story)};
  if (story.coin()) create.dh2q = {DurableRequest{create_guid(0), story.below(2000), story.coin()}};
  const SnapOpen made = site.of(site.make(create)).is;
  const bool durable = create.dh2q.value && is_3x(dialect);
  const bool id = create.ai.value && is_3x(dialect) && (highest == Dialect::smb_3_1_1 || durable);
  const bool version = id && create.av.value && dialect == Dialect::smb_3_1_1;
  story.must(made.appInstanceId == (id ? create.ai.value : std::nullopt), "the id counts whatever comes with it");
  story.must(made.version == (version ? create.av.value : std::nullopt), "so does the version of an id");
  story.must(made.createGuid.has_value() == durable && made.isDurable == durable, "and so does the durable request");
}

// --- Failures ---

// One create of client 1 that may fail at any step of 4.2.
SmbCreate any_create(Story& story, const Site& site, Name conn, Name held) {
  SmbCreate create = site.on(conn, 0, story.below(Site::files));
  if (story.below(8) == 0) create.share = site.other_user();
  if (story.below(8) == 0) create.path = site.folder(0);
  if (story.below(6) == 0) create.desiredAccess = {FileAccess{story.one_of<std::uint32_t>({0, FILE_GENERIC_ALL})}};
  if (story.below(4) == 0) create.disposition = {story.one_of({Disposition::OPEN, Disposition::CREATE})};
  if (story.below(3) == 0) create.shareAccess = {ShareAccess{7}};
  if (story.coin()) create.ai = {Story::guid(story.below(2))};
  if (create.ai.value && story.below(4) == 0) create.aiLength = {ContextLength{19}};
  if (story.below(3) == 0) create.av = {any_version(story)};
  if (story.below(4) == 0) create.dh2q = {DurableRequest{create_guid(story.below(3)), 0, story.coin()}};
  if (story.below(8) == 0) create.dh2c = {Reconnect{opened(held), {}, story.coin()}};
  any_hold(story, create, 1);
  return create;
}

bool closed_by_the_create(const SeenServer& now, std::size_t from, DurableId open) {
  return std::any_of(now.forced_closes.begin() + static_cast<std::ptrdiff_t>(from), now.forced_closes.end(),
                     [&](const SnapForcedClose& closed) {
                       return closed.open == open &&
                              (closed.reason == ForcedClose::takeover || closed.reason == ForcedClose::break_);
                     });
}

SeenOpen without_hold(SeenOpen open) {
  open.is.hold = HoldKind::none;
  open.is.leaseKey.reset();
  return open;
}

// Nothing is new, and what is gone was taken over or broken.
void left_by_a_failure(Story& story, const SeenServer& before, const SeenServer& now) {
  story.must(
      before.head.nextDurableId == now.head.nextDurableId && before.head.nextVolatileId == now.head.nextVolatileId,
      "a create that fails takes no id");
  story.must(before.files.size() == now.files.size(), "it makes no file");
  std::size_t left = 0;
  for (const SeenOpen& was : before.opens) {
    const SeenOpen* is = now.open(was.is.durableId);
    const bool closed = closed_by_the_create(now, before.forced_closes.size(), was.is.durableId);
    story.must((is == nullptr) == closed, "an open that it closed is logged and stays closed");
    if (is == nullptr) continue;
    ++left;
    story.must(same(*is, was) || same(*is, without_hold(was)), "another one loses its hold at most");
  }
  story.must(left == now.opens.size(), "and it leaves no open");
}

void a_failure_leaves_no_open(Story& story) {
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share(0, {.ca = {story.coin()}});
  if (story.coin()) site.restrict(0, 0, story.one_of({file_read_rights, file_write_rights}));
  const Name conn = site.connect(0);
  const Name rival = story.coin() ? site.connect_other_user(1) : site.connect(1);
  SmbCreate first = site.on(conn);
  first.ai = {Story::guid(0)};
  if (story.coin()) first.av = {any_version(story)};
  if (story.coin()) first.dh2q = {DurableRequest{create_guid(0), 0, story.coin()}};
  any_hold(story, first, 0);
  const Name held = site.make(first);
  if (story.below(4) == 0) story.disconnect(conn);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const SmbCreate create = any_create(story, site, rival, held);
    const SeenServer before = site.seen();
    story.create_file(create);
    if (story.last().result != STATUS_SUCCESS) left_by_a_failure(story, before, site.seen());
  }
}

}  // namespace

Suite smb_create_laws() {
  static const harness::Property all[] = {
      {"Contexts of a create, which a step gives in no order, each count whichever others come with it",
       about<"SMB-OPEN-13">(), run<every_context_counts>},
      {"A create that fails leaves no open, and what it closed stays closed", about<"SMB-OPEN-14">(),
       run<a_failure_leaves_no_open>},
  };
  return all;
}

}  // namespace procreg::scenarios
