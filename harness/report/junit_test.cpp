#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/json_report.h"

namespace procreg::harness {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Clause clauses_of_law[] = {"WER-AP-10"};
constexpr Property law{"a < b & \"c\"", clauses_of_law, nullptr};

SuiteResult suite() {
  SuiteResult result;
  result.subject = "impl";
  result.verdict = Verdict::diverges;
  ScenarioResult held;
  held.file = "held.json";
  held.verdict = Verdict::conforms;
  held.runs.push_back({"documented", {Verdict::conforms, 3, std::nullopt}, {}});
  ScenarioResult unusable;
  unusable.file = "unusable.json";
  unusable.verdict = Verdict::unusable_input;
  unusable.errors.push_back({"unusable.json", 2, 5, "/steps/0", "unknown call \"Crsh\""});
  result.scenarios = {held, unusable};
  PropertyRun run;
  run.property = &law;
  run.verdict = Verdict::diverges;
  run.result.counterexample = std::string("two lines\nand a \x01 control");
  result.properties.push_back(run);
  result.asked[Clause("WER-AP-10").index()] = true;
  return result;
}

TEST(JUnit, GroupsScenariosPropertiesAndClauses) {
  EXPECT_EQ(junit_of(suite_json(suite())),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="procreg conform">
  <testsuite name="scenarios" tests="2" failures="0" errors="1" skipped="0">
    <testcase classname="procreg.scenarios" name="held.json under documented"/>
    <testcase classname="procreg.scenarios" name="unusable.json">
      <error message="unusable.json:2:5: /steps/0: unknown call &quot;Crsh&quot;&#10;"/>
    </testcase>
  </testsuite>
  <testsuite name="properties" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="procreg.properties" name="a &lt; b &amp; &quot;c&quot;">
      <failure message="two lines&#10;and a )"
            "\xEF\xBF\xBD"
            R"( control"/>
    </testcase>
  </testsuite>
  <testsuite name="clauses" tests="1" failures="0" errors="1" skipped="0">
    <testcase classname="procreg.clauses" name="WER-AP-10">
      <error message="never reached"/>
    </testcase>
  </testsuite>
</testsuites>
)");
}

TEST(JUnit, SaysThatTheRunWasInterrupted) {
  SuiteResult result = suite();
  EXPECT_THAT(junit_of(suite_json(result)), Not(HasSubstr("interrupted")));
  result.interrupted = true;
  EXPECT_THAT(junit_of(suite_json(result)), HasSubstr("<error message=\"interrupted\"/>"));
}

TEST(JUnit, HoldsNoBytesThatAreNoText) {
  SuiteResult result = suite();
  result.scenarios[0].file = "bad \xFF name\xEF\xBF\xBF.json";
  EXPECT_THAT(junit_of(suite_json(result)), HasSubstr("bad \xEF\xBF\xBD name\xEF\xBF\xBD.json under documented"));
}

}  // namespace
}  // namespace procreg::harness
