// Topic: which opens outlive their connection, what the response says of it, and for how long.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/smb_site.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum NtStatus;

bool of_2012(Flavour flavour) { return flavour == Flavour::ws2012 || flavour == Flavour::ws2012r2; }

// smb.md 7.2
std::uint32_t expected_timeout(Flavour flavour, std::uint32_t asked, std::uint32_t of_share) {
  if (asked == 0) return of_share != 0 ? of_share : default_durable_timeout_ms;
  return of_2012(flavour) ? asked : std::min(asked, durable_timeout_max_ms);
}

// A number often near the greatest timeout.
std::uint32_t any_timeout(Story& story) {
  if (story.below(3) == 0) return durable_timeout_max_ms - 1 + story.below(3);
  return story.any_number();
}

// One server, share, and create of client 0, drawn.
struct Asked {
  Flavour flavour{};
  Dialect dialect{};
  bool persistent_handles{};
  SmbShare share{};
  SmbCreate create{};

  bool durable() const { return create.dh2q.value && is_3x(dialect); }
  bool persistent() const { return durable() && create.dh2q.value->persistent && share.ca.set && persistent_handles; }
  bool holds() const { return create.hold.value != HoldKind::none; }
  bool survives() const { return persistent() || (durable() && holds()); }
  // 2.2, "durable state reported in the response".
  bool reported() const { return flavour == Flavour::generic ? durable() : durable() && (persistent() || holds()); }
};

void start(const Site& site, const Asked& asked) {
  site.start({.maxDialect = {highest_dialect(asked.flavour)},
              .flavour = {asked.flavour},
              .persistentHandles = {asked.persistent_handles}});
  site.share(0, asked.share);
}

Name reconnected(Story& story, const Site& site, const Asked& asked, Name held) {
  SmbCreate again = site.on(site.connect(0));
  again.dh2c = {Reconnect{opened(held), {}, asked.persistent()}};
  again.hold = asked.create.hold;
  again.leaseKey = asked.create.leaseKey;
  return story.create_file(again);
}

void survival_is_by_the_table(Story& story) {
  story.set(choice::smb_persistent_reconnect_without_hold, SmbPersistentReconnectWithoutHold::accept);
  const Site site{story};
  Asked asked{.flavour = any_flavour(story)};
  asked.persistent_handles = story.below(3) != 0;
  asked.share.ca = {story.coin()};
  start(site, asked);
  asked.dialect = any_dialect(story, Dialect::smb_2_1, highest_dialect(asked.flavour));
  const Name conn = site.connect(0, asked.dialect);
  asked.create = site.on(conn);
  if (story.below(3) != 0) asked.create.dh2q = {DurableRequest{create_guid(0), 0, story.coin()}};
  any_hold(story, asked.create, 0);
  const Name held = site.make(asked.create);
  const auto told = static_cast<DurableState>(story.last().out[2]);
  const DurableState kind = asked.persistent() ? DurableState::persistent : DurableState::durable;
  story.must(told == (asked.reported() ? kind : DurableState::none), "the response tells of it as the flavour does");
  story.must(story.last().out[3] == (asked.reported() ? default_durable_timeout_ms : 0), "with its timeout");
  story.must_be(story.disconnect(conn), applied, "the connection is lost");
  if (!asked.survives()) return site.forced(held, ForcedClose::disconnect, "an open that is not kept is closed");
  story.must(site.of(held).orphan() && site.forced_closes() == 0, "one that is kept is an orphan");
  reconnected(story, site, asked, held);
  story.must_be(story.last().result, STATUS_SUCCESS, "and can be reclaimed");
}

void a_timeout_is_exact(Story& story) {
  story.set(choice::smb_persistent_reconnect_without_hold, SmbPersistentReconnectWithoutHold::accept);
  const Site site{story};
  Asked asked{.flavour = any_flavour(story), .dialect = Dialect::smb_3_0, .persistent_handles = true};
  asked.share.ca = {story.coin()};
  const std::uint32_t of_share = story.coin() ? any_timeout(story) : 0;
  if (of_share != 0) asked.share.caTimeoutMs = {Milliseconds{of_share}};
  start(site, asked);
  const Name conn = site.connect(0, Dialect::smb_3_0);
  asked.create = site.on(conn);
  const std::uint32_t t = story.below(4) == 0 ? 0 : any_timeout(story);
  asked.create.dh2q = {DurableRequest{create_guid(0), t, asked.share.ca.set}};
  any_hold(story, asked.create, 0);
  if (!asked.survives()) asked.create.hold = {HoldKind::batch};
  const std::uint32_t timeout = expected_timeout(asked.flavour, t, of_share);
  const Name held = site.make(asked.create);
  story.must(story.last().out[3] == timeout, "a timeout is as the flavour and the share say");
  story.advance(story.below(1000));
  story.disconnect(conn);
  story.advance(timeout);
  story.must(site.of(held).orphan(), "an orphan is there when its time has passed exactly");
  if (story.coin()) {
    reconnected(story, site, asked, held);
    return story.must_be(story.last().result, STATUS_SUCCESS, "and can be reclaimed");
  }
  story.advance(1);
  site.forced(held, ForcedClose::timeout, "one ms later it is closed");
  reconnected(story, site, asked, held);
  story.must_be(story.last().result, STATUS_OBJECT_NAME_NOT_FOUND, "and cannot");
}

}  // namespace

Suite durability() {
  static const harness::Property all[] = {
      {"An open outlives its connection iff it is persistent, or durable with a hold",
       about<"SMB-DUR-01", "SMB-DUR-02", "SMB-DUR-03">(), run<survival_is_by_the_table>},
      {"An orphan can be reclaimed until its timeout has passed, and not a millisecond longer",
       about<"SMB-DUR-01", "SMB-DUR-06", "SMB-AI-18">(), run<a_timeout_is_exact>},
  };
  return all;
}

}  // namespace procreg::scenarios
