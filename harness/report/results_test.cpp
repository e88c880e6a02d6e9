#include "harness/report/results.h"

#include <gtest/gtest.h>

#include "harness/cli/exit_status.h"

namespace procreg::harness {
namespace {

using cli::exit_status;
using cli::ExitStatus;

TEST(Verdicts, HaveTheExitStatusOfTheDesign) {
  EXPECT_EQ(exit_status(Verdict::conforms), ExitStatus{0});
  EXPECT_EQ(exit_status(Verdict::diverges), ExitStatus{1});
  EXPECT_EQ(exit_status(Verdict::undecided), ExitStatus{2});
  EXPECT_EQ(exit_status(Verdict::unusable_input), ExitStatus{3});
  EXPECT_EQ(exit_status(Verdict::failed), ExitStatus{4});
  EXPECT_EQ(exit_status(Verdict::nothing_ran), ExitStatus{5});
  EXPECT_EQ(exit_status(Verdict::not_applicable), ExitStatus{5});
}

TEST(Verdicts, OfSeveralTheFirstOf413250Counts) {
  const Verdict in_order[] = {Verdict::failed,    Verdict::diverges,    Verdict::unusable_input,
                              Verdict::undecided, Verdict::nothing_ran, Verdict::conforms};
  for (std::size_t i = 0; i < std::size(in_order); ++i)
    for (std::size_t j = i; j < std::size(in_order); ++j) {
      EXPECT_EQ(worst({in_order[i], in_order[j]}), in_order[i]) << name(in_order[i]) << " and " << name(in_order[j]);
      EXPECT_EQ(worst({in_order[j], in_order[i]}), in_order[i]) << name(in_order[j]) << " and " << name(in_order[i]);
    }
}

TEST(Verdicts, ThatAreNotApplicableGiveWayToAnyOther) {
  EXPECT_EQ(worst({Verdict::not_applicable, Verdict::conforms}), Verdict::conforms);
  EXPECT_EQ(worst({Verdict::not_applicable, Verdict::not_applicable}), Verdict::nothing_ran);
}

TEST(Verdicts, OfNothingIsThatNothingRan) { EXPECT_EQ(worst({}), Verdict::nothing_ran); }

constexpr Clause laws[] = {"WER-AP-10"};
constexpr Property property{"a law holds", laws, nullptr};

SuiteResult asking_for(Clause clause) {
  SuiteResult result;
  result.asked[clause.index()] = true;
  return result;
}

TEST(SuiteResult, ReachesAClauseThatDecidedOrApplied) {
  SuiteResult decided = asking_for("WER-AP-11");
  EXPECT_TRUE(decided.reached().none());
  decided.coverage.decided[Clause("WER-AP-11").index()] = true;
  EXPECT_EQ(decided.reached().count(), 1U);

  SuiteResult applied = asking_for("WER-AP-19");
  applied.coverage.applied[Clause("WER-AP-19").index()] = true;
  EXPECT_EQ(applied.reached().count(), 1U);
}

TEST(SuiteResult, ReachesALawOnlyThroughAPropertyThatHeld) {
  SuiteResult result = asking_for("WER-AP-10");
  result.coverage.applied[Clause("WER-AP-10").index()] = true;
  EXPECT_TRUE(result.reached().none());
  result.properties.push_back({&property, {}, {}, Verdict::diverges});
  EXPECT_TRUE(result.reached().none());
  result.properties.push_back({&property, {}, {}, Verdict::conforms});
  EXPECT_EQ(result.reached().count(), 1U);
}

TEST(SuiteResult, CountsOnlyAskedClausesAsReached) {
  SuiteResult result = asking_for("WER-AP-11");
  result.coverage.decided[Clause("WER-AP-17").index()] = true;
  EXPECT_TRUE(result.reached().none());
}

TEST(ReachableClauses, AreTheCoveredOnesWithoutDefinitions) {
  const ClauseSet set = reachable_clauses();
  EXPECT_GT(set.count(), 200U);
  for (const Clause clause : clauses_in(set)) {
    EXPECT_TRUE(info(clause).covered) << clause;
    EXPECT_NE(info(clause).kind, ClauseKind::definition) << clause;
  }
}

TEST(Options, AreCountedWhereTheChoiceIsCovered) {
  Coverage coverage;
  const OptionCount none = count_options(coverage);
  EXPECT_EQ(none.reached, 0U);
  EXPECT_GT(none.covered, 60U);
  coverage.options[choice::app_instance_zero_guid.index] = 0b101;
  EXPECT_EQ(count_options(coverage).reached, 2U);
}

}  // namespace
}  // namespace procreg::harness
