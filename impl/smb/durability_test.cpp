#include <gtest/gtest.h>

#include <limits>

#include "impl/smb/smb_fixture.h"

namespace procreg::impl {
namespace {

using enum NtStatus;
using World = SmbWorld;
using Log = std::vector<std::pair<std::uint32_t, ForcedClose>>;

constexpr Guid g = World::g;
constexpr Guid name_a{20, 1};
constexpr Guid lease{30, 1};

TEST(SmbDurability, TimeOutsAreGrantedByFlavour) {
  const auto granted = [](Flavour flavour, std::uint32_t asked, std::uint32_t of_share) {
    SmbWorld world;
    world.start(highest_dialect(flavour), flavour);
    world.share(u"d", u"c:\\data", true, false, of_share);
    const auto a = world.connect(World::client_a);
    return world.create(World::durably(world.creating(a), name_a, asked, true)).timeout_ms;
  };
  EXPECT_EQ(granted(Flavour::generic, 400000, 0), 300000U);
  EXPECT_EQ(granted(Flavour::ws2012, 400000, 0), 400000U);
  EXPECT_EQ(granted(Flavour::ws2012r2, 400000, 0), 400000U);
  EXPECT_EQ(granted(Flavour::ws2016plus, 400000, 7), 300000U);
  EXPECT_EQ(granted(Flavour::ws2016plus, 0, 7), 7U);
  EXPECT_EQ(granted(Flavour::generic, 0, 0), 60000U);
}

TEST(SmbDurability, WhatIsReportedDependsOnTheFlavour) {
  const auto reported = [](Flavour flavour, HoldKind hold) {
    SmbWorld world;
    world.serve(highest_dialect(flavour), flavour);
    const auto a = world.connect(World::client_a);
    return world.create(World::holding(World::durably(world.creating(a), name_a, 5), hold, lease));
  };
  EXPECT_EQ(reported(Flavour::generic, HoldKind::none).durable, DurableState::durable);
  EXPECT_EQ(reported(Flavour::ws2012, HoldKind::none).durable, DurableState::none);
  EXPECT_EQ(reported(Flavour::ws2012, HoldKind::none).timeout_ms, 0U);
  EXPECT_EQ(reported(Flavour::ws2012, HoldKind::handle_lease).durable, DurableState::durable);
  EXPECT_EQ(reported(Flavour::ws2012, HoldKind::handle_lease).timeout_ms, 5U);
}

TEST(SmbDurability, ADisconnectKeepsWhatIsHeldOrPersistent) {
  SmbWorld world;
  world.serve(Dialect::smb_3_1_1, {}, true);
  const auto a = world.connect(World::client_a);
  const auto create = [&](std::u16string_view path, std::uint64_t name, bool persistent, HoldKind hold) {
    return world.create(
        World::holding(World::durably(world.creating(a, path), {20, name}, 9, persistent), hold, lease));
  };
  world.create(World::holding(world.creating(a, u"1"), HoldKind::batch));
  create(u"2", 2, false, HoldKind::none);
  create(u"3", 3, false, HoldKind::batch);
  create(u"4", 4, false, HoldKind::handle_lease);
  create(u"5", 5, true, HoldKind::none);
  world.create(world.creating(a, u"6"));
  EXPECT_EQ(world.disconnect(a), applied);
  EXPECT_EQ(world.log(),
            (Log{{1, ForcedClose::disconnect}, {2, ForcedClose::disconnect}, {6, ForcedClose::disconnect}}));
  EXPECT_EQ(world.server()->ledger.orphans.size(), 3U);
  const SnapshotWords before = world.snapshot();
  EXPECT_EQ(world.disconnect(a), applied);
  EXPECT_EQ(world.snapshot(), before);
  world.advance(10);
  EXPECT_EQ(world.log().size(), 6U);
  EXPECT_EQ(world.log().back(), (std::pair{5U, ForcedClose::timeout}));
}

TEST(SmbDurability, OrphansExpireByDeadlineAlsoWithOtherTimers) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  const auto create = [&](std::u16string_view path, std::uint64_t name, std::uint32_t timeout) {
    world.create(World::holding(World::durably(world.creating(a, path), {20, name}, timeout), HoldKind::batch));
  };
  create(u"1", 1, 6000);
  create(u"2", 2, 5000);
  create(u"3", 3, 5000);
  world.disconnect(a);
  world.result(World::to<StopAnswering>(World::process(0)));
  world.advance(5000);
  EXPECT_TRUE(world.log().empty());
  world.advance(1000);
  EXPECT_EQ(world.log(), (Log{{2, ForcedClose::timeout}, {3, ForcedClose::timeout}}));
  EXPECT_EQ(world.state(World::process(0)), ProcessState::Hung);
  world.advance(1);
  EXPECT_EQ(world.log().back(), (std::pair{1U, ForcedClose::timeout}));
}

TEST(SmbDurability, ADeadlinePastTheEndOfTimeIsNeverReached) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  const Opened opened = world.create(World::holding(World::durably(world.creating(a), name_a, 1000), HoldKind::batch));
  world.advance(std::numeric_limits<std::uint64_t>::max() - 10);
  world.disconnect(a);
  EXPECT_EQ(world.deadline(opened.key), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(world.advance(10), applied);
  EXPECT_NE(world.open(opened.key), nullptr);
}

// An orphan of f, and who wants it back.
struct Orphaned {
  explicit Orphaned(const Profile& profile = documented_profile(), std::optional<Flavour> flavour = {},
                    bool persistent = true, HoldKind hold = HoldKind::none)
      : world{profile} {
    const Flavour spoken = flavour.value_or(Flavour::generic);
    world.serve(highest_dialect(spoken), spoken, true);
    const auto first = world.connect(World::client_a);
    handle =
        world.create(World::holding(World::durably(world.creating(first), name_a, 1000, persistent), hold, lease)).key;
    world.disconnect(first);
    a = world.connect(World::client_a);
  }
  SmbCreate back(bool flag, HoldKind hold = HoldKind::none) {
    return World::holding(World::reclaiming(world.creating(a), handle, flag), hold, lease);
  }
  SmbWorld world;
  OpenKey handle;
  ConnectionKey a;
};

TEST(SmbReconnect, TheFlagMustFitWhereTheFlavourChecksIt) {
  EXPECT_EQ(Orphaned{}.world.log(), Log{});
  for (const Flavour flavour : {Flavour::generic, Flavour::ws2016plus}) {
    Orphaned persistent{documented_profile(), flavour};
    EXPECT_EQ(persistent.world.status(persistent.back(false)), STATUS_OBJECT_NAME_NOT_FOUND);
    Orphaned durable{documented_profile(), flavour, false, HoldKind::batch};
    EXPECT_EQ(durable.world.status(durable.back(true)), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(durable.world.status(durable.back(false)), STATUS_SUCCESS);
  }
  Orphaned held{documented_profile(), Flavour::ws2012, true, HoldKind::batch};
  EXPECT_EQ(held.world.status(held.back(false)), STATUS_SUCCESS);
  Orphaned unheld{documented_profile(), Flavour::ws2012r2};
  EXPECT_EQ(unheld.world.status(unheld.back(false)), STATUS_OBJECT_NAME_NOT_FOUND);
  EXPECT_EQ(unheld.world.status(unheld.back(true)), STATUS_SUCCESS);
  Orphaned durable{documented_profile(), Flavour::ws2012, false, HoldKind::batch};
  EXPECT_EQ(durable.world.status(durable.back(true)), STATUS_SUCCESS);
}

TEST(SmbReconnect, WithoutAHoldItIsAChoice) {
  Orphaned refused{documented_profile().with(choice::smb_persistent_reconnect_without_hold,
                                             SmbPersistentReconnectWithoutHold::refuse)};
  EXPECT_EQ(refused.world.status(refused.back(true)), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(SmbReconnect, ALeaseIsOfOneClientOneKeyAndOneFile) {
  Orphaned orphan{documented_profile(), {}, true, HoldKind::handle_lease};
  SmbWorld& world = orphan.world;
  EXPECT_EQ(world.status(orphan.back(true)), STATUS_OBJECT_NAME_NOT_FOUND);
  SmbCreate step = orphan.back(true, HoldKind::handle_lease);
  step.leaseKey.value = Guid{30, 2};
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_NOT_FOUND);
  step.leaseKey.value = lease;
  step.conn.raw = world.connect(World::client_b);
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_NOT_FOUND);
  step.conn.raw = orphan.a;
  step.path.ref = world.ref(u"g");
  EXPECT_EQ(world.status(step), STATUS_INVALID_PARAMETER);
  step.path.ref = world.ref(u"");
  EXPECT_EQ(world.status(step), STATUS_INVALID_PARAMETER);
  step.path.ref = world.ref(u"\\F");
  EXPECT_EQ(world.create(step).hold, HoldKind::handle_lease);
}

TEST(SmbReconnect, OnlyTheOwnerGetsAnOpenBackAndOnlyOnce) {
  Orphaned orphan;
  SmbWorld& world = orphan.world;
  SmbCreate step = orphan.back(true);
  step.conn.raw = world.connect(World::client_a, Dialect::smb_3_1_1, 0, u"user2");
  EXPECT_EQ(world.status(step), STATUS_ACCESS_DENIED);
  step.conn.raw = orphan.a;
  step.dh2c.value->createGuid = Guid{20, 2};
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_NOT_FOUND);
  step.dh2c.value->createGuid.reset();
  const Opened back = world.create(step);
  EXPECT_EQ(back.status, STATUS_SUCCESS);
  EXPECT_EQ(back.action, CreateAction::OPENED);
  EXPECT_EQ(back.durable, DurableState::none);
  EXPECT_EQ(back.timeout_ms, 0U);
  EXPECT_EQ(number(world.server()->ids.next().durable), 2U);
  EXPECT_EQ(number(world.server()->ids.next().volatile_), 3U);
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(SmbReconnect, APersistentOpenIsFoundByItsNameWhereTheHandleIsOfNoUse) {
  Orphaned orphan;
  SmbCreate step = orphan.back(true);
  step.dh2c.value->handle.raw = {};
  EXPECT_EQ(orphan.world.status(step), STATUS_OBJECT_NAME_NOT_FOUND);
  step.dh2c.value->createGuid = name_a;
  EXPECT_EQ(orphan.world.status(step), STATUS_SUCCESS);
}

TEST(SmbReconnect, TheShareOfTheRequestIsTheShareOfTheOpen) {
  SmbWorld world;
  world.serve(Dialect::smb_3_1_1, {}, true);
  world.share(u"e", u"c:\\data", true);
  auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  const Opened first = world.create(World::durably(World::with(World::sharing(world.creating(a)), g), name_a, 9, true));
  world.disconnect(a);
  a = world.connect(World::client_a);
  EXPECT_EQ(world.status(World::reclaiming(world.creating(a, u"f", u"e"), first.key, true)), STATUS_SUCCESS);
  EXPECT_EQ(world.status(World::with(World::sharing(world.creating(b)), g)), STATUS_SUCCESS);
  EXPECT_TRUE(world.log().empty());
  EXPECT_EQ(world.status(World::with(World::sharing(world.creating(b, u"f", u"e")), g)), STATUS_SUCCESS);
  EXPECT_EQ(world.log().size(), 1U);
  world.disconnect(a);
  EXPECT_EQ(world.status(world.creating(b, u"g")), STATUS_SUCCESS);
}

TEST(SmbNotAvailable, ComesBeforeOrBehindTheTakeover) {
  for (const auto order : {SmbNotAvailableOrder::takeover_first, SmbNotAvailableOrder::not_available_first}) {
    SmbWorld world{documented_profile().with(choice::smb_not_available_order, order)};
    world.serve(Dialect::smb_3_1_1, {}, true);
    world.share(u"e", u"c:\\data", true);
    const auto a = world.connect(World::client_a);
    const auto b = world.connect(World::client_b);
    const auto old = world.connect(World::client_b, Dialect::smb_2_1);
    world.create(World::durably(World::with(world.creating(a), g), name_a, 9, true));
    world.disconnect(a);
    EXPECT_EQ(world.status(world.creating(b, u"f", u"e")), STATUS_SHARING_VIOLATION);
    EXPECT_EQ(world.status(world.creating(old)), STATUS_SHARING_VIOLATION);
    EXPECT_EQ(world.status(World::with(world.creating(b), World::g2)), STATUS_FILE_NOT_AVAILABLE);
    const bool taken_over = order == SmbNotAvailableOrder::takeover_first;
    EXPECT_EQ(world.status(World::with(world.creating(b), g)), taken_over ? STATUS_SUCCESS : STATUS_FILE_NOT_AVAILABLE);
  }
}

TEST(SmbNotAvailable, OrphansAreJudgedByTheirRecordedClientOrNotAtAll) {
  SmbWorld world{documented_profile().with(choice::smb_orphan_client_guid, SmbOrphanClientGuid::never_matches)};
  world.serve(Dialect::smb_3_1_1, {}, true);
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  world.create(World::durably(World::with(world.creating(a), g), name_a, 9, true));
  world.disconnect(a);
  EXPECT_EQ(world.status(World::with(world.creating(b), g)), STATUS_FILE_NOT_AVAILABLE);
}

}  // namespace
}  // namespace procreg::impl
