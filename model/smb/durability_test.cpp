#include "model/smb/smb_scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;
using Reasons = std::vector<ForcedClose>;

const Profile documented = documented_profile();

OpenRef orphaned(SmbScene& scene, const SmbCreate& call) {
  const OpenRef h = scene.opens(call);
  scene.disconnect(call.conn);
  return h;
}

TEST(AnOrphan, IsClosedOnceTheClockPassesItsDeadline) {
  SmbScene scene;
  orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {.timeoutMs = 100}, HoldKind::batch));
  scene.advance(100);
  EXPECT_EQ(scene.server().opens.size(), 1U);
  scene.advance(1);
  EXPECT_EQ(scene.log(), Reasons{ForcedClose::timeout});
}

TEST(Timeouts, AreThoseOfTheFlavourAndTheShare) {
  const auto timeout = [](Flavour flavour, std::uint32_t wanted, std::uint32_t of_share) {
    const Dialect dialect = highest_dialect(flavour);
    SmbScene scene{{.dialect = dialect, .flavour = flavour, .ca_timeout_ms = of_share}};
    scene.opens(SmbScene::durable(scene.create(scene.connect(client_a)), {.timeoutMs = wanted}));
    return scene.server().opens[0].timeout_ms;
  };
  EXPECT_EQ(timeout(Flavour::generic, 400000, 0), 300000U);
  EXPECT_EQ(timeout(Flavour::ws2012, 400000, 0), 400000U);
  EXPECT_EQ(timeout(Flavour::ws2016plus, 0, 0), 60000U);
  EXPECT_EQ(timeout(Flavour::ws2012r2, 0, 700000), 700000U);
}

TEST(DurableState, IsReportedAsTheFlavourDoes) {
  for (const Flavour flavour : {Flavour::generic, Flavour::ws2016plus}) {
    SmbScene scene{{.flavour = flavour}};
    const Answer answer = scene.must(SmbScene::durable(scene.create(scene.connect(client_a)), {}));
    const bool reported = flavour == Flavour::generic;
    EXPECT_EQ(answer.out[2], static_cast<std::uint64_t>(reported ? DurableState::durable : DurableState::none));
    EXPECT_EQ(answer.out[3], reported ? 60000U : 0U);
  }
}

TEST(AReconnect, IsRefusedForALiveOpenAndForAnotherGuid) {
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a);
  const OpenRef h = scene.opens(SmbScene::durable(scene.create(a), {.createGuid = {4, 4}}, HoldKind::batch));
  EXPECT_EQ(scene.perform(scene.reconnect(a, h, false)).decided, Clause("SMB-AI-18"));
  scene.disconnect(a);
  SmbCreate call = scene.reconnect(scene.connect(client_b), h, false);
  call.dh2c.value->createGuid = Guid{4, 5};
  EXPECT_EQ(scene.does(call), STATUS_OBJECT_NAME_NOT_FOUND);
  call.dh2c.value->createGuid.reset();
  const OpenRef again = scene.opens(call);
  EXPECT_NE(again.raw.volatile_, h.raw.volatile_);
  EXPECT_EQ(scene.server().opens[0].client_guid, client_a);
  EXPECT_EQ(scene.server().opens[0].hold, HoldKind::batch);
}

TEST(AReconnect, WithTheFlagNeedsAPersistentOpenUnlessTheServerIsOld) {
  for (const Flavour flavour : {Flavour::generic, Flavour::ws2012}) {
    SmbScene scene{{.dialect = Dialect::smb_3_0, .flavour = flavour}};
    const OpenRef h = orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {}, HoldKind::batch));
    EXPECT_EQ(scene.does(scene.reconnect(scene.connect(client_a), h, true)),
              flavour == Flavour::generic ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS);
  }
}

TEST(AReconnect, WithoutTheFlagToAPersistentOpenNeedsAHoldOnAnOldServer) {
  for (const HoldKind hold : {HoldKind::none, HoldKind::batch}) {
    SmbScene scene{{.dialect = Dialect::smb_3_0, .flavour = Flavour::ws2012, .ca = true}};
    const OpenRef h =
        orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {.persistent = true}, hold));
    EXPECT_EQ(scene.does(scene.reconnect(scene.connect(client_a), h, false)),
              hold == HoldKind::none ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_SUCCESS);
  }
}

TEST(AReconnect, ToAPersistentOpenWithoutHoldIsAsTheProfileSays) {
  for (const auto option : {SmbPersistentReconnectWithoutHold::accept, SmbPersistentReconnectWithoutHold::refuse}) {
    SmbScene scene{{.ca = true}, documented.with(choice::smb_persistent_reconnect_without_hold, option)};
    const OpenRef h = orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {.persistent = true}));
    EXPECT_EQ(scene.does(scene.reconnect(scene.connect(client_a), h, true)),
              option == SmbPersistentReconnectWithoutHold::accept ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND);
  }
}

TEST(AReconnect, FindsAPersistentOpenByItsGuidAlone) {
  SmbScene scene{{.ca = true}};
  orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {.createGuid = {4, 4}, .persistent = true}));
  SmbCreate call = scene.reconnect(scene.connect(client_a), OpenRef{}, true);
  EXPECT_EQ(scene.does(call), STATUS_OBJECT_NAME_NOT_FOUND);
  call.dh2c.value->createGuid = Guid{4, 4};
  EXPECT_EQ(scene.does(call), STATUS_SUCCESS);
}

TEST(AReconnect, OfALeaseNeedsItsClientItsKeyAndItsFile) {
  SmbScene scene;
  SmbCreate call = SmbScene::durable(scene.create(scene.connect(client_a)), {}, HoldKind::handle_lease);
  call.leaseKey = {Guid{7, 7}};
  const OpenRef h = orphaned(scene, call);
  SmbCreate again = scene.reconnect(scene.connect(client_a), h, false);
  EXPECT_EQ(scene.does(again), STATUS_OBJECT_NAME_NOT_FOUND);
  again.hold = {HoldKind::handle_lease};
  again.leaseKey = {Guid{7, 8}};
  EXPECT_EQ(scene.does(again), STATUS_OBJECT_NAME_NOT_FOUND);
  again.leaseKey = call.leaseKey;
  again.path = {scene.tables().text(u"..")};
  EXPECT_EQ(scene.does(again), STATUS_INVALID_PARAMETER);
  again.path = call.path;
  SmbCreate foreign = again;
  foreign.conn = scene.connect(client_b);
  EXPECT_EQ(scene.does(foreign), STATUS_OBJECT_NAME_NOT_FOUND);
  SmbCreate of_another = again;
  of_another.conn = scene.connect(client_a, Dialect::smb_3_1_1, scene.tables().text(u"user2"));
  EXPECT_EQ(scene.does(of_another), STATUS_ACCESS_DENIED);
  EXPECT_EQ(scene.does(again), STATUS_SUCCESS);
}

TEST(AnOrphan, MatchesByItsRecordedClientOrNever) {
  for (const auto option : {SmbOrphanClientGuid::recorded_client_guid, SmbOrphanClientGuid::never_matches}) {
    SmbScene scene{{}, documented.with(choice::smb_orphan_client_guid, option)};
    orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a), guid_g), {}, HoldKind::batch));
    EXPECT_EQ(scene.does(scene.create(scene.connect(client_b), guid_g)), STATUS_SUCCESS);
    const bool taken = option == SmbOrphanClientGuid::recorded_client_guid;
    EXPECT_EQ(scene.log(), Reasons{taken ? ForcedClose::takeover : ForcedClose::break_});
  }
}

TEST(AReclaimedOpen, BelongsToTheClientThatReclaimedIt) {
  SmbScene scene;
  const OpenRef h =
      orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a), guid_g), {}, HoldKind::batch));
  scene.opens(scene.reconnect(scene.connect(client_b), h, false));
  EXPECT_EQ(scene.does(scene.create(scene.connect(client_b), guid_g)), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(scene.does(scene.create(scene.connect(client_a), guid_g)), STATUS_SUCCESS);
}

TEST(Timers, OfProcessesComeBeforeThoseOfOrphans) {
  SmbScene scene;
  orphaned(scene, SmbScene::durable(scene.create(scene.connect(client_a)), {.timeoutMs = 5000}, HoldKind::batch));
  scene.must(StopAnswering{.process = on(main_process)});
  Choices choices{documented};
  const Ruled ruling = ruled(scene.state(), AdvanceTime{.ms = Duration{5001}}, scene.tables(), choices, "WER-ALL-25");
  EXPECT_EQ(find(ruling.next, main_process)->core.state, ProcessState::Hung);
  EXPECT_EQ(ruling.next.servers[0].opens.size(), 1U);
  scene.advance(5001);
  EXPECT_TRUE(scene.server().opens.empty());
}

TEST(Timers, OfOrphansFireInTheOrderOfTheirServersNames) {
  Scene scene;
  std::vector<ConnectionRef> connections;
  for (const char16_t* name : {u"z", u"a"}) {
    const RequiredText server{scene.tables().text(name)};
    scene.must(SmbServerStart{.server = server});
    scene.must(SmbShare{.server = server, .share = server, .localPath = server});
    scene.must(SmbConnect{.server = server, .dialect = Dialect::smb_3_1_1});
    const ConnectionRef connection{{{server.ref, ConnectionId{1}}, {}}};
    SmbCreate call{.conn = connection, .share = server, .path = server};
    scene.must(SmbScene::durable(call, {.timeoutMs = 10}, HoldKind::batch));
    scene.must(SmbDisconnect{.conn = connection});
  }
  Choices choices{documented};
  const Ruled ruling = ruled(scene.state(), AdvanceTime{.ms = Duration{11}}, scene.tables(), choices, "WER-ALL-25");
  EXPECT_EQ(ruling.next.servers[0].opens.size(), 1U);  // z
  EXPECT_TRUE(ruling.next.servers[1].opens.empty());   // a
}

}  // namespace
}  // namespace procreg::model
