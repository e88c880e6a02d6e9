// Laws of the AppInstance decision: what is matched, what does not matter, and what the loser can do.
#include <utility>

#include "scenarios/properties/check.h"
#include "scenarios/properties/expected_shares.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

// Client 0 holds the file of a share; client 1 comes.
struct Rivals {
  Site site;
  Name first{};
  Name second{};

  explicit Rivals(Story& story) : site{story} {}
  void meet(Story& story, Dialect highest, SmbShare share = {}) {
    const bool older = highest < Dialect::smb_3_1_1;
    site.start({.maxDialect = {highest}, .flavour = {older ? Flavour::generic : any_new_flavour(story)}});
    site.share(0, share);
  }
};

SmbCreate with_id(const Site& site, Name conn, Guid id, std::optional<VersionPair> version = {}) {
  SmbCreate create = site.on(conn);
  create.ai = {id};
  create.av = {version};
  return create;
}

DurableRequest request(std::uint32_t k, bool persistent = false) { return {create_guid(k), 0, persistent}; }

// --- Matching ---

void an_open_without_id_never_matches(Story& story) {
  const std::uint32_t why = story.below(3);
  Rivals rivals{story};
  rivals.meet(story, why == 2 ? any_dialect(story, Dialect::smb_3_0, Dialect::smb_3_0_2) : Dialect::smb_3_1_1);
  const Site& site = rivals.site;
  const Dialect highest = site.seen().head.maxDialect;
  const Dialect old = any_dialect(story, Dialect::smb_2_0_2, Dialect::smb_2_1);
  const Guid id = story.guid();
  SmbCreate first = site.on(site.connect(0, why == 1 ? old : highest));
  if (why != 0) first.ai = {id};
  const Name held = site.make(first);
  SmbCreate second = with_id(site, site.connect(1, highest), story.coin() ? id : zero_guid);
  if (story.coin()) second.av = {any_version(story)};
  if (story.coin()) second.dh2q = {request(1)};
  site.refused(second, STATUS_SHARING_VIOLATION, "an open without a recorded id is no match");
  site.usable(held, "and stays");
  story.must(site.forced_closes() == 0, "nothing is closed");
}

void a_ca_share_has_one_rule(Story& story) {
  story.any(choice::smb_close_without_read_access);
  Rivals rivals{story};
  rivals.meet(story, Dialect::smb_3_1_1, {.ca = {true}});
  const Site& site = rivals.site;
  const bool reads = story.coin();
  const std::uint32_t missing = story.one_of({FILE_READ_DATA, file_read_rights & ~file_write_rights});
  site.restrict(0, 0, file_write_rights | (reads ? file_read_rights : file_read_rights & ~missing));
  const Name held = site.make(with_id(site, site.connect(0), Story::guid(0)));
  SmbCreate second = with_id(site, site.connect_other_user(1), Story::guid(0));
  second.desiredAccess = {FileAccess{FILE_GENERIC_WRITE}};
  if (reads) {
    site.make(second, "a user that can read takes over");
    return site.forced(held, ForcedClose::takeover, "and the old open is closed");
  }
  site.refused(second, STATUS_SHARING_VIOLATION, "on a ca share one that cannot read does not");
  site.usable(held, "and the old open stays");
}

void what_is_matched_does_not_matter(Story& story) {
  Rivals rivals{story};
  rivals.meet(story, Dialect::smb_3_1_1, {.ca = {story.coin()}});
  const Site& site = rivals.site;
  SmbConnect with{.encrypted = {story.coin()}};
  if (story.coin()) with.user = {site.other_user().ref};
  const Name conn = site.connect(0, any_dialect(story, Dialect::smb_3_0), with);
  SmbCreate first = with_id(site, conn, Story::guid(0));
  if (story.coin()) first.dh2q = {request(0, story.coin())};
  any_hold(story, first, 0);
  const Name held = site.make(first);
  story.must(site.of(held).is.hold == first.hold.value, "the first open has its hold");
  const Name winner = site.make(with_id(site, site.connect(1), Story::guid(0)), "a takeover asks for the id alone");
  site.forced(held, ForcedClose::takeover, "not for encryption, hold, durability or user of the old open");
  story.must(site.connection_of(conn).breaks == 0, "and nobody is told of a break");
  site.dead(held, "the old handle is dead");
  site.usable(winner, "the new one works");
}

void a_durable_request_only_records(Story& story) {
  Rivals rivals{story};
  rivals.meet(story, any_dialect(story, Dialect::smb_3_0));
  const Site& site = rivals.site;
  const Dialect highest = site.seen().head.maxDialect;
  SmbCreate first = with_id(site, site.connect(0, highest), Story::guid(0));
  first.dh2q = {request(0)};
  const Name held = site.make(first);
  SmbCreate second = with_id(site, site.connect(1, highest), Story::guid(0));
  if (story.below(3) == 0) second.dh2q = {request(1)};
  const Name winner = site.make(second, "an id without a durable request decides in full");
  site.forced(held, ForcedClose::takeover, "the old open is closed");
  const bool recorded = highest == Dialect::smb_3_1_1 || second.dh2q.value;
  story.must(site.of(winner).is.appInstanceId.has_value() == recorded, "only recording can depend on the request");
  const SmbCreate third = with_id(site, site.connect(2, highest), Story::guid(0));
  if (!recorded) return site.refused(third, STATUS_SHARING_VIOLATION, "an id that is not recorded is no match");
  site.make(third, "one that is recorded is");
  site.dead(winner, "and is taken over in turn");
}

// --- A takeover for nothing ---

// Why a create fails after its takeover.
enum class Fails : std::uint8_t { no_access_asked, file_exists, access, create_guid, sharing };

NtStatus answer_of(Fails why) {
  switch (why) {
    case Fails::no_access_asked:
    case Fails::access:
      return STATUS_ACCESS_DENIED;
    case Fails::file_exists:
      return STATUS_OBJECT_NAME_COLLISION;
    case Fails::create_guid:
      return STATUS_DUPLICATE_OBJECTID;
    default:
      return STATUS_SHARING_VIOLATION;
  }
}

// The create of client 1 that takes over and then fails. What else it takes is made first.
SmbCreate failing(const Site& site, Fails why, Name conn) {
  SmbCreate create = with_id(site, conn, Story::guid(0));
  switch (why) {
    case Fails::no_access_asked:
      create.desiredAccess = {FileAccess{0}};
      break;
    case Fails::file_exists:
      create.disposition = {Disposition::CREATE};
      break;
    case Fails::access:
      site.restrict(0, 0, file_read_rights);
      break;
    case Fails::create_guid: {
      SmbCreate other = site.on(conn, 0, 1);
      other.dh2q = {request(1)};
      site.make(other);
      create.dh2q = other.dh2q;
      break;
    }
    case Fails::sharing: {
      SmbCreate bystander = site.on(site.connect(2));
      bystander.desiredAccess = {FileAccess{FILE_GENERIC_READ}};
      bystander.shareAccess = {ShareAccess{FILE_SHARE_READ}};
      site.make(bystander);
      break;
    }
  }
  return create;
}

void a_failing_takeover_frees_the_file(Story& story) {
  const auto why =
      story.one_of({Fails::no_access_asked, Fails::file_exists, Fails::access, Fails::create_guid, Fails::sharing});
  Rivals rivals{story};
  rivals.meet(story, Dialect::smb_3_1_1);
  const Site& site = rivals.site;
  SmbCreate first = with_id(site, site.connect(0), Story::guid(0));
  first.desiredAccess = {FileAccess{FILE_GENERIC_READ}};
  first.shareAccess = {ShareAccess{FILE_SHARE_READ}};
  const Name held = site.make(first);
  const SmbCreate second = failing(site, why, site.connect_other_user(1));
  site.refused(second, answer_of(why), "a create fails after its takeover");
  site.forced(held, ForcedClose::takeover, "the old open stays closed");
  site.dead(held, "and its handle dead");
  story.must(site.opens_of(0, 0).size() == (why == Fails::sharing ? 1U : 0U), "the file is held by nobody else");
}

// --- Losers ---

void a_loser_meets_the_gate(Story& story) {
  story.set(choice::smb_version_zero, SmbVersionZero::real_version);
  Rivals rivals{story};
  rivals.meet(story, Dialect::smb_3_1_1);
  const Site& site = rivals.site;
  VersionPair low = any_version(story);
  VersionPair high = any_version(story);
  if (low == high) high = {low.high, low.low ^ 1U};
  if (high < low) std::swap(low, high);
  const bool had_version = story.coin();
  const Name conn = site.connect(0);
  const Name held = site.make(with_id(site, conn, Story::guid(0), had_version ? std::optional{low} : std::nullopt));
  const Name winner = site.make(with_id(site, site.connect(1), Story::guid(0), high), "a greater version wins");
  site.forced(held, ForcedClose::takeover, "the old open is closed");
  std::optional<VersionPair> again{};
  if (story.below(4) != 0) again = story.coin() ? any_version(story) : story.one_of({low, high});
  const SmbCreate back = with_id(site, conn, Story::guid(0), again);
  if (again && *again > high) {
    site.make(back, "the loser comes back with a strictly newer version");
    return site.dead(winner, "and wins in turn");
  }
  site.refused(back, STATUS_FILE_FORCED_CLOSED, "otherwise the gate rejects the loser like any newcomer");
  site.usable(winner, "and the winner stays");
}

void without_versions_there_is_no_end(Story& story) {
  Rivals rivals{story};
  rivals.meet(story, any_dialect(story, Dialect::smb_3_0));
  const Site& site = rivals.site;
  const Dialect highest = site.seen().head.maxDialect;
  const Name conns[] = {site.connect(0, highest), site.connect(1, any_dialect(story, Dialect::smb_3_0, highest))};
  Name holder{};
  const std::uint32_t rounds = story.between(2, 6);
  for (std::uint32_t k = 0; k < rounds; ++k) {
    SmbCreate create = with_id(site, conns[k % 2], Story::guid(0));
    if (highest != Dialect::smb_3_1_1 || story.coin()) create.dh2q = {request(k)};
    const Name made = site.make(create, "without versions the loser takes the file back, again and again");
    if (k > 0) site.forced(holder, ForcedClose::takeover, "evicting who evicted it");
    holder = made;
  }
  story.must(site.forced_closes() == rounds - 1, "once each time");
}

void without_id_a_loser_has_to_share(Story& story) {
  Rivals rivals{story};
  rivals.meet(story, Dialect::smb_3_1_1);
  const Site& site = rivals.site;
  const Name conn = site.connect(0);
  const Name held = site.make(with_id(site, conn, Story::guid(0)));
  const Sharing its = any_sharing(story);
  SmbCreate second = with_id(site, site.connect(1), Story::guid(0));
  second.desiredAccess = {FileAccess{its.granted}};
  second.shareAccess = {ShareAccess{its.shared}};
  const Name winner = site.make(second);
  site.forced(held, ForcedClose::takeover, "the first is taken over");
  const Sharing mine = any_sharing(story);
  SmbCreate back = site.on(conn);
  back.desiredAccess = {FileAccess{mine.granted}};
  back.shareAccess = {ShareAccess{mine.shared}};
  const bool shared = !conflict(mine, its);
  story.create_file(back);
  story.must_be(story.last().result, shared ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION,
                "without an id the loser comes in by share modes alone");
  story.must(site.find(winner) != nullptr && site.forced_closes() == 1, "and the winner stays");
}

}  // namespace

Suite takeover_laws() {
  static const harness::Property all[] = {
      {"An open whose id is not recorded is never taken over", about<"SMB-AI-03">(),
       run<an_open_without_id_never_matches>},
      {"On a ca share an open without durable request is taken over by those who can read only", about<"SMB-AI-12">(),
       run<a_ca_share_has_one_rule>},
      {"Encryption, hold, durability and user of a matched open do not matter", about<"SMB-AI-13">(),
       run<what_is_matched_does_not_matter>},
      {"An id decides without a durable request, which only recording can depend on", about<"SMB-AI-14">(),
       run<a_durable_request_only_records>},
      {"A create that fails after its takeover leaves the file free", about<"SMB-AI-15">(),
       run<a_failing_takeover_frees_the_file>},
      {"A loser that comes back meets the version gate like any newcomer", about<"SMB-AI-19">(),
       run<a_loser_meets_the_gate>},
      {"Without versions rivals evict each other without end", about<"SMB-AI-20">(),
       run<without_versions_there_is_no_end>},
      {"A loser that comes back without id is subject to share modes", about<"SMB-AI-21">(),
       run<without_id_a_loser_has_to_share>},
  };
  return all;
}

}  // namespace procreg::scenarios
