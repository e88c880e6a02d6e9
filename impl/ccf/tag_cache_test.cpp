#include "impl/ccf/tag_cache.h"

#include <gtest/gtest.h>

namespace procreg::impl {
namespace {

constexpr Tag full{.has_id = true,
                   .id = {0x1122334455667788, 0x99AABBCCDDEEFF00},
                   .inherit = true,
                   .csv_flags = 0x80000001,
                   .origin = TagOrigin::inherited};

TEST(TagCache, GivesATagBackAsItWasPutIn) {
  Arena arena;
  TagCache cache{arena};
  EXPECT_EQ(cache.find(ObjectId{1}), std::nullopt);
  EXPECT_TRUE(cache.insert(ObjectId{1}, full));
  EXPECT_TRUE(cache.insert(ObjectId{2}, Tag{.csv_flags = 1}));
  EXPECT_EQ(cache.find(ObjectId{1}), full);
  EXPECT_EQ(cache.find(ObjectId{2}), Tag{.csv_flags = 1});
  EXPECT_EQ(cache.size(), 2U);
}

TEST(TagCache, InsertingOverATagReplacesIt) {
  Arena arena;
  TagCache cache{arena};
  cache.insert(ObjectId{1}, full);
  cache.insert(ObjectId{1}, Tag{.csv_flags = 1});
  EXPECT_EQ(cache.find(ObjectId{1}), Tag{.csv_flags = 1});
  EXPECT_EQ(cache.size(), 1U);
}

TEST(TagCache, ReplacesAndErasesOnlyWhatIsThere) {
  Arena arena;
  TagCache cache{arena};
  EXPECT_FALSE(cache.replace(ObjectId{1}, full));
  EXPECT_FALSE(cache.erase(ObjectId{1}));
  cache.insert(ObjectId{1}, Tag{});
  EXPECT_TRUE(cache.replace(ObjectId{1}, full));
  EXPECT_EQ(cache.find(ObjectId{1}), full);
  EXPECT_TRUE(cache.erase(ObjectId{1}));
  EXPECT_EQ(cache.find(ObjectId{1}), std::nullopt);
}

TEST(TagCache, AnInsertionWithoutMemoryChangesNothing) {
  Arena arena;
  CcfHeap heap{arena};
  TagCache cache{arena, &heap};
  cache.insert(ObjectId{1}, full);
  heap.fail(1);
  EXPECT_FALSE(cache.insert(ObjectId{1}, Tag{}));
  EXPECT_EQ(cache.find(ObjectId{1}), full);
  heap.fail(2);
  EXPECT_TRUE(cache.insert(ObjectId{2}, full));
  EXPECT_FALSE(cache.insert(ObjectId{3}, full));
  EXPECT_EQ(cache.find(ObjectId{3}), std::nullopt);
}

TEST(TagCache, ReplacingErasingAndFindingAskForNoMemory) {
  Arena arena;
  CcfHeap heap{arena};
  TagCache cache{arena, &heap};
  cache.insert(ObjectId{1}, full);
  heap.fail(1);
  cache.replace(ObjectId{1}, Tag{});
  cache.find(ObjectId{1});
  cache.erase(ObjectId{1});
  EXPECT_EQ(heap.countdowns().left(0), 1U);
}

TEST(TagCache, HoldsManyTagsAndForgetsThemWhenCleared) {
  Arena arena;
  TagCache cache{arena};
  constexpr std::uint64_t count = 50000;
  for (std::uint64_t i = 1; i <= count; ++i) cache.insert(ObjectId{i}, Tag{.has_id = true, .id = {i, ~i}});
  for (std::uint64_t i = 1; i <= count; i += 2) cache.erase(ObjectId{i});
  for (std::uint64_t i = 1; i <= count; ++i) {
    const auto tag = cache.find(ObjectId{i});
    ASSERT_EQ(tag.has_value(), i % 2 == 0) << i;
    ASSERT_EQ(tag.value_or(Tag{}).id, (i % 2 == 0 ? Guid{i, ~i} : Guid{}));
  }
  EXPECT_EQ(cache.size(), count / 2);
  cache.clear();
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(cache.find(ObjectId{2}), std::nullopt);
}

}  // namespace
}  // namespace procreg::impl
