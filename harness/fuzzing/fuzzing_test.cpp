#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <span>

#include "harness/fuzzing/contexts_input.h"
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
    const auto finding = run_input(bytes(seed, 3200), subject);
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

// --- Create contexts ---

std::vector<std::uint8_t> contexts() {
  const impl::EncodedContexts bytes{{.app_instance_id = Guid{1, 2}, .app_instance_version = VersionPair{3, 4}}};
  return {bytes.bytes().begin(), bytes.bytes().end()};
}

TEST(ContextsInput, IsRefusedOrReadBackTheSame) {
  EXPECT_EQ(contexts_problem({}), "");
  EXPECT_EQ(contexts_problem(contexts()), "");
  for (std::uint64_t seed = 0; seed < 2000; ++seed) EXPECT_EQ(contexts_problem(bytes(seed, seed % 200)), "");
}

TEST(ContextsInput, ThatIsDecodedWrongIsAProblem) {
  const auto problem = [](ContextCoding coding) { return contexts_problem(contexts(), coding); };
  EXPECT_EQ(problem({.decode =
                         [](std::span<const std::uint8_t> input) {
                           auto decoded = impl::decode_contexts(input);
                           decoded.fault = impl::ContextFault::repeated;
                           return decoded;
                         }}),
            "a refusal leaves contexts");
  EXPECT_EQ(problem({.decode =
                         [](std::span<const std::uint8_t> input) {
                           static const std::array<std::uint8_t, 20> elsewhere{};
                           auto decoded = impl::decode_contexts(input);
                           decoded.of[0]->bytes = elsewhere;
                           return decoded;
                         }}),
            "data outside of the input");
  EXPECT_EQ(problem({.decode =
                         [](std::span<const std::uint8_t> input) {
                           auto decoded = impl::decode_contexts(input);
                           decoded[impl::ContextKind::app_instance_id]->bytes = input.subspan(48, 20);
                           return decoded;
                         }}),
            "what is decoded again differs");
}

TEST(ContextsInput, ThatIsEncodedWrongIsAProblem) {
  const auto problem = [](ContextCoding coding) { return contexts_problem(contexts(), coding); };
  EXPECT_EQ(problem({.encode =
                         [](auto raw, auto out) {
                           impl::encode(raw, out);
                           out[0] = 4;
                         }}),
            "what was accepted is refused when it is encoded again");
  EXPECT_EQ(problem({.encode =
                         [](auto raw, auto out) {
                           impl::encode(raw, out);
                           out.back() ^= 1;
                         }}),
            "what is decoded again differs");
  EXPECT_EQ(problem({.decode =
                         [](std::span<const std::uint8_t> input) {
                           static int times = 0;
                           return ++times % 3 == 0 ? impl::DecodedContexts{} : impl::decode_contexts(input);
                         }}),
            "values that are decoded again differ");
}

}  // namespace
}  // namespace procreg::fuzzing
