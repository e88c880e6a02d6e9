#include <gtest/gtest.h>

#include <limits>

#include "impl/smb/smb_fixture.h"

namespace procreg::impl {
namespace {

using enum NtStatus;
using World = SmbWorld;

class SmbOperations : public testing::Test {
 protected:
  void SetUp() override { serve({}); }
  void serve(std::optional<Flavour> flavour) {
    world.serve(Dialect::smb_3_1_1, flavour);
    a = world.connect(World::client_a);
    b = world.connect(World::client_b);
    mine = world.create(World::sharing(world.creating(a))).key;
    other = world.create(World::sharing(world.creating(b))).key;
  }
  OpenKey granted(std::uint32_t access) {
    SmbCreate step = World::sharing(world.creating(a));
    step.desiredAccess.value = FileAccess{access};
    return world.create(step).key;
  }
  std::string content() {
    const File& file = *world.open(mine)->file;
    return {file.bytes().begin(), file.bytes().end()};
  }

  SmbWorld world;
  ConnectionKey a;
  ConnectionKey b;
  OpenKey mine;
  OpenKey other;
};

TEST_F(SmbOperations, WhatOneWritesAnotherReads) {
  EXPECT_EQ(world.write(mine, 2, {'x', 'y'}), STATUS_SUCCESS);
  const Answer answer = world.read_answer(other, 1, 2);
  EXPECT_EQ(answer.written, 1U);
  EXPECT_EQ(answer.out, out_of_bytes(std::vector<std::uint8_t>{0, 'x'}));
  EXPECT_EQ(world.read_answer(other, 3, 100).out, out_of_bytes(std::vector<std::uint8_t>{'y'}));
  EXPECT_EQ(world.read(other, 4), STATUS_END_OF_FILE);
}

TEST_F(SmbOperations, AReadOfNothingSucceedsAnywhere) {
  const Answer answer = world.read_answer(mine, 1000, 0);
  EXPECT_EQ(answer.result, Result{STATUS_SUCCESS});
  EXPECT_EQ(answer.written, 1U);
  EXPECT_EQ(answer.out, out_of_bytes({}));
}

TEST_F(SmbOperations, AGapIsFilledWithZerosAlsoBehindAnotherGrowth) {
  world.write(mine, 0, std::vector<std::uint8_t>(60, 7));
  world.write(mine, 200, {9});
  EXPECT_EQ(content(), std::string(60, 7) + std::string(140, 0) + '\x09');
}

TEST_F(SmbOperations, RightsAreThoseOfTheOpen) {
  EXPECT_EQ(world.read(granted(FILE_WRITE_DATA)), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.write(granted(FILE_READ_DATA), 0, {1}), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.read(granted(FILE_EXECUTE)), STATUS_END_OF_FILE);
}

TEST_F(SmbOperations, AGenericServerAsksForTheRightByRange) {
  world.write(mine, 0, {1, 2, 3});
  const OpenKey writer = granted(FILE_WRITE_DATA);
  const OpenKey appender = granted(FILE_APPEND_DATA);
  EXPECT_EQ(world.write(writer, 1, {9, 9}), STATUS_SUCCESS);
  EXPECT_EQ(world.write(writer, 2, {9, 9}), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.write(appender, 1, {8, 8}), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.write(appender, 2, {8, 8}), STATUS_SUCCESS);
  EXPECT_EQ(world.write(appender, 100, {}), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.write(writer, 100, {}), STATUS_SUCCESS);
  EXPECT_EQ(content(), (std::string{1, 9, 8, 8}));
}

TEST(SmbOperationsOfAProduct, EitherRightWrites) {
  SmbWorld world;
  world.serve(Dialect::smb_3_1_1, Flavour::ws2016plus);
  SmbCreate step = world.creating(world.connect(World::client_a));
  step.desiredAccess.value = FileAccess{FILE_WRITE_DATA};
  const OpenKey writer = world.create(step).key;
  EXPECT_EQ(world.write(writer, 5, {1}), STATUS_SUCCESS);
}

TEST_F(SmbOperations, ExclusiveLocksKeepOthersOut) {
  world.write(mine, 0, {1, 2, 3, 4});
  EXPECT_EQ(world.lock(mine, 1, 2, LockKind::exclusive), STATUS_SUCCESS);
  EXPECT_EQ(world.read(other, 0, 1), STATUS_SUCCESS);
  EXPECT_EQ(world.read(other, 2, 1), STATUS_FILE_LOCK_CONFLICT);
  EXPECT_EQ(world.write(other, 2, {1}), STATUS_FILE_LOCK_CONFLICT);
  EXPECT_EQ(world.read(mine, 0, 4), STATUS_SUCCESS);
  EXPECT_EQ(world.write(mine, 1, {5}), STATUS_SUCCESS);
  EXPECT_EQ(world.lock(other, 2, 5, LockKind::shared), STATUS_LOCK_NOT_GRANTED);
  EXPECT_EQ(world.lock(mine, 2, 5, LockKind::shared), STATUS_SUCCESS);
  EXPECT_EQ(world.lock(mine, 6, 1, LockKind::exclusive), STATUS_LOCK_NOT_GRANTED);
}

TEST_F(SmbOperations, SharedLocksKeepEveryWriteOut) {
  EXPECT_EQ(world.lock(mine, 0, 4, LockKind::shared), STATUS_SUCCESS);
  EXPECT_EQ(world.lock(other, 0, 4, LockKind::shared), STATUS_SUCCESS);
  EXPECT_EQ(world.write(mine, 3, {1}), STATUS_FILE_LOCK_CONFLICT);
  EXPECT_EQ(world.write(mine, 4, {1}), STATUS_SUCCESS);
}

TEST_F(SmbOperations, ALockMayEndWithTheAddressesAndNotBehindThem) {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(world.lock(mine, last, 1, LockKind::exclusive), STATUS_SUCCESS);
  EXPECT_EQ(world.lock(mine, last, 2, LockKind::exclusive), STATUS_INVALID_LOCK_RANGE);
  EXPECT_EQ(world.lock(mine, 2, last, LockKind::shared), STATUS_INVALID_LOCK_RANGE);
  EXPECT_EQ(world.lock(mine, 1, last, LockKind::shared), STATUS_SUCCESS);
  EXPECT_EQ(world.lock(mine, last, 0, LockKind::exclusive), STATUS_SUCCESS);
  EXPECT_EQ(world.read(other, last, 5), STATUS_FILE_LOCK_CONFLICT);
}

TEST_F(SmbOperations, UnlockingTakesTheExclusiveOneFirstAndThenTheNewest) {
  world.lock(mine, 7, 0, LockKind::exclusive);
  world.lock(mine, 7, 0, LockKind::shared);
  world.lock(mine, 8, 0, LockKind::shared);
  world.lock(mine, 7, 0, LockKind::shared);
  const auto& locks = world.open(mine)->file->locks;
  EXPECT_EQ(world.lock(other, 7, 0, LockKind::unlock), STATUS_RANGE_NOT_LOCKED);
  EXPECT_EQ(world.lock(mine, 7, 0, LockKind::unlock), STATUS_SUCCESS);
  EXPECT_FALSE(locks[0].exclusive);
  EXPECT_EQ(world.lock(mine, 7, 0, LockKind::unlock), STATUS_SUCCESS);
  ASSERT_EQ(locks.size(), 2U);
  EXPECT_EQ(locks[1].offset, 8U);
  EXPECT_EQ(world.lock(mine, 7, 1, LockKind::unlock), STATUS_RANGE_NOT_LOCKED);
}

TEST_F(SmbOperations, ClosingReleasesLocksAndIsNotLogged) {
  world.lock(mine, 0, 4, LockKind::exclusive);
  const File& file = *world.open(mine)->file;
  EXPECT_EQ(world.close(mine), STATUS_SUCCESS);
  EXPECT_TRUE(file.locks.empty());
  EXPECT_TRUE(world.log().empty());
  EXPECT_EQ(world.close(mine), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.write(other, 0, {1}), STATUS_SUCCESS);
}

TEST_F(SmbOperations, AHandleIsOfItsConnection) {
  OpenKey stolen = mine;
  stolen.connection = b;
  EXPECT_EQ(world.read(stolen), STATUS_FILE_CLOSED);
  OpenKey older = mine;
  older.volatile_ = VolatileId{77};
  EXPECT_EQ(world.read(older), STATUS_FILE_CLOSED);
  EXPECT_EQ(world.read(OpenKey{}), STATUS_FILE_CLOSED);
  world.disconnect(a);
  EXPECT_EQ(world.read(older), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(world.read(mine), STATUS_CONNECTION_DISCONNECTED);
  EXPECT_EQ(world.close(mine), STATUS_CONNECTION_DISCONNECTED);
}

TEST_F(SmbOperations, OnlyCloseLooksForTheOpenBeforeItLooksAtTheEncryption) {
  world.share(u"e", u"c:\\e", false, true);
  SmbCreate step = world.creating(a, u"f", u"e");
  EXPECT_EQ(world.status(step), STATUS_ACCESS_DENIED);
  step.encrypted.value = true;
  const OpenKey handle = world.create(step).key;
  EXPECT_EQ(world.read(handle), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.close(handle), STATUS_ACCESS_DENIED);
  SmbClose closing;
  closing.h.raw = handle;
  closing.encrypted.value = true;
  EXPECT_EQ(world.result(closing), Result{STATUS_SUCCESS});
  EXPECT_EQ(world.read(handle), STATUS_ACCESS_DENIED);
  EXPECT_EQ(world.close(handle), STATUS_FILE_CLOSED);
}

TEST_F(SmbOperations, AProcessThatHasEndedMakesNoCall) {
  world.exit(World::process(0));
  SmbClose step;
  step.h.raw = mine;
  step.by.value.emplace();
  step.by.value->raw = World::process(0);
  EXPECT_EQ(world.result(step), not_runnable);
  step.h.raw = {};
  EXPECT_EQ(world.result(step), not_runnable);
  EXPECT_EQ(world.close(mine), STATUS_SUCCESS);
}

TEST_F(SmbOperations, AnyUseOfTheFileEndsTheReplayOfItsCreate) {
  const Guid name{20, 1};
  const OpenKey handle = world.create(World::durably(World::sharing(world.creating(a)), name)).key;
  EXPECT_EQ(world.status(World::durably(world.creating(a, u"g"), name)), STATUS_DUPLICATE_OBJECTID);
  EXPECT_EQ(world.lock(handle, 0, 0, LockKind::unlock), STATUS_RANGE_NOT_LOCKED);
  EXPECT_EQ(world.status(World::durably(world.creating(a, u"g"), name)), STATUS_SUCCESS);
}

}  // namespace
}  // namespace procreg::impl
