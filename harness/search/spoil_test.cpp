#include "harness/search/spoil.h"

#include <gmock/gmock.h>

#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

Script scenario(const std::string& steps) {
  return std::get<Script>(read_script(R"({ "format": "procreg-scenario/1", "steps": [)" + steps + "] }", "test.json"));
}

const Clause none[] = {"WER-AP-02", "WER-AP-32", "CCF-REG-15"};

TEST(SpoiledClauses, AreNoticedByAScriptThatReachesThem) {
  const auto subject = implementation();
  const Script scripts[] = {
      scenario(R"({ "call": "CloseHandle", "by": "main", "hObject": null })"),
      scenario(
          R"({ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": 0, "captureExtraInfoForThreadId": 0 },
                  { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 8 })")};
  const auto results = spoil_suite(scripts, none, *subject);
  ASSERT_EQ(results.size(), 3U);
  for (const std::size_t reached : {0U, 1U}) {
    EXPECT_EQ(results[reached].clause, none[reached]);
    EXPECT_TRUE(results[reached].noticed);
    EXPECT_EQ(results[reached].script, 1U);
    EXPECT_EQ(results[reached].scripts, 2U) << "it runs under both profiles";
    EXPECT_TRUE(blames(results[reached].divergence, none[reached]));
  }
  EXPECT_FALSE(results[2].noticed) << "no script reaches it";
  EXPECT_EQ(results[2].scripts, 0U);
}

TEST(SpoiledClauses, AreNotShownByAScriptThatFailsAnyway) {
  const auto subject = implementation();
  const Script scripts[] = {scenario(
      R"({ "call": "WerRegisterAdditionalProcess", "by": "main", "processId": 0, "captureExtraInfoForThreadId": 0, "returns": "S_OK" })")};
  const auto results = spoil_suite(scripts, std::span{none}.first(1), *subject);
  EXPECT_FALSE(results.front().noticed);
}

TEST(ClausesToSpoil, AreThoseOfThisVersionThatDecideOrShape) {
  const auto clauses = clauses_to_spoil();
  EXPECT_GT(clauses.size(), 100U);
  EXPECT_THAT(clauses, testing::Contains(Clause("WER-AP-11")));
  EXPECT_THAT(clauses, testing::Not(testing::Contains(Clause("WER-AP-12")))) << "a law";
  EXPECT_THAT(clauses, testing::Not(testing::Contains(Clause("SMB-OPEN-02")))) << "a definition";
}

}  // namespace
}  // namespace procreg::harness
