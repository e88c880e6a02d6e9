#include "impl/kernel/handle_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "impl/kernel/object.h"

namespace procreg::impl {
namespace {

class HandleTableTest : public testing::Test {
 protected:
  HandleValue insert(bool inheritable = false) {
    return table.insert(arena, {&object, PROCESS_TERMINATE, inheritable});
  }
  void remove(std::uint64_t value) { table.remove(table.find(HandleValue{value})); }

  Arena arena;
  KernelObject object;
  HandleTable table;
};

TEST_F(HandleTableTest, ValuesBeginAtFourAndGoUpByFour) {
  EXPECT_EQ(insert(), HandleValue{4});
  EXPECT_EQ(insert(), HandleValue{8});
  EXPECT_EQ(insert(), HandleValue{12});
}

TEST_F(HandleTableTest, ANewHandleGetsTheLowestFreeValue) {
  for (int i = 0; i < 10; ++i) insert();
  remove(32);
  remove(8);
  remove(20);
  EXPECT_EQ(insert(), HandleValue{8});
  EXPECT_EQ(insert(), HandleValue{20});
  EXPECT_EQ(insert(), HandleValue{32});
  EXPECT_EQ(insert(), HandleValue{44});
}

TEST_F(HandleTableTest, TheTwoLowBitsOfAValueAreIgnored) {
  insert();
  EXPECT_EQ(table.find(HandleValue{7}), table.find(HandleValue{4}));
  EXPECT_NE(table.find(HandleValue{7}), nullptr);
}

TEST_F(HandleTableTest, WhatWasNeverIssuedIsNotFound) {
  insert();
  for (const std::uint64_t value : {0ULL, 1ULL, 3ULL, 8ULL, 0xFFFFFFFFFFFFFFFFULL, 0x400000004ULL})
    EXPECT_EQ(table.find(HandleValue{value}), nullptr) << value;
}

TEST_F(HandleTableTest, AClosedHandleIsNotFound) {
  insert();
  remove(4);
  EXPECT_EQ(table.find(HandleValue{4}), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(HandleTableTest, AChildGetsTheInheritableEntriesAtTheSameValuesAndTheGapsAreFree) {
  for (int i = 1; i <= 9; ++i) insert(i == 2 || i == 9);
  HandleTable child;
  child.inherit(arena, table);
  std::vector<std::uint64_t> values;
  child.each([&](HandleValue value, const HandleEntry& entry) {
    EXPECT_TRUE(entry.inheritable);
    values.push_back(number(value));
  });
  EXPECT_EQ(values, (std::vector<std::uint64_t>{8, 36}));
  EXPECT_EQ(child.insert(arena, {&object, {}, false}), HandleValue{4});
  EXPECT_EQ(child.insert(arena, {&object, {}, false}), HandleValue{12});
}

TEST_F(HandleTableTest, AgreesWithASetOfFreeValuesOverManyRandomSteps) {
  std::mt19937 random{7};
  std::set<std::uint64_t> open;
  for (int i = 0; i < 20000; ++i) {
    if (open.empty() || random() % 5 < 3) {
      std::uint64_t lowest = 4;
      for (auto it = open.begin(); it != open.end() && *it == lowest; ++it) lowest += 4;
      ASSERT_EQ(number(insert()), lowest);
      open.insert(lowest);
    } else {
      const auto it = std::next(open.begin(), static_cast<long>(random() % open.size()));
      remove(*it);
      open.erase(it);
    }
    if (open.size() > 200) {
      for (const auto value : open) remove(value);
      open.clear();
    }
    ASSERT_EQ(table.size(), open.size());
  }
}

}  // namespace
}  // namespace procreg::impl
