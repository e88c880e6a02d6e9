#include "model/smb/smb_scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;

TEST(ACreate, NamesOneFileInEveryLetterCaseAndThroughTwoShares) {
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a);
  SmbCreate call = SmbScene::shared(scene.create(a));
  EXPECT_EQ(scene.must(call).out[0], static_cast<std::uint64_t>(CreateAction::CREATED));
  call.path = {scene.tables().text(u"\\\\F\\")};
  call.share = {scene.tables().text(u"SHARE")};
  EXPECT_EQ(scene.must(call).out[0], static_cast<std::uint64_t>(CreateAction::OPENED));
  const RequiredText other{scene.tables().text(u"other")};
  scene.must(SmbShare{.server = {scene.server_name()}, .share = other, .localPath = {scene.tables().text(u"c:\\D")}});
  call.share = other;
  EXPECT_EQ(scene.must(call).out[0], static_cast<std::uint64_t>(CreateAction::OPENED));
  EXPECT_EQ(scene.server().files.size(), 1U);
}

TEST(ACreate, RefusesPathsThatNameNoFile) {
  SmbScene scene;
  SmbCreate call = scene.create(scene.connect(client_a));
  for (const char16_t* path : {u"", u"\\", u"a/b", u"a:b", u"a\\\\b", u".", u"a\\..", u"..\\a"}) {
    call.path = {scene.tables().text(path)};
    EXPECT_EQ(scene.perform(call).decided, Clause("SMB-OPEN-06"));
    EXPECT_EQ(scene.does(call), STATUS_OBJECT_NAME_INVALID);
  }
}

TEST(ACreate, ChecksSizesOfContextsThatAreValidOnly) {
  SmbScene scene;
  for (const Dialect dialect : {Dialect::smb_3_1_1, Dialect::smb_3_0, Dialect::smb_2_1}) {
    SmbCreate call = scene.create(scene.connect(client_a, dialect), guid_g, VersionPair{1, 0});
    call.avLength = {ContextLength{20}};
    call.disposition = {Disposition::OPEN};
    const Result missing = STATUS_OBJECT_NAME_NOT_FOUND;
    EXPECT_EQ(scene.does(call), dialect == Dialect::smb_3_1_1 ? Result{STATUS_INVALID_PARAMETER} : missing);
    call.avLength = {};
    call.aiLength = {ContextLength{24}};
    EXPECT_EQ(scene.does(call), is_3x(dialect) ? Result{STATUS_INVALID_PARAMETER} : missing);
  }
}

TEST(ACreate, GrantsWhatTheAclAllows) {
  SmbScene scene;
  scene.allows(default_user, FILE_EXECUTE | FILE_WRITE_DATA);
  SmbCreate call = scene.create(scene.connect(client_a));
  EXPECT_EQ(scene.does(call), STATUS_ACCESS_DENIED);
  call.desiredAccess = {FileAccess{0}};
  EXPECT_EQ(scene.does(call), STATUS_ACCESS_DENIED);
  call.desiredAccess = {FileAccess{FILE_MAXIMUM_ALLOWED | FILE_READ_DATA}};
  EXPECT_EQ(scene.does(call), STATUS_ACCESS_DENIED);
  call.desiredAccess = {FileAccess{FILE_MAXIMUM_ALLOWED}};
  scene.opens(call);
  EXPECT_EQ(scene.server().opens[0].granted, FileRights{FILE_EXECUTE | FILE_WRITE_DATA | FILE_READ_DATA});
}

TEST(AnOpen, OfAttributesOnlyConflictsWithNothing) {
  SmbScene scene;
  SmbCreate call = scene.create(scene.connect(client_a));
  call.hold = {HoldKind::batch};
  scene.opens(call);
  SmbCreate other = scene.create(scene.connect(client_b));
  other.desiredAccess = {FileAccess{FILE_READ_ATTRIBUTES}};
  scene.opens(other);
  EXPECT_EQ(scene.server().opens[0].hold, HoldKind::batch);
  EXPECT_EQ(scene.server().connections[0].breaks, 0U);
}

TEST(ABreak, TakesTheHoldOfALiveOpenAndStaysMadeWhenTheCreateFails) {
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a);
  scene.opens(SmbScene::durable(scene.create(a), {}, HoldKind::batch));
  EXPECT_EQ(scene.does(scene.create(scene.connect(client_b))), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(scene.server().opens[0].hold, HoldKind::none);
  EXPECT_EQ(scene.server().connections[0].breaks, 1U);
  scene.disconnect(a);
  EXPECT_TRUE(scene.server().opens.empty());
}

TEST(AHandleLease, IsNotBrokenByItsOwnClientAndKey) {
  SmbScene scene;
  SmbCreate call = scene.create(scene.connect(client_a));
  call.hold = {HoldKind::handle_lease};
  call.leaseKey = {Guid{7, 7}};
  scene.opens(call);
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(scene.server().opens[0].hold, HoldKind::handle_lease);
  call.leaseKey = {Guid{7, 8}};
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(scene.server().opens[0].hold, HoldKind::none);
  EXPECT_FALSE(scene.server().opens[0].lease_key.has_value());
}

TEST(AnExplicitContext, SuppressesTheDerivedOnes) {
  SmbScene scene;
  scene.must(
      RegisterAppInstance{.by = by(main_process), .ProcessHandle = handle(current_process), .AppInstanceId = {guid_g}});
  scene.must(RegisterAppInstanceVersion{
      .by = by(main_process), .AppInstanceId = {guid_g}, .InstanceVersionHigh = VersionNumber{5}});
  SmbCreate call = SmbScene::shared(scene.create(scene.connect(client_a), guid_g2));
  call.by = {by(main_process)};
  scene.opens(call);
  call.ai = {};
  call.av = {VersionPair{1, 1}};
  scene.opens(call);
  EXPECT_EQ(scene.server().opens[0].app_instance_id, guid_g2);
  EXPECT_FALSE(scene.server().opens[0].version.has_value());
  EXPECT_EQ(scene.server().opens[1].app_instance_id, guid_g);
  EXPECT_EQ(scene.server().opens[1].version, (VersionPair{1, 1}));
}

TEST(AFreshId, IsCountedWhereAnIdIsDerivedOnly) {
  SmbScene scene{
      {}, documented_profile().with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open)};
  const auto counter = [&] { return scene.machine().fresh_counter; };
  SmbCreate call = SmbScene::shared(scene.create(scene.connect(client_a)));
  scene.opens(call);
  EXPECT_EQ(counter(), 0U);
  call.by = {by(main_process)};
  scene.opens(call);
  EXPECT_EQ(counter(), 1U);
  call.shareAccess = {};
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(counter(), 2U);
  call.ai = {guid_g};
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  call.ai = {};
  call.conn = scene.connect(client_a, Dialect::smb_2_1);
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(counter(), 2U);
}

TEST(ACorruptAttribute, FailsTheCreateBeforeTheServerSeesIt) {
  SmbScene scene;
  SmbCreate call = scene.create(scene.connect(client_a, Dialect::smb_2_1), guid_g);
  call.ea = {scene.tables().bytes({1, 2, 3})};
  scene.opens(SmbScene::shared(call));
  call.by = {by(main_process)};
  EXPECT_EQ(scene.perform(call).decided, Clause("SMB-OPEN-09"));
  scene.must(FilterUnload{.machine = {MachineIndex{0}}});
  EXPECT_EQ(scene.does(call), STATUS_SHARING_VIOLATION);
}

TEST(ADurableRequest, IsADuplicateWhileItsOpenCanBeReplayed) {
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a);
  const SmbCreate call = SmbScene::durable(SmbScene::shared(scene.create(a)), {.createGuid = {4, 4}});
  const OpenRef h = scene.opens(call);
  EXPECT_EQ(scene.does(call), STATUS_DUPLICATE_OBJECTID);
  scene.opens(SmbScene::durable(SmbScene::shared(scene.create(scene.connect(client_b))), {.createGuid = {4, 4}}));
  scene.reads(h);
  scene.opens(call);
}

TEST(Events, AreNotApplicableWhereTheirServerOrNameIsNotFree) {
  SmbScene scene;
  const RequiredText other{scene.tables().text(u"other")}, upper{scene.tables().text(u"SHARE")};
  EXPECT_EQ(scene.does(SmbServerStart{.server = {scene.server_name()}}), not_applicable);
  EXPECT_EQ(scene.does(SmbShare{.server = {scene.server_name()}, .share = upper, .localPath = other}), not_applicable);
  EXPECT_EQ(scene.does(SmbShare{.server = other, .share = other, .localPath = other}), not_applicable);
  EXPECT_EQ(scene.does(SmbFileAcl{.server = other, .localFile = other, .user = other}), not_applicable);
  EXPECT_EQ(scene.does(SmbConnect{.server = other}), not_applicable);
  EXPECT_EQ(scene.does(SmbDisconnect{}), applied);
  EXPECT_EQ(scene.does(SmbCreate{}), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(
      scene.does(SmbServerStart{.server = other, .maxDialect = {Dialect::smb_3_1_1}, .flavour = {Flavour::ws2012}}),
      not_applicable);
}

TEST(AServer, HasTheFlavourOfTheProfileUnlessItsOwn) {
  Scene scene{windows11_profile()};
  const RequiredText one{scene.tables().text(u"one")}, two{scene.tables().text(u"two")};
  scene.must(SmbServerStart{.server = one});
  scene.must(SmbServerStart{.server = two, .maxDialect = {Dialect::smb_3_0}, .flavour = {Flavour::ws2012}});
  EXPECT_EQ(scene.state().servers[0].flavour, Flavour::ws2016plus);
  EXPECT_EQ(scene.state().servers[1].flavour, Flavour::ws2012);
  EXPECT_TRUE(scene.state().servers[1].persistent_cap);
}

}  // namespace
}  // namespace procreg::model
