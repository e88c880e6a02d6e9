// Laws of versions on a server: the gate comes first, and a version is that of one create.
#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

constexpr Guid id = Story::guid(0);

SmbCreate with_version(const Site& site, Name conn, std::optional<VersionPair> version) {
  SmbCreate create = site.on(conn);
  create.ai = {id};
  create.av = {version};
  return create;
}

void the_gate_comes_first(Story& story) {
  story.any(choice::smb_close_without_read_access);
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share(0, {.ca = {story.coin()}});
  site.restrict(0, 0, story.one_of({file_write_rights, file_read_rights, FILE_READ_ATTRIBUTES}));
  const VersionPair held_version = any_version(story);
  SmbCreate first = with_version(site, site.connect(0), held_version);
  if (story.coin()) first.dh2q = {DurableRequest{create_guid(0), 0, false}};
  const Name held = site.make(first);
  std::optional<VersionPair> stale{};
  if (story.coin()) stale = VersionPair{held_version.high, held_version.low - (held_version.low > 0 ? 1 : 0)};
  SmbCreate second = with_version(site, site.connect_other_user(1), stale);
  second.desiredAccess = {FileAccess{story.one_of({FILE_GENERIC_WRITE, FILE_GENERIC_READ, FILE_MAXIMUM_ALLOWED})}};
  const Seen before = story.seen();
  site.refused(second, STATUS_FILE_FORCED_CLOSED, "a stale version is told first, also to who cannot read");
  story.must_be_unchanged(before, "and nothing changes");
  site.usable(held, "the old open stays usable");
}

// One open after the other has the file, each by taking over or after the last was closed.
void the_winner_has_its_own_version(Story& story) {
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  story.set(choice::smb_version_on_old_dialect, SmbVersionOnOldDialect::literal_close);
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share();
  Name holder{};
  std::optional<VersionPair> version{};
  const std::uint32_t rounds = story.between(2, 5);
  for (std::uint32_t k = 0; k < rounds; ++k) {
    if (k > 0 && story.coin()) {
      story.must_be(story.close_file(holder), STATUS_SUCCESS, "the holder closes");
      version.reset();
    }
    const bool old_dialect = story.below(3) == 0;
    std::optional<VersionPair> carried = any_version(story);
    if (version && !old_dialect) carried = VersionPair{version->high, version->low + 1};
    if (version && version->low == ~std::uint64_t{0}) return;
    if (!version && story.coin()) carried.reset();
    const Name conn = site.connect(k, old_dialect ? Dialect::smb_3_0_2 : Dialect::smb_3_1_1);
    holder = site.make(with_version(site, conn, carried), "the next one gets the file");
    version = old_dialect ? std::nullopt : carried;
    story.must(site.of(holder).is.version == version, "and has the version that its own create carried");
  }
}

void a_reconnect_keeps_id_and_version(Story& story) {
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  story.set(choice::smb_persistent_reconnect_without_hold, SmbPersistentReconnectWithoutHold::accept);
  const Site site{story};
  site.start({.flavour = {any_new_flavour(story)}});
  site.share(0, {.ca = {true}});
  const std::optional<VersionPair> version = story.coin() ? std::optional{any_version(story)} : std::nullopt;
  const Name conn = site.connect(0);
  SmbCreate first = with_version(site, conn, version);
  first.dh2q = {DurableRequest{create_guid(0), 0, true}};
  any_hold(story, first, 0);
  const Name held = site.make(first);
  story.disconnect(conn);
  SmbCreate again = site.on(site.connect(0, any_dialect(story, Dialect::smb_3_0)));
  again.dh2c = {Reconnect{opened(held), {}, true}};
  again.hold = first.hold;
  again.leaseKey = first.leaseKey;
  if (story.coin()) again.ai = {Story::guid(story.below(2))};
  if (story.coin()) again.av = {any_version(story)};
  const Name back = site.make(again, "a client reconnects");
  story.must(site.of(back).is.appInstanceId == id && site.of(back).is.version == version,
             "id and version stay as they were recorded");
  if (!version) return;
  site.refused(with_version(site, site.connect(1), version), STATUS_FILE_FORCED_CLOSED, "and count as before");
}

}  // namespace

Suite smb_version_laws() {
  static const harness::Property all[] = {
      {"A stale version is told before missing read access", about<"SMB-VER-08">(), run<the_gate_comes_first>},
      {"An open has the version that its own create carried, whatever was there before", about<"SMB-VER-09">(),
       run<the_winner_has_its_own_version>},
      {"A reconnect leaves id and version as they were recorded", about<"SMB-VER-10">(),
       run<a_reconnect_keeps_id_and_version>},
  };
  return all;
}

}  // namespace procreg::scenarios
