#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "harness/report/property.h"
#include "harness/scenario/files.h"
#include "scenarios/properties/check.h"

namespace procreg::scenarios {
namespace {

using harness::Property;
using harness::PropertyResult;

PropertyResult result_of(const Property& property, const harness::SubjectFactory& subject, std::uint64_t seed,
                         harness::Coverage& coverage) {
  return property.run(subject, seed, coverage);
}

// All of them, or every so many.
std::vector<Property> sample() {
  std::vector<Property> some;
  for (std::size_t i = 0; i < harness::properties().size(); i += PROCREG_PROPERTY_STRIDE)
    some.push_back(harness::properties()[i]);
  return some;
}

TEST(Properties, AllHoldForTheImplementation) {
  for (const Property& property : harness::properties()) {
    const std::uint64_t seeds = property.draws ? PROCREG_PROPERTY_SEEDS : 1;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      harness::Coverage coverage;
      const PropertyResult result = result_of(property, harness::implementation, seed, coverage);
      EXPECT_TRUE(result.held) << property.name << ", seed " << seed << "\n" << result.counterexample;
      EXPECT_GE(result.runs, 60u) << property.name;
      EXPECT_EQ(coverage.steps > 0, result.steps > 0) << property.name;
    }
  }
}

TEST(Properties, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Property& property : harness::properties())
    EXPECT_TRUE(names.insert(property.name).second) << property.name;
}

TEST(Properties, NameCoveredClausesOnly) {
  for (const Property& property : harness::properties())
    for (const Clause clause : property.clauses) EXPECT_TRUE(info(clause).covered) << property.name << ": " << clause;
}

TEST(Properties, DrawTheSameFromTheSameSeed) {
  for (const Property& property : sample()) {
    if (!property.draws) continue;
    harness::Coverage first;
    harness::Coverage second;
    const PropertyResult a = result_of(property, harness::implementation, 7, first);
    const PropertyResult b = result_of(property, harness::implementation, 7, second);
    EXPECT_EQ(a.runs, b.runs) << property.name;
    EXPECT_EQ(a.steps, b.steps) << property.name;
    EXPECT_EQ(first.performed, second.performed) << property.name;
    EXPECT_EQ(first.reached(), second.reached()) << property.name;
  }
}

// Says yes to everything, as a stub does.
class YesMan final : public harness::Wrapped {
 public:
  YesMan() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    Answer answer = inner_->perform(step);
    if (answer.result.kind == ResultKind::hresult || answer.result.kind == ResultKind::win32) answer.result.value = 0;
    return answer;
  }
};

TEST(Properties, DoNotHoldForASubjectThatSaysYesToEverything) {
  std::size_t noticed = 0;
  for (const Property& property : sample()) {
    harness::Coverage coverage;
    const PropertyResult result = result_of(
        property, [] { return std::make_unique<YesMan>(); }, 1, coverage);
    if (result.counterexample.starts_with(sentence_broken)) ++noticed;
  }
  EXPECT_GE(noticed * PROCREG_PROPERTY_STRIDE, 30u);
}

// Refuses to register and answers all else rightly.
class RegistersNobody final : public harness::Wrapped {
 public:
  RegistersNobody() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    if (std::holds_alternative<WerRegisterAdditionalProcess>(step)) return {.result = Hresult::E_FAIL};
    return inner_->perform(step);
  }
};

// Answers every call wrongly from some step on.
class Failing final : public harness::Wrapped {
 public:
  explicit Failing(unsigned after) : Wrapped{harness::implementation()}, after_{after} {}
  void reset(const WorldSpec& world, const Tables& tables, const Profile& profile) override {
    Wrapped::reset(world, tables, profile);
    left_ = after_;
  }
  Answer perform(const Step& step) override {
    Answer answer = inner_->perform(step);
    if (left_ > 0) {
      --left_;
    } else {
      answer.made += 1000;
    }
    return answer;
  }

 private:
  unsigned after_;
  unsigned left_{};
};

TEST(Properties, FailWithScriptsThatScenarioFilesCanHold) {
  std::size_t files = 0;
  for (const Property& property : sample()) {
    for (const unsigned after : {0U, 2U, 5U, 9U}) {
      harness::Coverage coverage;
      const PropertyResult result = result_of(
          property, [&] { return std::make_unique<Failing>(after); }, 1, coverage);
      if (!result.failing) continue;
      const std::string file = harness::write_script(*result.failing);
      const harness::ReadResult read = harness::read_script(file, "failing.json");
      ASSERT_TRUE(std::holds_alternative<harness::Script>(read))
          << property.name << ": " << harness::text(std::get<1>(read).front()) << "\n"
          << file;
      EXPECT_EQ(std::get<harness::Script>(read).steps.size(), result.failing->steps.size()) << property.name;
      ++files;
    }
  }
  EXPECT_GE(files, 2 * sample().size());
}

TEST(Check, GivesTheSmallestCaseItsScriptAndBothViews) {
  constexpr auto plot = [](Story& story) {
    for (std::uint32_t left = story.between(0, 5); left > 0; --left) story.advance(story.below(100));
    story.must_be(story.reg(Story::main, nobody_pid(story.between(1, 3))), Hresult::S_OK, "registering succeeds");
  };
  harness::Coverage coverage;
  const PropertyResult result = check([] { return std::make_unique<RegistersNobody>(); }, 1, coverage, plot, 20);
  EXPECT_FALSE(result.held);
  EXPECT_EQ(result.counterexample,
            "The sentence does not hold: registering succeeds: answered E_FAIL, expected S_OK\n"
            "Model and subject differ: result at step 1 of 1, "
            "main: WerRegisterAdditionalProcess(processId=@process1, captureExtraInfoForThreadId=0): "
            "model S_OK by WER-AP-17, subject E_FAIL\n"
            "under documented\n"
            "  main: WerRegisterAdditionalProcess(processId=@process1, captureExtraInfoForThreadId=0)\n");
  ASSERT_TRUE(result.failing.has_value());
  EXPECT_EQ(result.failing->steps.size(), 1u);
}

TEST(Check, SaysWhatDiffersWhereTheSentenceHolds) {
  constexpr auto plot = [](Story& story) { story.reg(Story::main, pid(story.below(2))); };
  harness::Coverage coverage;
  const PropertyResult result = check([] { return std::make_unique<RegistersNobody>(); }, 1, coverage, plot, 20);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.counterexample, testing::StartsWith(std::string{model_differs}));
}

TEST(Check, RunsAsManyStoriesAsItIsTold) {
  constexpr auto plot = [](Story& story) { story.advance(1); };
  harness::Coverage coverage;
  const PropertyResult result = check(harness::implementation, 1, coverage, plot, 37);
  EXPECT_TRUE(result.held);
  EXPECT_EQ(result.runs, 37u);
  EXPECT_EQ(result.steps, 74u);  // each alone and in lockstep
}

TEST(Check, DoesNotHoldForASubjectWithoutSnapshot) {
  class Blind final : public harness::Wrapped {
   public:
    Blind() : Wrapped{harness::implementation()} {}
    bool snapshot(SnapshotWords&) override { return false; }
  };
  constexpr auto plot = [](Story& story) { story.must(!story.seen().machines.empty(), "there is a machine"); };
  harness::Coverage coverage;
  const PropertyResult result = check([] { return std::make_unique<Blind>(); }, 1, coverage, plot, 5);
  EXPECT_FALSE(result.held);
  EXPECT_THAT(result.counterexample, testing::HasSubstr("the subject has a snapshot"));
}

}  // namespace
}  // namespace procreg::scenarios
