#include "impl/kernel/read_mostly_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace procreg::impl {
namespace {

using Table = ReadMostlyTable<3>;

TEST(ReadMostlyTable, FindsNothingWhileItIsEmpty) {
  const Table table;
  Table::Value value{};
  EXPECT_FALSE(table.find(1, value));
}

TEST(ReadMostlyTable, RefusesToReplaceOrEraseWhatIsNotThere) {
  Arena arena;
  Table table;
  EXPECT_FALSE(table.replace(1, {}));
  EXPECT_FALSE(table.erase(1));
  table.insert(arena, 1, {1, 2, 3});
  EXPECT_FALSE(table.replace(2, {}));
  EXPECT_FALSE(table.erase(2));
}

TEST(ReadMostlyTable, ForgetsEverythingWhenCleared) {
  Arena arena;
  Table table;
  for (std::uint64_t key = 1; key <= 100; ++key) table.insert(arena, key, {key, 0, 0});
  table.clear();
  EXPECT_EQ(table.size(), 0U);
  Table::Value value{};
  for (std::uint64_t key = 1; key <= 100; ++key) EXPECT_FALSE(table.find(key, value));
  table.insert(arena, 5, {7, 8, 9});
  ASSERT_TRUE(table.find(5, value));
  EXPECT_EQ(value, (Table::Value{7, 8, 9}));
}

// Few keys that collide and wrap around the end, so that removal has gaps to close.
TEST(ReadMostlyTable, AgreesWithAMapOverManyRandomSteps) {
  for (const std::uint64_t keys : {6U, 23U, 400U}) {
    Arena arena;
    Table table;
    std::map<std::uint64_t, Table::Value> map;
    std::mt19937_64 random{keys};
    for (std::uint64_t i = 1; i < 30000; ++i) {
      const std::uint64_t key = 1 + random() % keys;
      const Table::Value value{i, ~i, key};
      switch (random() % 3) {
        case 0:
          if (!map.contains(key)) table.insert(arena, key, map[key] = value);
          break;
        case 1:
          ASSERT_EQ(table.erase(key), map.erase(key) == 1);
          break;
        default:
          ASSERT_EQ(table.replace(key, value), map.contains(key));
          if (map.contains(key)) map[key] = value;
      }
      const std::uint64_t asked = 1 + random() % keys;
      Table::Value found{};
      ASSERT_EQ(table.find(asked, found), map.contains(asked)) << i;
      if (map.contains(asked)) {
        ASSERT_EQ(found, map[asked]);
      }
      ASSERT_EQ(table.size(), map.size());
    }
  }
}

}  // namespace
}  // namespace procreg::impl
