#include "model/smb/smb_scene_test.h"

namespace procreg::model {
namespace {

using enum NtStatus;
using enum LockKind;

TEST(AWrite, FillsTheGapWithZeros) {
  SmbScene scene;
  const OpenRef h = scene.opens(scene.create(scene.connect(client_a)));
  EXPECT_EQ(scene.reads(h), STATUS_SUCCESS);
  EXPECT_EQ(scene.writes(h, 2, {7, 8}), STATUS_SUCCESS);
  const Answer& answer = scene.must(SmbRead{.h = h, .length = ByteCount{100}});
  EXPECT_EQ(answer.out, out_of_bytes(std::vector<std::uint8_t>{0, 0, 7, 8}));
  EXPECT_EQ(scene.does(SmbRead{.h = h, .offset = FileOffset{4}, .length = ByteCount{1}}), STATUS_END_OF_FILE);
}

TEST(TheRightToWrite, DependsOnTheRangeForTheGenericFlavourOnly) {
  for (const Flavour flavour : {Flavour::generic, Flavour::ws2016plus}) {
    SmbScene scene{{.flavour = flavour}};
    SmbCreate call = scene.create(scene.connect(client_a));
    call.desiredAccess = {FileAccess{FILE_APPEND_DATA}};
    const OpenRef appender = scene.opens(call);
    EXPECT_EQ(scene.writes(appender, 0, {1, 2}), STATUS_SUCCESS);
    EXPECT_EQ(scene.writes(appender, 0, {1}), flavour == Flavour::generic ? STATUS_ACCESS_DENIED : STATUS_SUCCESS);
  }
}

TEST(ALock, StopsOthersAndASharedOneAlsoItsOwnWriter) {
  SmbScene scene;
  const OpenRef a = scene.opens(SmbScene::shared(scene.create(scene.connect(client_a))));
  const OpenRef b = scene.opens(SmbScene::shared(scene.create(scene.connect(client_b))));
  ASSERT_EQ(scene.writes(a, 0, {1, 2, 3, 4}), STATUS_SUCCESS);
  EXPECT_EQ(scene.locks(a, 0, 2, exclusive), STATUS_SUCCESS);
  const SmbRead read{.h = b, .length = ByteCount{4}};
  EXPECT_EQ(scene.does(read), STATUS_FILE_LOCK_CONFLICT);
  EXPECT_EQ(scene.does(SmbRead{.h = b, .offset = FileOffset{2}, .length = ByteCount{2}}), STATUS_SUCCESS);
  EXPECT_EQ(scene.locks(b, 1, 1, shared), STATUS_LOCK_NOT_GRANTED);
  EXPECT_EQ(scene.locks(a, 1, 1, shared), STATUS_SUCCESS);
  EXPECT_EQ(scene.locks(a, 0, 2, unlock), STATUS_SUCCESS);
  EXPECT_EQ(scene.does(read), STATUS_SUCCESS);
  EXPECT_EQ(scene.writes(a, 1, {9}), STATUS_FILE_LOCK_CONFLICT);
  EXPECT_EQ(scene.locks(b, 1, 1, unlock), STATUS_RANGE_NOT_LOCKED);
}

TEST(ALock, NeverPassesTheEndAndMayBeEmpty) {
  SmbScene scene;
  const OpenRef h = scene.opens(scene.create(scene.connect(client_a)));
  const std::uint64_t last = ~std::uint64_t{0};
  EXPECT_EQ(scene.locks(h, last, 1, exclusive), STATUS_SUCCESS);
  EXPECT_EQ(scene.locks(h, last, 2, exclusive), STATUS_INVALID_LOCK_RANGE);
  EXPECT_EQ(scene.locks(h, last, 0, exclusive), STATUS_SUCCESS);
  EXPECT_EQ(scene.locks(h, last, 0, exclusive), STATUS_SUCCESS);
}

TEST(AnUnlock, TakesTheExclusiveLockThenTheNewestSharedOne) {
  SmbScene scene;
  const OpenRef h = scene.opens(scene.create(scene.connect(client_a)));
  ASSERT_EQ(scene.locks(h, 0, 1, exclusive), STATUS_SUCCESS);
  ASSERT_EQ(scene.locks(h, 0, 1, shared), STATUS_SUCCESS);
  ASSERT_EQ(scene.locks(h, 0, 1, unlock), STATUS_SUCCESS);
  const Locks& left = scene.server().files[0].locks;
  ASSERT_EQ(left.size(), 1U);
  EXPECT_FALSE(left[0].exclusive);
}

TEST(AHandle, IsDeadOnceItsOpenIsClosedOrItsConnectionIsDown) {
  SmbScene scene;
  const ConnectionRef a = scene.connect(client_a);
  const OpenRef h = scene.opens(scene.create(a));
  ASSERT_EQ(scene.locks(h, 0, 1, exclusive), STATUS_SUCCESS);
  OpenRef old = h;
  old.raw.volatile_ = VolatileId{9};
  EXPECT_EQ(scene.perform(SmbRead{.h = old}).decided, Clause("SMB-DUR-11"));
  EXPECT_EQ(scene.does(SmbClose{.h = h}), STATUS_SUCCESS);
  EXPECT_TRUE(scene.server().files[0].locks.empty());
  EXPECT_EQ(scene.perform(SmbClose{.h = h}).decided, Clause("SMB-AI-17"));
  scene.disconnect(a);
  EXPECT_EQ(scene.reads(h), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(scene.reads(OpenRef{}), STATUS_FILE_CLOSED);
}

TEST(AnEncryptedShare, LooksAtAClosedHandleBeforeItsEncryptionForCloseOnly) {
  SmbScene scene{{.encrypt = true}};
  SmbCreate call = scene.create(scene.connect(client_a));
  EXPECT_EQ(scene.does(call), STATUS_ACCESS_DENIED);
  call.encrypted = {true};
  OpenRef h = scene.opens(call);
  EXPECT_EQ(scene.perform(SmbRead{.h = h}).decided, Clause("SMB-OPEN-04"));
  EXPECT_EQ(scene.perform(SmbClose{.h = h}).decided, Clause("SMB-OPEN-04"));
  h.raw.durable = DurableId{7};
  EXPECT_EQ(scene.perform(SmbRead{.h = h}).decided, Clause("SMB-OPEN-04"));
  EXPECT_EQ(scene.perform(SmbClose{.h = h}).decided, Clause("SMB-AI-17"));
}

}  // namespace
}  // namespace procreg::model
