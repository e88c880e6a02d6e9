#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "harness/fuzzing/lockstep_input.h"
#include "harness/fuzzing/reader_input.h"
#include "harness/generate/choice_source.h"
#include "harness/scenario/golden_files.h"
#include "harness/subject/faulty.h"

namespace procreg::fuzzing {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::uint8_t> bytes(std::uint64_t seed, std::size_t count) {
  harness::SeededSource source{seed, 0};
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(source.below(256)));
  return out;
}

TEST(LockstepInput, OfAnyBytesFindsNothingInTheImplementation) {
  const auto subject = harness::implementation();
  EXPECT_FALSE(run_input({}, *subject));
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto input = bytes(seed, seed * 8);
    const auto finding = run_input(input, *subject);
    EXPECT_FALSE(finding) << finding->report;
  }
}

TEST(LockstepInput, FindsTheSameScenarioOfAFaultFromDifferentBytes) {
  harness::Faulty subject{[](const Step& step, Answer& answer) {
    if (std::holds_alternative<WerUnregisterAdditionalProcess>(step)) answer.result = Hresult::E_OUTOFMEMORY;
  }};
  std::map<std::string, std::set<std::string>> scenarios;  // of each deciding clause
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto finding = run_input(bytes(seed, 1600), subject);
    if (!finding) continue;
    ++found;
    EXPECT_THAT(finding->report, StartsWith("DIVERGES  " + finding->file_name));
    EXPECT_TRUE(std::holds_alternative<harness::Script>(harness::read_script(finding->scenario, "")));
    scenarios[finding->file_name.substr(0, std::string{"wer-up-02"}.size())].insert(finding->scenario);
  }
  EXPECT_GT(found, scenarios.size()) << "or no fault was found twice";
  for (const auto& [clause, texts] : scenarios) EXPECT_EQ(texts.size(), 1U) << clause;
}

constexpr std::string_view scenario = R"({ "format": "procreg-scenario/1", "name": "a", "steps": [
  { "event": "AdvanceTime", "ms": 1 } ] })";

TEST(ReaderInput, IsRefusedWithReasonsOrReadBackTheSame) {
  for (const std::string_view input :
       {std::string_view{}, std::string_view{"{"}, std::string_view{"\0\xFF", 2}, scenario})
    EXPECT_EQ(reader_problem(input), "") << input;
}

TEST(ReaderInput, ThatIsWrittenWrongIsAProblem) {
  EXPECT_THAT(reader_problem(scenario, [](const harness::Script&) { return std::string{"{}"}; }),
              StartsWith("what was accepted is refused when it is written"));
  EXPECT_THAT(reader_problem(scenario,
                             [](const harness::Script& script) {
                               harness::Script changed = script;
                               changed.name += "!";
                               return write_script(changed);
                             }),
              StartsWith("what is read back differs"));
}

}  // namespace
}  // namespace procreg::fuzzing
