// The worked examples of smb.md 10.
#include <gtest/gtest.h>

#include "impl/smb/smb_fixture.h"

namespace procreg::impl {
namespace {

using enum NtStatus;
using World = SmbWorld;

constexpr Guid g = World::g;
constexpr Guid name_a{20, 1};
constexpr Guid name_b{20, 2};

TEST(SmbExample, X1FailoverWithVersions) {
  SmbWorld world;
  world.serve();
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  const auto c = world.connect(World::client_c, Dialect::smb_3_0_2);
  const Opened first = world.create(World::with(world.creating(a), g, VersionPair{7, 0}));
  EXPECT_EQ(first.status, STATUS_SUCCESS);
  EXPECT_EQ(world.status(World::with(world.creating(b), g, VersionPair{7, 0})), STATUS_FILE_FORCED_CLOSED);
  EXPECT_EQ(world.write(first.key, 0, {1}), STATUS_SUCCESS);
  EXPECT_EQ(world.status(World::with(world.creating(b), g, VersionPair{6, 99})), STATUS_FILE_FORCED_CLOSED);
  const Opened second = world.create(World::with(world.creating(b), g, VersionPair{7, 1}));
  EXPECT_EQ(second.status, STATUS_SUCCESS);
  EXPECT_EQ(world.read(first.key), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.close(first.key), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.status(World::with(world.creating(a), g, VersionPair{8, 0})), STATUS_SUCCESS);
  EXPECT_EQ(world.read(second.key), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.status(World::with(world.creating(c), g)), STATUS_FILE_FORCED_CLOSED);
  EXPECT_EQ(world.status(World::with(world.creating(c), g, VersionPair{9, 0})), STATUS_FILE_FORCED_CLOSED);
  EXPECT_EQ(world.log(), (std::vector<std::pair<std::uint32_t, ForcedClose>>{{1, ForcedClose::takeover},
                                                                             {2, ForcedClose::takeover}}));
}

void expect_several(SmbSeveralMatches option) {
  SmbWorld world{documented_profile().with(choice::smb_several_matches, option)};
  world.serve();
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  const auto create = [&](ConnectionKey connection, std::uint64_t high) {
    return world.create(World::with(World::sharing(world.creating(connection)), g, VersionPair{high, 0}));
  };
  const Opened first = create(a, 1);
  const Opened second = create(a, 3);
  EXPECT_EQ(second.status, STATUS_SUCCESS);
  if (option == SmbSeveralMatches::close_all) {
    EXPECT_EQ(create(b, 2).status, STATUS_FILE_FORCED_CLOSED);
    EXPECT_EQ(world.read(first.key), STATUS_END_OF_FILE);
    EXPECT_EQ(create(b, 4).status, STATUS_SUCCESS);
    EXPECT_EQ(world.read(second.key), STATUS_FILE_CLOSED);
  } else {
    EXPECT_EQ(create(b, 2).status, STATUS_SUCCESS);
    EXPECT_EQ(world.read(second.key), STATUS_END_OF_FILE);
  }
  EXPECT_EQ(world.read(first.key), STATUS_FILE_CLOSED);
}

TEST(SmbExample, X2SeveralMatches) {
  expect_several(SmbSeveralMatches::close_all);
  expect_several(SmbSeveralMatches::oldest_only);
}

TEST(SmbExample, X3PersistentOrphan) {
  SmbWorld world;
  world.serve(Dialect::smb_3_1_1, {}, true);
  auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  world.advance(1000);
  const Opened opened = world.create(World::durably(World::with(world.creating(a), g), name_a, 30000, true));
  EXPECT_EQ(opened.durable, DurableState::persistent);
  EXPECT_EQ(opened.timeout_ms, 30000U);
  world.disconnect(a);
  EXPECT_EQ(world.deadline(opened.key), 31000U);
  EXPECT_EQ(world.status(world.creating(b)), STATUS_FILE_NOT_AVAILABLE);
  a = world.connect(World::client_a);
  EXPECT_EQ(world.status(World::with(world.creating(a), g)), STATUS_FILE_NOT_AVAILABLE);
  world.advance(30000);
  const Opened again = world.create(World::reclaiming(world.creating(a), opened.key, true));
  EXPECT_EQ(again.status, STATUS_SUCCESS);
  EXPECT_EQ(again.key.durable, opened.key.durable);
  EXPECT_NE(again.key.volatile_, opened.key.volatile_);
  EXPECT_EQ(world.read(opened.key), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.read(again.key), STATUS_END_OF_FILE);
  world.disconnect(a);
  EXPECT_EQ(world.deadline(opened.key), 61000U);
  EXPECT_EQ(world.status(World::with(world.creating(b), g)), STATUS_SUCCESS);
  a = world.connect(World::client_a);
  EXPECT_EQ(world.status(World::reclaiming(world.creating(a), again.key, true)), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(SmbExample, X4ServerWithoutVersions) {
  SmbWorld world;
  world.serve(Dialect::smb_3_0_2);
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  const auto c = world.connect(World::client_c);
  const Opened unrecorded = world.create(World::with(world.creating(a), g));
  EXPECT_EQ(unrecorded.status, STATUS_SUCCESS);
  EXPECT_EQ(world.status(World::durably(World::with(world.creating(b), g), name_b)), STATUS_SHARING_VIOLATION);
  EXPECT_EQ(world.close(unrecorded.key), STATUS_SUCCESS);
  const Opened recorded = world.create(World::durably(World::with(world.creating(a), g), name_a));
  EXPECT_EQ(world.status(World::with(world.creating(b), g)), STATUS_SUCCESS);
  EXPECT_EQ(world.read(recorded.key), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.status(World::with(world.creating(c), g)), STATUS_SHARING_VIOLATION);
}

TEST(SmbExample, X5DurableWithoutPersistence) {
  SmbWorld world;
  world.serve();
  auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b);
  const Opened unheld = world.create(World::durably(world.creating(a), name_a));
  world.disconnect(a);
  a = world.connect(World::client_a);
  EXPECT_EQ(world.status(World::reclaiming(world.creating(a), unheld.key)), STATUS_OBJECT_NAME_NOT_FOUND);
  const Opened held = world.create(World::holding(World::durably(world.creating(a), name_a), HoldKind::batch));
  EXPECT_EQ(held.durable, DurableState::durable);
  EXPECT_EQ(held.timeout_ms, 60000U);
  world.disconnect(a);
  EXPECT_NE(world.open(held.key), nullptr);
  EXPECT_EQ(world.status(world.creating(b)), STATUS_SUCCESS);
  EXPECT_EQ(world.log(), (std::vector<std::pair<std::uint32_t, ForcedClose>>{{1, ForcedClose::disconnect},
                                                                             {2, ForcedClose::break_}}));
}

void expect_evicted(SmbCloseWithoutReadAccess option, bool durable, NtStatus expected) {
  SmbWorld world{documented_profile().with(choice::smb_close_without_read_access, option)};
  world.serve();
  world.acl(u"C:\\Data\\F", u"user2", 0x00120116);
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b, Dialect::smb_3_1_1, 0, u"user2");
  SmbCreate step = World::with(world.creating(a), g);
  if (durable) step = World::durably(step, name_a);
  const Opened first = world.create(step);
  SmbCreate writing = World::with(world.creating(b), g);
  writing.desiredAccess.value = FileAccess{FILE_GENERIC_WRITE};
  EXPECT_EQ(world.status(writing), expected);
  EXPECT_EQ(world.open(first.key) != nullptr, expected != STATUS_SUCCESS);
}

TEST(SmbExample, X6NoReadAccess) {
  expect_evicted(SmbCloseWithoutReadAccess::literal, false, STATUS_SUCCESS);
  expect_evicted(SmbCloseWithoutReadAccess::read_access_required, false, STATUS_SHARING_VIOLATION);
  expect_evicted(SmbCloseWithoutReadAccess::literal, true, STATUS_SHARING_VIOLATION);
  expect_evicted(SmbCloseWithoutReadAccess::read_access_required, true, STATUS_SHARING_VIOLATION);
}

TEST(SmbExample, X6AStaleVersionComesBeforeReadAccess) {
  SmbWorld world;
  world.serve();
  world.acl(u"c:\\data\\f", u"user2", 0x00120116);
  const auto a = world.connect(World::client_a);
  const auto b = world.connect(World::client_b, Dialect::smb_3_1_1, 0, u"user2");
  world.create(World::with(world.creating(a), g, VersionPair{2, 0}));
  EXPECT_EQ(world.status(World::with(world.creating(b), g, VersionPair{1, 0})), STATUS_FILE_FORCED_CLOSED);
}

TEST(SmbExample, X7FromAProcess) {
  SmbWorld world;
  world.serve();
  const ProcessKey p = World::process(0);
  world.tag(p, current_process, g);
  RegisterAppInstanceVersion version{.InstanceVersionHigh = VersionNumber{5}};
  version.AppInstanceId.value = g;
  world.result(World::by(p, version));
  const auto newest = world.connect(World::client_a);
  const auto older = world.connect(World::client_a, Dialect::smb_3_0_2);
  const auto oldest = world.connect(World::client_a, Dialect::smb_2_1);
  const auto made = [&](ConnectionKey connection, std::u16string_view path) {
    return world.create(World::made_by(world.creating(connection, path), p));
  };
  const Opened versioned = made(newest, u"1");
  EXPECT_EQ(world.open(versioned.key)->app_instance, g);
  EXPECT_EQ(world.open(versioned.key)->version, (VersionPair{5, 0}));
  const Opened unversioned = made(older, u"2");
  EXPECT_EQ(world.open(unversioned.key)->app_instance, g);
  EXPECT_FALSE(world.open(unversioned.key)->version);
  const Opened plain = made(oldest, u"3");
  EXPECT_FALSE(world.open(plain.key)->app_instance);
  world.result(FilterUnload{MachineIndex{0}});
  EXPECT_EQ(made(newest, u"1").status, STATUS_SHARING_VIOLATION);
  world.close(versioned.key);
  EXPECT_FALSE(world.open(made(newest, u"1").key)->app_instance);
}

}  // namespace
}  // namespace procreg::impl
