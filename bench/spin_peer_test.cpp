#include "bench/spin_peer.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace procreg::bench {
namespace {

using testing::HasSubstr;

constexpr const char* printed = R"(
State-vector 20 byte, depth reached 429859, errors: 0
  3242473 states, stored
1.1348656e+08 states, matched
1.1672903e+08 transitions (= stored+matched)
        0 atomic steps
  100.840	actual memory usage for states (compression: 81.53%)
)";

TEST(CountsOfTheRegistry, AreThoseOfOrderedTables) {
  EXPECT_EQ(counts_of({12, 5}), (Counts{3'242'473, 116'729'028}));
  EXPECT_EQ(counts_of({8, 5}), (Counts{244'849, 5'876'376}));
  EXPECT_EQ(counts_of({1, 5}), (Counts{3, 9}));
}

TEST(WhatSpinPrints, IsReadAndComparedByAllDigitsThatItPrints) {
  const auto read = read_spin(printed);
  ASSERT_TRUE(std::holds_alternative<SpinRun>(read));
  EXPECT_TRUE(agrees(std::get<SpinRun>(read), counts_of({12, 5})));
  EXPECT_FALSE(agrees(std::get<SpinRun>(read), counts_of({12, 4})));
  EXPECT_NEAR(std::get<SpinRun>(read).bytes_per_state, 32.6, 0.05);
}

TEST(WhatSpinPrints, IsNoResultWhereTheSearchWasCutOffOrFailed) {
  const auto wrong = [](const std::string& text) {
    const auto read = read_spin(text);
    return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
  };
  EXPECT_THAT(wrong("error: max search depth too small\n" + std::string{printed}), HasSubstr("whole space"));
  EXPECT_THAT(wrong("Warning: search not completed\n" + std::string{printed}), HasSubstr("whole space"));
  EXPECT_THAT(wrong("Segmentation fault"), HasSubstr("no counts"));
}

TEST(Spin, CountsWhatTheFormulaSays) {
  for (const Registry& registry : {Registry{4, 3}, Registry{2, 5}, Registry{1, 1}}) {
    const auto run = Spin{registry}.run();
    ASSERT_TRUE(std::holds_alternative<SpinRun>(run)) << std::get<std::string>(run);
    EXPECT_TRUE(agrees(std::get<SpinRun>(run), counts_of(registry))) << std::get<SpinRun>(run).states;
    EXPECT_GT(std::get<SpinRun>(run).bytes_per_state, 0);
    EXPECT_GT(std::get<SpinRun>(run).processor_seconds, 0);
  }
}

TEST(Spin, SaysThatItIsNotInstalled) {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const auto run = Spin{{4, 3}}.run();
  setenv("PATH", path.c_str(), 1);
  ASSERT_TRUE(std::holds_alternative<std::string>(run));
  EXPECT_THAT(std::get<std::string>(run), HasSubstr("spin is not installed (Debian package spin"));
}

TEST(Spin, SaysWhatFailed) {
  const auto run = Spin{{4, 3}, {"-fno-such-option"}}.run();
  ASSERT_TRUE(std::holds_alternative<std::string>(run));
  EXPECT_THAT(std::get<std::string>(run), HasSubstr("gcc failed with status 1"));
}

}  // namespace
}  // namespace procreg::bench
