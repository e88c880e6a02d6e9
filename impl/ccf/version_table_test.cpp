#include "impl/ccf/version_table.h"

#include <gtest/gtest.h>

#include <bit>

namespace procreg::impl {
namespace {

constexpr Guid g{1, 2};

class VersionTableTest : public testing::Test {
 protected:
  std::optional<VersionPair> pair(const Guid& id) const {
    const auto known = table.find(id);
    return known ? std::optional{known->pair} : std::nullopt;
  }

  Arena arena;
  CcfHeap heap{arena};
  VersionTable table{arena, heap};
};

TEST_F(VersionTableTest, GivesBackWhatWasRegistered) {
  EXPECT_EQ(pair(g), std::nullopt);
  EXPECT_TRUE(table.register_version(g, {3, 4}));
  EXPECT_TRUE(table.register_version({}, {0, 0}));
  EXPECT_EQ(pair(g), (VersionPair{3, 4}));
  EXPECT_EQ(pair({}), (VersionPair{}));
  EXPECT_TRUE(table.register_version(g, {1, 1}));
  EXPECT_EQ(pair(g), (VersionPair{1, 1}));
  EXPECT_EQ(table.size(), 2U);
}

TEST_F(VersionTableTest, ForgetsAllWhenCleared) {
  table.register_version(g, {3, 4});
  table.clear();
  EXPECT_EQ(pair(g), std::nullopt);
  EXPECT_EQ(table.size(), 0U);
  table.each([](const VersionEntry&) { ADD_FAILURE(); });
  table.clear();
  table.register_version(g, {5, 6});
  EXPECT_EQ(pair(g), (VersionPair{5, 6}));
}

TEST_F(VersionTableTest, WithoutMemoryChangesNothing) {
  heap.fail(1);
  EXPECT_FALSE(table.register_version(g, {1, 1}));
  EXPECT_EQ(pair(g), std::nullopt);
  table.register_version(g, {1, 1});
  heap.fail(1);
  EXPECT_TRUE(table.register_version(g, {2, 2})) << "no new entry, no attempt";
  table.clear();
  EXPECT_FALSE(table.register_version(g, {3, 3})) << "a new entry again";
  EXPECT_EQ(pair(g), std::nullopt);
}

TEST_F(VersionTableTest, KeepsAStatusForTheVersionThatWasMetOnly) {
  table.register_version(g, {1, 1});
  const KnownVersion met = *table.find(g);
  VersionTable::note(met, NtStatus::STATUS_SHARING_VIOLATION);
  EXPECT_EQ(table.last_status(g), NtStatus::STATUS_SHARING_VIOLATION);
  table.register_version(g, {1, 1});
  EXPECT_EQ(table.last_status(g), NtStatus::STATUS_SUCCESS);
  VersionTable::note(met, NtStatus::STATUS_SHARING_VIOLATION);
  EXPECT_EQ(table.last_status(g), NtStatus::STATUS_SUCCESS);
  const KnownVersion again = *table.find(g);
  table.clear();
  VersionTable::note(again, NtStatus::STATUS_SHARING_VIOLATION);
  table.register_version(g, {1, 1});
  EXPECT_EQ(table.last_status(g), NtStatus::STATUS_SUCCESS);
}

TEST_F(VersionTableTest, HoldsManyVersions) {
  constexpr std::uint64_t count = 20000;
  for (std::uint64_t i = 0; i < count; ++i) table.register_version({i, ~i}, {i, 1});
  for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(pair({i, ~i}), (VersionPair{i, 1})) << i;
  EXPECT_EQ(pair({0, 0}), std::nullopt);
  EXPECT_EQ(table.size(), count);
}

TEST_F(VersionTableTest, KeepsInstancesOfOneHashApart) {
  // High halves that make up for what the low halves mix in (hash_of).
  const auto mixed = [](std::uint64_t low) { return std::rotl(low * 0x9E3779B97F4A7C15U, 32); };
  const Guid a{7 ^ mixed(1), 1};
  const Guid b{7 ^ mixed(2), 2};
  const Guid c{7 ^ mixed(3), 3};
  table.register_version(a, {1, 1});
  table.register_version(b, {2, 2});
  EXPECT_EQ(pair(c), std::nullopt);
  table.register_version(c, {3, 3});
  EXPECT_EQ(pair(a), (VersionPair{1, 1}));
  EXPECT_EQ(pair(b), (VersionPair{2, 2}));
  EXPECT_EQ(pair(c), (VersionPair{3, 3}));
  EXPECT_EQ(pair({7 ^ mixed(4), 4}), std::nullopt);
}

}  // namespace
}  // namespace procreg::impl
