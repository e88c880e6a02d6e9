#include "api/stable_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/value.h"

namespace procreg {
namespace {

StableList<std::string> numbers(int count) {
  StableList<std::string> list;
  for (int i = 0; i < count; ++i) list.push_back(std::to_string(i));
  return list;
}

void expect_numbers(const StableList<std::string>& list, int count) {
  ASSERT_EQ(list.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) EXPECT_EQ(list[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST(StableList, KeepsItsElementsWhereTheyAre) {
  auto list = numbers(1);
  std::vector<const std::string*> places;
  for (std::size_t i = 0; i < 1000; ++i) {
    places.push_back(&list[i]);
    list.push_back(std::to_string(i + 1));
  }
  expect_numbers(list, 1001);
  for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], &list[i]);
}

TEST(StableList, IsCopiedAndMoved) {
  auto list = numbers(100);
  const StableList<std::string> copy{list};
  expect_numbers(copy, 100);
  StableList<std::string> moved{std::move(list)};
  expect_numbers(moved, 100);
  for (const int other : {0, 7, 100, 500}) {
    moved = numbers(3);
    const std::string* third = &moved[2];
    const auto with = numbers(other);
    moved = with;
    expect_numbers(moved, other);
    if (other > 2) {
      EXPECT_EQ(third, &moved[2]);
    }
  }
}

TEST(Tables, GiveATextItsIndexWhetherThereAreFewOrMany) {
  Tables tables;
  std::vector<TextRef> refs;
  const auto nth = [](int i) { return u"text" + std::u16string(static_cast<std::size_t>(i), u'x'); };
  for (int i = 0; i < 200; ++i) refs.push_back(tables.text(nth(i)));
  const std::u16string* place = &tables.at(refs[0]);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(tables.text(nth(i)), refs[static_cast<std::size_t>(i)]);
    EXPECT_EQ(tables.at(refs[static_cast<std::size_t>(i)]), nth(i));
  }
  EXPECT_EQ(place, &tables.at(refs[0]));
  EXPECT_EQ(tables.texts(), 205U);
}

}  // namespace
}  // namespace procreg
