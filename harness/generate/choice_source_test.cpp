#include "harness/generate/choice_source.h"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "harness/generate/generate.h"
#include "harness/generate/rapidcheck.h"
#include "harness/lockstep/lockstep.h"
#include "harness/scenario/files.h"
#include "harness/subject/subject.h"

namespace procreg::harness {
namespace {

using Numbers = std::vector<std::uint32_t>;

Numbers drawn(ChoiceSource& source, std::uint64_t slice, std::uint32_t below, int count) {
  source.begin(slice);
  Numbers numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(source.below(below));
  return numbers;
}

TEST(SeededSource, GivesEachSliceNumbersOfItsOwn) {
  SeededSource source{1, 2};
  const Numbers fifth = drawn(source, 5, 1000, 8);
  drawn(source, 4, 7, 3);
  EXPECT_EQ(drawn(source, 5, 1000, 8), fifth) << "whatever was drawn before";
  EXPECT_NE(drawn(source, 6, 1000, 8), fifth);
  SeededSource other_script{1, 3}, other_seed{2, 2};
  EXPECT_NE(drawn(other_script, 5, 1000, 8), fifth);
  EXPECT_NE(drawn(other_seed, 5, 1000, 8), fifth);
}

TEST(SeededSource, GivesEveryNumberAboutAsOften) {
  SeededSource source{1, 0};
  std::array<int, 10> count{};
  for (std::uint64_t slice = 0; slice < 10'000; ++slice) {
    source.begin(slice);
    ++count[source.below(10)];
  }
  EXPECT_THAT(count, testing::Each(testing::AllOf(testing::Gt(850), testing::Lt(1150))));
}

TEST(BytesSource, GivesTheBytesOfASliceAndIsDryBeyond) {
  std::vector<std::uint8_t> bytes(BytesSource::slice_bytes + 2);
  bytes[0] = 7;
  bytes[BytesSource::slice_bytes] = 1;
  bytes[BytesSource::slice_bytes + 1] = 2;
  BytesSource source{bytes};
  EXPECT_EQ(source.steps(), 1U);
  EXPECT_THAT(drawn(source, 0, 5, 2), testing::ElementsAre(2, 0));
  EXPECT_THAT(drawn(source, 1, 1000, 2), testing::ElementsAre(258, 0));
  EXPECT_THAT(drawn(source, 2, 1000, 1), testing::ElementsAre(0));
  EXPECT_THAT(drawn(source, ~std::uint64_t{0}, 1000, 1), testing::ElementsAre(0));
}

TEST(BytesSource, MakesAScriptOfAnyBytes) {
  const auto subject = implementation();
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t i = 0; i < 1500; ++i) {
    BytesSource source{bytes};
    const Script script = generate_script(source, source.steps());
    EXPECT_EQ(script.steps.empty(), source.steps() == 0);
    if (!script.steps.empty()) {
      EXPECT_TRUE(std::holds_alternative<Script>(read_script(write_script(script), "bytes.json")));
    }
    Lockstep lockstep{*subject};
    Coverage coverage;
    EXPECT_NE(lockstep.run(script, script.profiles.front().profile, coverage).verdict, Verdict::diverges);
    bytes.push_back(static_cast<std::uint8_t>(i * 167 + i / 7));
    if (HasFailure()) return;
  }
}

TEST(ListSource, GivesTheNumbersOfAListAndIsDryBeyond) {
  const ListSource::Lists lists{{9}, {3, 12}};
  ListSource source{lists};
  EXPECT_EQ(source.steps(), 1U);
  EXPECT_THAT(drawn(source, 0, 5, 2), testing::ElementsAre(4, 0));
  EXPECT_THAT(drawn(source, 1, 10, 3), testing::ElementsAre(3, 2, 0));
  EXPECT_THAT(drawn(source, 2, 10, 1), testing::ElementsAre(0));
}

RC_GTEST_PROP(Rapidcheck, DrawsScriptsOnWhichModelAndImplementationAgree, ()) {
  const ListSource::Lists lists = *choice_lists(30);
  ListSource source{lists};
  const Script script = generate_script(source, source.steps());
  const auto subject = implementation();
  Lockstep lockstep{*subject};
  Coverage coverage;
  RC_ASSERT(lockstep.run(script, script.profiles.front().profile, coverage).verdict != Verdict::diverges);
}

}  // namespace
}  // namespace procreg::harness
