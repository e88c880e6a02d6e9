#include <gtest/gtest.h>

#include "impl/smb/smb_fixture.h"

namespace procreg::impl {
namespace {

using enum NtStatus;
using World = SmbWorld;

constexpr Guid g = World::g;
constexpr Guid name_a{20, 1};

class SmbCreating : public testing::Test {
 protected:
  void SetUp() override { world.serve(); }
  SmbWorld world;
  ConnectionKey a{(world.start(), world.connect(World::client_a))};
  ConnectionKey b{world.connect(World::client_b)};
};

SmbCreate asking(SmbCreate step, std::uint32_t access) {
  step.desiredAccess.value = FileAccess{access};
  return step;
}
SmbCreate disposed(SmbCreate step, Disposition disposition) {
  step.disposition.value = disposition;
  return step;
}

TEST_F(SmbCreating, ServersSharesAndConnectionsComeOnce) {
  EXPECT_EQ(world.start(), not_applicable);
  EXPECT_EQ(world.share(u"D", u"c:\\other"), not_applicable);
  EXPECT_EQ(world.share(u"e", u"c:\\e", false, false, 0, u"nobody"), not_applicable);
  EXPECT_EQ(world.start(Dialect::smb_3_1_1, Flavour::ws2012, u"t"), not_applicable);
  EXPECT_EQ(world.start(Dialect::smb_2_1, {}, u"t"), applied);
  EXPECT_EQ(world.share(u"e", u"c:\\e", true, false, 0, u"t"), not_applicable);
  EXPECT_EQ(world.share(u"e", u"c:\\e", false, true, 0, u"t"), not_applicable);
  const ConnectionKey nowhere = world.connect(World::client_a, Dialect::smb_3_1_1, 0, u"user1", u"nobody");
  EXPECT_EQ(nowhere.id, ConnectionId{});
  EXPECT_EQ(world.status(world.creating(nowhere)), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(world.disconnect(nowhere), applied);
}

TEST_F(SmbCreating, TheLowerDialectIsSpoken) {
  world.start(Dialect::smb_3_0, {}, u"t");
  const Answer answer = world.perform(
      SmbConnect{.server = {world.ref(u"t")}, .clientGuid = World::client_a, .dialect = Dialect::smb_3_1_1});
  EXPECT_EQ(answer.out[0], static_cast<std::uint64_t>(Dialect::smb_3_0));
  EXPECT_EQ(answer.made, 1U);
}

TEST_F(SmbCreating, IdsCountSuccesses) {
  EXPECT_EQ(world.create(world.creating(a)).key.durable, DurableId{1});
  EXPECT_EQ(world.status(world.creating(b)), STATUS_SHARING_VIOLATION);
  const Opened second = world.create(world.creating(b, u"g"));
  EXPECT_EQ(second.key.durable, DurableId{2});
  EXPECT_EQ(second.key.volatile_, VolatileId{2});
}

TEST_F(SmbCreating, OneFileHasManySpellings) {
  EXPECT_EQ(world.create(World::sharing(world.creating(a, u"Dir\\F"))).action, CreateAction::CREATED);
  EXPECT_EQ(world.create(World::sharing(world.creating(a, u"\\dir\\f\\", u"D"))).action, CreateAction::OPENED);
  world.share(u"e", u"C:\\DATA\\DIR");
  EXPECT_EQ(world.create(World::sharing(world.creating(a, u"f", u"e"))).action, CreateAction::OPENED);
  world.acl(u"c:\\data\\dir\\f", u"user1", 0);
  EXPECT_EQ(world.status(World::sharing(world.creating(a, u"f", u"e"))), STATUS_ACCESS_DENIED);
}

TEST_F(SmbCreating, TheFirstObjectionDecides) {
  SmbCreate step = world.creating(a, u"x:", u"nothing");
  step.aiLength.value = ContextLength{19};
  EXPECT_EQ(world.status(step), STATUS_BAD_NETWORK_NAME);
  world.share(u"e", u"c:\\e", false, true);
  step.share.ref = world.ref(u"e");
  EXPECT_EQ(world.status(step), STATUS_ACCESS_DENIED);
  step.encrypted.value = true;
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_INVALID);
  step = World::with(asking(world.creating(a), 0), g);
  step.aiLength.value = ContextLength{19};
  step.disposition.value = Disposition::OPEN;
  EXPECT_EQ(world.status(step), STATUS_INVALID_PARAMETER);
  step.aiLength.value.reset();
  EXPECT_EQ(world.status(step), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.status(disposed(world.creating(a), Disposition::OPEN)), STATUS_OBJECT_NAME_NOT_FOUND);
  EXPECT_EQ(number(world.server()->ids.next().durable), 1U);
  EXPECT_EQ(world.status(disposed(world.creating(a), Disposition::CREATE)), STATUS_SUCCESS);
  EXPECT_EQ(world.status(disposed(world.creating(a), Disposition::CREATE)), STATUS_OBJECT_NAME_COLLISION);
}

TEST_F(SmbCreating, SizesCountWhereTheContextDoes) {
  const auto lengths = [](SmbCreate step, std::uint32_t ai, std::uint32_t av) {
    step.aiLength.value = ContextLength{ai};
    step.avLength.value = ContextLength{av};
    return step;
  };
  const auto old = world.connect(World::client_a, Dialect::smb_3_0_2);
  const auto oldest = world.connect(World::client_a, Dialect::smb_2_1);
  const auto sent = [&](ConnectionKey connection) { return World::with(world.creating(connection), g, VersionPair{}); };
  EXPECT_EQ(world.status(lengths(sent(a), 20, 23)), STATUS_INVALID_PARAMETER);
  EXPECT_EQ(world.status(lengths(sent(old), 21, 24)), STATUS_INVALID_PARAMETER);
  const Opened unchecked = world.create(lengths(sent(old), 20, 0));
  EXPECT_EQ(unchecked.status, STATUS_SUCCESS);
  world.close(unchecked.key);
  EXPECT_EQ(world.status(lengths(sent(oldest), 0, 5000)), STATUS_SUCCESS);
}

TEST_F(SmbCreating, DurableRequestAndReconnectExcludeEachOther) {
  SmbCreate step = World::reclaiming(World::durably(world.creating(a, u""), name_a), OpenKey{});
  EXPECT_EQ(world.status(step), STATUS_INVALID_PARAMETER);
  const auto oldest = world.connect(World::client_a, Dialect::smb_2_1);
  step.conn.raw = oldest;
  EXPECT_EQ(world.status(step), STATUS_OBJECT_NAME_INVALID);
  step.path.ref = world.ref(u"f");
  EXPECT_EQ(world.status(step), STATUS_SUCCESS);
}

TEST_F(SmbCreating, RightsComeFromTheAcl) {
  world.acl(u"c:\\data\\f", u"user1", 0x00120089 | FILE_EXECUTE);
  const auto granted = [&](std::uint32_t access) {
    const Opened opened = world.create(asking(World::sharing(world.creating(a)), access));
    return opened.status == STATUS_SUCCESS ? world.open(opened.key)->granted : 0;
  };
  EXPECT_EQ(granted(FILE_GENERIC_READ), 0x00120089U);
  EXPECT_EQ(granted(FILE_GENERIC_WRITE), 0U);
  EXPECT_EQ(granted(FILE_MAXIMUM_ALLOWED), 0x001200A9U);
  EXPECT_EQ(granted(FILE_MAXIMUM_ALLOWED | FILE_WRITE_DATA), 0U);
  EXPECT_EQ(granted(FILE_EXECUTE), FILE_EXECUTE | FILE_READ_DATA);
  EXPECT_EQ(granted(0x01000000), 0U);
  world.acl(u"c:\\data\\f", u"user1", 0);
  EXPECT_EQ(granted(FILE_MAXIMUM_ALLOWED), 0U);
}

TEST_F(SmbCreating, ShareModesWorkInBothDirections) {
  const auto create = [&](std::uint32_t access, std::uint32_t share) {
    return world.create(asking(World::sharing(world.creating(a), share), access));
  };
  const Opened reader = create(FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE);
  EXPECT_EQ(create(FILE_WRITE_DATA, 7).status, STATUS_SHARING_VIOLATION);
  EXPECT_EQ(create(FILE_READ_DATA, 6).status, STATUS_SHARING_VIOLATION);
  EXPECT_EQ(create(FILE_READ_ATTRIBUTES, 0).status, STATUS_SUCCESS);
  EXPECT_EQ(create(0x00020000, 0).status, STATUS_SUCCESS);
  const Opened deleter = create(FILE_DELETE, FILE_SHARE_READ);
  EXPECT_EQ(deleter.status, STATUS_SUCCESS);
  EXPECT_EQ(create(FILE_READ_DATA, 1).status, STATUS_SHARING_VIOLATION);
  world.close(deleter.key);
  EXPECT_EQ(create(FILE_READ_DATA, 1).status, STATUS_SUCCESS);
  world.close(reader.key);
}

TEST_F(SmbCreating, ABatchHoldIsForOneAndAnybodyBreaksIt) {
  const Opened held = world.create(World::holding(World::sharing(world.creating(a)), HoldKind::batch));
  EXPECT_EQ(held.hold, HoldKind::batch);
  EXPECT_EQ(world.create(asking(world.creating(b), FILE_READ_ATTRIBUTES)).hold, HoldKind::none);
  EXPECT_EQ(world.open(held.key)->hold, HoldKind::batch);
  EXPECT_EQ(world.create(World::holding(World::sharing(world.creating(b)), HoldKind::batch)).hold, HoldKind::none);
  EXPECT_EQ(world.open(held.key)->hold, HoldKind::none);
  EXPECT_EQ(world.breaks(a), 1U);
  EXPECT_TRUE(world.log().empty());
}

TEST_F(SmbCreating, ALeaseIsBrokenByAConflictOnlyAndNotByItsOwnKey) {
  const Guid key{30, 1};
  const auto leased = [&](ConnectionKey connection, std::uint32_t share) {
    return World::holding(World::sharing(world.creating(connection), share), HoldKind::handle_lease, key);
  };
  const Opened first = world.create(leased(a, 7));
  EXPECT_EQ(world.create(leased(b, 7)).hold, HoldKind::handle_lease);
  EXPECT_EQ(world.status(leased(a, 0)), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(world.open(first.key)->hold, HoldKind::handle_lease);
  EXPECT_EQ(world.breaks(a), 0U);
  EXPECT_EQ(world.breaks(b), 1U);
  EXPECT_EQ(world.status(world.creating(b)), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(world.open(first.key)->hold, HoldKind::none);
  EXPECT_EQ(world.open(first.key)->lease_key, Guid{});
  EXPECT_EQ(world.breaks(a), 1U);
}

TEST_F(SmbCreating, ACreateGuidIsTakenWhileItsCreateCanBeReplayed) {
  const Opened first = world.create(World::durably(world.creating(a), name_a));
  EXPECT_EQ(world.status(World::durably(world.creating(a, u"g"), name_a)), STATUS_DUPLICATE_OBJECTID);
  EXPECT_EQ(world.status(World::durably(world.creating(b, u"g"), name_a)), STATUS_SUCCESS);
  world.close(first.key);
  EXPECT_EQ(world.status(World::durably(world.creating(a, u"h"), name_a)), STATUS_SUCCESS);
}

TEST_F(SmbCreating, AnOpenThatIsTakenOverNoLongerHasItsCreateGuid) {
  const auto reconnected = world.connect(World::client_c);
  world.share(u"ca", u"c:\\ca", true);
  SmbCreate step = World::durably(World::with(world.creating(a, u"f", u"ca"), g), name_a, 1000, true);
  const Opened first = world.create(step);
  world.disconnect(a);
  const Opened again = world.create(World::reclaiming(world.creating(reconnected, u"f", u"ca"), first.key, true));
  ASSERT_EQ(again.status, STATUS_SUCCESS);
  // Live under another client's connection, recorded under the first client's GUID (SMB-AI-08).
  step.conn.raw = world.connect(World::client_a);
  EXPECT_EQ(world.status(World::durably(world.creating(step.conn.raw, u"other", u"ca"), name_a)),
            STATUS_DUPLICATE_OBJECTID);
  EXPECT_EQ(world.status(step), STATUS_SUCCESS);
  EXPECT_EQ(world.read(again.key), STATUS_FILE_CLOSED);
}

TEST_F(SmbCreating, ClosesMadeBeforeAFailureStayMade) {
  const Opened first = world.create(World::with(world.creating(a), g));
  SmbCreate late = World::with(disposed(world.creating(b), Disposition::CREATE), g);
  EXPECT_EQ(world.status(late), STATUS_OBJECT_NAME_COLLISION);
  EXPECT_EQ(world.open(first.key), nullptr);
  EXPECT_EQ(world.log().size(), 1U);
  EXPECT_EQ(number(world.server()->ids.next().durable), 2U);
}

TEST_F(SmbCreating, AnExplicitIdentitySuppressesTheDerivedOne) {
  const ProcessKey p = World::process(0);
  world.tag(p, current_process, g);
  RegisterAppInstanceVersion version{.InstanceVersionHigh = VersionNumber{5}};
  version.AppInstanceId.value = g;
  world.result(World::by(p, version));
  const auto recorded = [&](std::u16string_view path, std::optional<Guid> ai, std::optional<VersionPair> av) {
    return world.open(world.create(World::made_by(World::with(world.creating(a, path), ai, av), p)).key);
  };
  EXPECT_FALSE(recorded(u"1", World::g2, {})->version);
  EXPECT_EQ(recorded(u"2", {}, VersionPair{1, 2})->version, (VersionPair{1, 2}));
  EXPECT_EQ(recorded(u"2", {}, VersionPair{1, 2}), nullptr);
}

TEST_F(SmbCreating, TheMachineRemembersWhatTheServerSaidToItsVersion) {
  const ProcessKey p = World::process(0);
  world.tag(p, current_process, g);
  RegisterAppInstanceVersion version{.InstanceVersionHigh = VersionNumber{5}};
  version.AppInstanceId.value = g;
  const auto status = [&] {
    QueryAppInstanceVersion query;
    query.AppInstanceId.value = g;
    return static_cast<NtStatus>(world.perform(World::by(p, query)).out[2]);
  };
  world.result(World::by(p, version));
  world.status(World::made_by(world.creating(a, u"f", u"nowhere"), p));
  EXPECT_EQ(status(), STATUS_BAD_NETWORK_NAME);
  world.status(World::made_by(World::with(world.creating(a, u"f", u"nowhere2"), {}, VersionPair{}), p));
  EXPECT_EQ(status(), STATUS_BAD_NETWORK_NAME);
  world.status(World::made_by(world.creating(a), p));
  EXPECT_EQ(status(), STATUS_SUCCESS);
  world.status(World::made_by(World::reclaiming(world.creating(a), OpenKey{}), p));
  EXPECT_EQ(status(), STATUS_OBJECT_NAME_NOT_FOUND);
  world.result(World::by(p, version));
  EXPECT_EQ(status(), STATUS_SUCCESS);
  world.disconnect(a);
  EXPECT_EQ(world.status(World::made_by(world.creating(a), p)), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(status(), STATUS_SUCCESS);
}

TEST_F(SmbCreating, AnExtendedAttributeSpeaksForOneOpen) {
  SmbCreate step = World::made_by(world.creating(a), World::process(0));
  std::vector<std::uint8_t> id(16, 0);
  id[15] = 9;
  step.ea.value = world.tables().bytes(id);
  EXPECT_EQ(world.open(world.create(step).key)->app_instance, (Guid{0, 9}));
  id.push_back(0);
  step.ea.value = world.tables().bytes(id);
  EXPECT_EQ(world.status(step), STATUS_EA_CORRUPT_ERROR);
  step.by.value.reset();
  EXPECT_EQ(world.status(step), STATUS_SHARING_VIOLATION);
}

TEST(SmbFreshIds, AreUsedUpWhereTheyAreSentAndWhateverTheServerSays) {
  SmbWorld world{
      documented_profile().with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open)};
  world.serve();
  const auto a = world.connect(World::client_a);
  const auto old = world.connect(World::client_a, Dialect::smb_2_1);
  const ProcessKey p = World::process(0);
  const auto used = [&] { return world.world().calls().app_instances.filter(MachineIndex{0}).fresh_counter(); };
  const Opened first = world.create(World::made_by(world.creating(a), p));
  EXPECT_EQ(used(), 1U);
  EXPECT_EQ(world.open(first.key)->app_instance, (Guid{0x0100000000000000, 0x4652455348494400}));
  EXPECT_EQ(world.status(World::made_by(world.creating(a), p)), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(used(), 2U);
  world.status(World::made_by(world.creating(a, u"f", u"nowhere"), p));
  EXPECT_EQ(used(), 3U);
  world.status(World::made_by(world.creating(old), p));
  world.status(World::made_by(World::with(world.creating(a), g), p));
  world.status(world.creating(a));
  EXPECT_EQ(used(), 3U);
}

}  // namespace
}  // namespace procreg::impl
