#include "impl/wer/keyed_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "impl/wer/registration_block.h"

namespace procreg::impl {
namespace {

struct Value {
  std::uint32_t key{};
  std::uint32_t attribute{};
};
struct TestKey {
  std::uint32_t key{};
  std::uint32_t hash{};
  bool names(const Value& value) const { return value.key == key; }
};
using Numbers = std::vector<std::uint32_t>;

// What all hashes of a test have in common.
enum class Hashes { mixed, all_equal, alike_but_for_the_last_bits };

class KeyedListTest : public testing::TestWithParam<Hashes> {
 protected:
  static TestKey key(std::uint32_t number) {
    switch (GetParam()) {
      case Hashes::mixed:
        return {number, number * 0x9E3779B1U};
      case Hashes::all_equal:
        return {number, 7};
      case Hashes::alike_but_for_the_last_bits:
        break;
    }
    return {number, 0xABCDEF00U + number % 4};
  }
  void append(std::uint32_t number, std::uint32_t attribute = 0) {
    list.append(arena, key(number), {number, attribute});
  }
  bool holds(std::uint32_t number) {
    const Value* found = list.find(key(number));
    return found != nullptr && found->key == number;
  }
  bool remove(std::uint32_t number) { return list.remove(key(number)); }
  Numbers keys() const {
    Numbers all;
    for (const Value& value : list) all.push_back(value.key);
    return all;
  }

  Arena arena;
  KeyedList<Value> list;
};

TEST_P(KeyedListTest, KeepsTheOrderOfRegistration) {
  for (const std::uint32_t number : {40U, 8U, 24U}) append(number);
  EXPECT_EQ(keys(), (Numbers{40, 8, 24}));
  EXPECT_TRUE(holds(8));
  EXPECT_FALSE(holds(12));
}

TEST_P(KeyedListTest, RemovesTheOldestTheYoungestOneBetweenAndTheOnlyOne) {
  for (const std::uint32_t number : {1U, 2U, 3U, 4U}) append(number);
  EXPECT_TRUE(remove(2));
  EXPECT_EQ(keys(), (Numbers{1, 3, 4}));
  EXPECT_TRUE(remove(4));
  append(5);
  EXPECT_EQ(keys(), (Numbers{1, 3, 5}));
  EXPECT_TRUE(remove(1));
  append(1);
  EXPECT_EQ(keys(), (Numbers{3, 5, 1}));
  for (const std::uint32_t number : {3U, 1U, 5U}) EXPECT_TRUE(remove(number));
  EXPECT_FALSE(remove(5));
  EXPECT_EQ(list.size(), 0U);
  append(9);
  EXPECT_EQ(keys(), (Numbers{9}));
}

TEST_P(KeyedListTest, WhatIsFoundCanBeChangedInItsPlace) {
  for (const std::uint32_t number : {1U, 2U, 3U}) append(number, 10);
  list.find(key(2))->attribute = 20;
  EXPECT_EQ(keys(), (Numbers{1, 2, 3}));
  EXPECT_EQ(list.find(key(2))->attribute, 20U);
  EXPECT_EQ(list.find(key(3))->attribute, 10U);
}

TEST_P(KeyedListTest, ARemovedEntrysMemoryServesTheNextOne) {
  append(1);
  const Value* memory = list.find(key(1));
  remove(1);
  append(2);
  EXPECT_EQ(list.find(key(2)), memory);
}

TEST_P(KeyedListTest, FreedListsAreEmptyAndGiveTheirMemoryBack) {
  append(1);
  append(2);
  remove(1);
  list.free(arena);
  EXPECT_EQ(keys(), Numbers{});
  EXPECT_FALSE(holds(2));
  append(3);
  const Value* memory = list.find(key(3));
  list.free(arena);
  append(4);
  EXPECT_EQ(list.find(key(4)), memory);
}

// Against a vector that is searched through.
TEST_P(KeyedListTest, DoesWhatAVectorDoesWhateverTheOrderOfCalls) {
  std::mt19937 random{1};
  Numbers expected;
  for (int i = 0; i < 20000; ++i) {
    const auto number = static_cast<std::uint32_t>(random() % 700);
    const auto known = std::find(expected.begin(), expected.end(), number);
    ASSERT_EQ(holds(number), known != expected.end());
    if (known == expected.end()) {
      if (expected.size() == 512) continue;
      append(number);
      expected.push_back(number);
    } else {
      ASSERT_TRUE(remove(number));
      ASSERT_FALSE(holds(number));
      expected.erase(known);
    }
    ASSERT_EQ(list.size(), expected.size());
    if (i % 97 == 0) {
      ASSERT_EQ(keys(), expected);
    }
  }
  EXPECT_EQ(keys(), expected);
  for (const std::uint32_t number : Numbers{expected}) EXPECT_TRUE(remove(number));
  EXPECT_EQ(keys(), Numbers{});
}

INSTANTIATE_TEST_SUITE_P(OfKeys, KeyedListTest,
                         testing::Values(Hashes::mixed, Hashes::all_equal, Hashes::alike_but_for_the_last_bits));

// A key that counts how often it is held against an entry.
struct CountingKey : TestKey {
  std::uint32_t* compared{};
  bool names(const Value& value) const {
    ++*compared;
    return TestKey::names(value);
  }
};

TEST(KeyedList, ALookupAmongManyComparesTheKeysOfEqualHashesOnly) {
  Arena arena;
  KeyedList<Value> list;
  std::uint32_t compared = 0;
  const auto key = [&](std::uint32_t number) { return CountingKey{{number, number * 0x9E3779B1U}, &compared}; };
  for (std::uint32_t number = 0; number < 512; ++number) list.append(arena, key(number), {number, 0});
  compared = 0;
  for (std::uint32_t number = 0; number < 1024; ++number) EXPECT_EQ(list.find(key(number)) != nullptr, number < 512);
  EXPECT_EQ(compared, 512U);
}

}  // namespace
}  // namespace procreg::impl
