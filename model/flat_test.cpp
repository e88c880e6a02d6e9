#include "model/flat.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace procreg::model {
namespace {

using Numbers = Flat<int, 3>;

Numbers up_to(int count) {
  Numbers numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

std::vector<int> values(const Numbers& numbers) { return {numbers.begin(), numbers.end()}; }

TEST(AFlatList, DoesWhatAVectorDoes) {
  std::mt19937 random{1};
  Numbers numbers;
  std::vector<int> reference;
  for (int i = 0; i < 5000; ++i) {
    const auto place = static_cast<std::ptrdiff_t>(reference.empty() ? 0 : random() % reference.size());
    switch (random() % 5) {
      case 0:
        numbers.push_back(i);
        reference.push_back(i);
        break;
      case 1:
        EXPECT_EQ(*numbers.insert(numbers.begin() + place, i), i);
        reference.insert(reference.begin() + place, i);
        break;
      case 2:
        if (!reference.empty()) {
          numbers.erase(numbers.begin() + place);
          reference.erase(reference.begin() + place);
        }
        break;
      case 3:
        numbers.erase(numbers.begin() + place, numbers.end());
        reference.erase(reference.begin() + place, reference.end());
        break;
      default:
        if (i % 97 == 0) {
          numbers.clear();
          reference.clear();
        }
    }
    ASSERT_EQ(values(numbers), reference) << i;
  }
}

TEST(AFlatList, IsCopiedMovedAndSwappedInsideAndOutside) {
  for (const int a : {0, 2, 3, 4, 9}) {
    for (const int b : {0, 2, 3, 4, 9}) {
      Numbers x = up_to(a);
      Numbers y = up_to(b);
      x.swap(y);
      EXPECT_EQ(values(x), values(up_to(b)));
      EXPECT_EQ(values(y), values(up_to(a)));
      y = x;
      EXPECT_TRUE(y == x);
      Numbers z{std::move(y)};
      EXPECT_TRUE(z == x);
      x = std::move(z);
      EXPECT_EQ(values(x), values(up_to(b)));
      const Numbers& self = x;
      x = self;
      EXPECT_EQ(values(x), values(up_to(b)));
      EXPECT_EQ(x == up_to(b + 1), false);
    }
  }
}

TEST(AFlatList, TakesAnElementOfItself) {
  Numbers numbers{7, 8, 9};
  numbers.push_back(numbers.front());
  numbers.insert(numbers.begin(), numbers.back());
  EXPECT_EQ(values(numbers), (std::vector{7, 7, 8, 9, 7}));
  EXPECT_EQ(*numbers.rbegin(), 7);
}

}  // namespace
}  // namespace procreg::model
