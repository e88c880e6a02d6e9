// The worked examples of smb.md 10.
#include "model/smb/smb_scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;
using enum ForcedClose;
using Reasons = std::vector<ForcedClose>;

const Profile documented = documented_profile();

TEST(Failover, NeedsAGreaterVersion) {  // X1
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a), b = scene.connect(client_b);
  const OpenRef first = scene.opens(scene.create(a, guid_g, VersionPair{7, 0}));
  EXPECT_EQ(scene.does(scene.create(b, guid_g, VersionPair{7, 0})), STATUS_FILE_FORCED_CLOSED);
  EXPECT_EQ(scene.writes(first, 0, {1}), STATUS_SUCCESS);
  EXPECT_EQ(scene.does(scene.create(b, guid_g, VersionPair{6, 99})), STATUS_FILE_FORCED_CLOSED);
  const OpenRef second = scene.opens(scene.create(b, guid_g, VersionPair{7, 1}));
  EXPECT_EQ(scene.reads(first), STATUS_FILE_CLOSED);
  EXPECT_EQ(scene.does(SmbClose{.h = first}), STATUS_FILE_CLOSED);
  scene.opens(scene.create(a, guid_g, VersionPair{8, 0}));
  EXPECT_EQ(scene.reads(second), STATUS_FILE_CLOSED);
  EXPECT_EQ(scene.log(), (Reasons{takeover, takeover}));
}

TEST(Failover, FromAnOldDialectIsRefusedByAVersion) {  // X1
  for (const auto option : {SmbVersionOnOldDialect::treat_as_absent, SmbVersionOnOldDialect::literal_close}) {
    SmbScene scene{{}, documented.with(choice::smb_version_on_old_dialect, option)};
    scene.opens(scene.create(scene.connect(client_a), guid_g, VersionPair{8, 0}));
    const ConnectionRef c = scene.connect(client_c, Dialect::smb_3_0_2);
    EXPECT_EQ(scene.does(scene.create(c, guid_g)), STATUS_FILE_FORCED_CLOSED);
    const bool closes = option == SmbVersionOnOldDialect::literal_close;
    EXPECT_EQ(scene.does(scene.create(c, guid_g, VersionPair{9, 0})),
              closes ? STATUS_SUCCESS : STATUS_FILE_FORCED_CLOSED);
    if (!closes) continue;
    EXPECT_FALSE(scene.server().opens[0].version.has_value());
  }
}

TEST(SeveralMatches, AreGatedAndClosedTogether) {  // X2
  for (const auto option : {SmbSeveralMatches::close_all, SmbSeveralMatches::oldest_only}) {
    SmbScene scene{{}, documented.with(choice::smb_several_matches, option)};
    const ConnectionRef a = scene.connect(client_a), b = scene.connect(client_b);
    scene.opens(SmbScene::shared(scene.create(a, guid_g, VersionPair{1, 0})));
    const OpenRef second = scene.opens(SmbScene::shared(scene.create(a, guid_g, VersionPair{3, 0})));
    const bool all = option == SmbSeveralMatches::close_all;
    EXPECT_EQ(scene.does(SmbScene::shared(scene.create(b, guid_g, VersionPair{2, 0}))),
              all ? STATUS_FILE_FORCED_CLOSED : STATUS_SUCCESS);
    EXPECT_EQ(scene.server().opens.size(), 2U);
    if (!all) continue;
    scene.opens(SmbScene::shared(scene.create(b, guid_g, VersionPair{4, 0})));
    EXPECT_EQ(scene.reads(second), STATUS_FILE_CLOSED);
    EXPECT_EQ(scene.log(), (Reasons{takeover, takeover}));
  }
}

TEST(APersistentOrphan, IsReclaimedByItsHolderOrTakenOverByAnother) {  // X3
  SmbScene scene{{.ca = true}};
  const DurableRequest persistent{.createGuid = {5, 5}, .timeoutMs = 30000, .persistent = true};
  ConnectionRef a = scene.connect(client_a);
  const ConnectionRef b = scene.connect(client_b);
  const SmbCreate call = SmbScene::durable(scene.create(a, guid_g), persistent);
  const Answer answer = scene.must(call);
  EXPECT_EQ(answer.out[2], static_cast<std::uint64_t>(DurableState::persistent));
  EXPECT_EQ(answer.out[3], 30000U);
  OpenRef lost{
      {{.connection = a.raw, .share = scene.share_name(), .durable = DurableId{1}, .volatile_ = VolatileId{1}}, {}}};
  lost.raw.create_guid = persistent.createGuid;
  scene.advance(1000);
  scene.disconnect(a);
  EXPECT_EQ(scene.server().opens[0].deadline, 31000U);
  EXPECT_EQ(scene.does(scene.create(b)), STATUS_FILE_NOT_AVAILABLE);
  a = scene.connect(client_a);
  EXPECT_EQ(scene.does(scene.create(a, guid_g)), STATUS_FILE_NOT_AVAILABLE);
  scene.advance(30000);
  const OpenRef again = scene.opens(scene.reconnect(a, lost, true));
  EXPECT_EQ(again.raw.durable, lost.raw.durable);
  EXPECT_EQ(scene.reads(lost), STATUS_FILE_CLOSED);
  scene.disconnect(a);
  EXPECT_EQ(scene.server().opens[0].deadline, 61000U);
  scene.opens(scene.create(b, guid_g));
  EXPECT_EQ(scene.does(scene.reconnect(scene.connect(client_a), again, true)), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(APersistentOrphan, IsNeverTakenOverWhereItIsCheckedFirst) {
  SmbScene scene{{.ca = true},
                 documented.with(choice::smb_not_available_order, SmbNotAvailableOrder::not_available_first)};
  const ConnectionRef a = scene.connect(client_a);
  scene.opens(SmbScene::durable(scene.create(a, guid_g), {.persistent = true}));
  scene.disconnect(a);
  EXPECT_EQ(scene.does(scene.create(scene.connect(client_b), guid_g)), STATUS_FILE_NOT_AVAILABLE);
}

TEST(AServerWithoutVersions, RecordsIdsOfDurableOpensOnly) {  // X4
  SmbScene scene{{.dialect = Dialect::smb_3_0_2}};
  const ConnectionRef a = scene.connect(client_a), b = scene.connect(client_b), c = scene.connect(client_c);
  const OpenRef plain = scene.opens(scene.create(a, guid_g));
  EXPECT_EQ(scene.does(SmbScene::durable(scene.create(b, guid_g), {})), STATUS_SHARING_VIOLATION);
  scene.must(SmbClose{.h = plain});
  const OpenRef held = scene.opens(SmbScene::durable(scene.create(a, guid_g), {}));
  scene.opens(scene.create(b, guid_g));
  EXPECT_EQ(scene.reads(held), STATUS_FILE_CLOSED);
  EXPECT_EQ(scene.does(scene.create(c, guid_g)), STATUS_SHARING_VIOLATION);
}

TEST(ADurableOpen, SurvivesADisconnectWithAHoldOnly) {  // X5
  SmbScene scene;
  ConnectionRef a = scene.connect(client_a);
  const ConnectionRef b = scene.connect(client_b);
  const OpenRef plain = scene.opens(SmbScene::durable(scene.create(a), {}));
  scene.disconnect(a);
  a = scene.connect(client_a);
  EXPECT_EQ(scene.does(scene.reconnect(a, plain, false)), STATUS_OBJECT_NAME_NOT_FOUND);
  const Answer answer = scene.must(SmbScene::durable(scene.create(a), {}, HoldKind::batch));
  EXPECT_EQ(answer.out[2], static_cast<std::uint64_t>(DurableState::durable));
  EXPECT_EQ(answer.out[3], 60000U);
  scene.disconnect(a);
  scene.opens(scene.create(b));
  EXPECT_EQ(scene.log(), (Reasons{disconnect, break_}));
}

TEST(AClientWithoutReadAccess, EvictsByTheLiteralReadingOnly) {  // X6
  for (const auto option : {SmbCloseWithoutReadAccess::literal, SmbCloseWithoutReadAccess::read_access_required}) {
    SmbScene scene{{}, documented.with(choice::smb_close_without_read_access, option)};
    const TextRef user2 = scene.tables().text(u"user2");
    scene.allows(user2, file_write_rights);
    const ConnectionRef a = scene.connect(client_a);
    SmbCreate blind = scene.create(scene.connect(client_b, Dialect::smb_3_1_1, user2), guid_g);
    blind.desiredAccess = {FileAccess{FILE_GENERIC_WRITE}};
    const OpenRef durable = scene.opens(SmbScene::durable(scene.create(a, guid_g), {}));
    EXPECT_EQ(scene.does(blind), STATUS_SHARING_VIOLATION);
    scene.must(SmbClose{.h = durable});
    const OpenRef versioned = scene.opens(scene.create(a, guid_g, VersionPair{2, 0}));
    blind.av = {VersionPair{1, 0}};
    EXPECT_EQ(scene.does(blind), STATUS_FILE_FORCED_CLOSED);
    scene.must(SmbClose{.h = versioned});
    scene.opens(scene.create(a, guid_g));
    blind.av = {};
    const bool literal = option == SmbCloseWithoutReadAccess::literal;
    EXPECT_EQ(scene.does(blind), literal ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION);
  }
}

RegisterAppInstance tags_itself() {
  return {.by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}};
}
RegisterAppInstanceVersion versions(std::uint64_t high, std::uint64_t low) {
  return {.by = by(main_process),
          .AppInstanceId = {guid_g},
          .InstanceVersionHigh = VersionNumber{high},
          .InstanceVersionLow = VersionNumber{low}};
}

TEST(AnOpenOfAProcess, CarriesItsTagAsTheDialectAllows) {  // X7
  for (const Dialect dialect : {Dialect::smb_3_1_1, Dialect::smb_3_0_2, Dialect::smb_2_1}) {
    SmbScene scene;
    scene.must(tags_itself());
    scene.must(versions(5, 0));
    SmbCreate call = scene.create(scene.connect(client_a, dialect));
    call.by = {by(main_process)};
    scene.opens(call);
    const Open open = scene.server().opens[0];
    EXPECT_EQ(open.app_instance_id, is_3x(dialect) ? std::optional{guid_g} : std::nullopt);
    const bool sent = dialect == Dialect::smb_3_1_1;
    EXPECT_EQ(open.version, sent ? std::optional(VersionPair{5, 0}) : std::nullopt);
    scene.must(FilterUnload{.machine = {MachineIndex{0}}});
    call.conn = scene.connect(client_b, dialect);
    EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  }
}

TEST(AVersionQuery, TellsTheStatusOfTheLastCreate) {  // E6 of ccf.md
  SmbScene scene;
  scene.must(tags_itself());
  scene.must(versions(1, 2));
  const QueryAppInstanceVersion query{.by = by(main_process), .AppInstanceId = {guid_g}};
  EXPECT_EQ(scene.must(query).out[2], 0U);
  const OpenRef rival = scene.opens(scene.create(scene.connect(client_b), guid_g, VersionPair{9, 0}));
  SmbCreate call = scene.create(scene.connect(client_a));
  call.by = {by(main_process)};
  EXPECT_EQ(scene.does(call), STATUS_FILE_FORCED_CLOSED);
  EXPECT_EQ(scene.must(query).out[2], static_cast<std::uint32_t>(STATUS_FILE_FORCED_CLOSED));
  scene.must(SmbClose{.h = rival});
  scene.opens(call);
  EXPECT_EQ(scene.must(query).out[2], 0U);
}

}  // namespace
}  // namespace procreg::model
