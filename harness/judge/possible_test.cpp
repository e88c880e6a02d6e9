#include "harness/judge/possible.h"

#include <gtest/gtest.h>

#include "api/choice.h"

namespace procreg::harness {
namespace {

constexpr std::size_t a = choice::additional_process_duplicate.index;  // three options
constexpr std::size_t b = choice::reregistration.index;                // two

TEST(Possible, ProductsThatDifferInOneChoiceAreUnited) {
  const Possible all = Possible::everything();
  EXPECT_EQ(united(all.with(a, 0), all.with(a, 1))->options[a], 0b011);
  EXPECT_EQ(united(all.with(a, 0), all), all);
  EXPECT_FALSE(united(all.with(a, 0).with(b, 0), all.with(a, 1).with(b, 1)));
}

TEST(Possible, MergingGoesOnUntilNothingCanBeUnited) {
  const Possible all = Possible::everything();
  std::vector<Possible> parts;
  for (std::uint8_t i = 0; i < 3; ++i)
    for (std::uint8_t j = 0; j < 2; ++j) parts.push_back(all.with(a, i).with(b, j));
  EXPECT_EQ(merged(parts), std::vector{all});
  parts.pop_back();
  const auto left = merged(parts);
  EXPECT_EQ(left.size(), 2U);
  EXPECT_EQ(hull(left), all);
}

TEST(Possible, WhatIsDecidedIsKnown) {
  const Possible one = Possible::everything().with(a, 2);
  EXPECT_TRUE(one.decided(a));
  EXPECT_EQ(one.known(a), 2);
  EXPECT_EQ(one.known(b), unknown_option);
  EXPECT_TRUE(one.allows(
      documented_profile().with(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry)));
  EXPECT_FALSE(one.allows(documented_profile()));
  EXPECT_EQ(one.nearest(documented_profile()).option[a], 2);
  EXPECT_EQ(one.unlike(documented_profile()), 1U);
  EXPECT_EQ(Possible::exactly(windows11_profile()).profile(), windows11_profile());
}

}  // namespace
}  // namespace procreg::harness
