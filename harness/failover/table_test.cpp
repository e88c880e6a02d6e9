#include "harness/failover/table.h"

#include <gmock/gmock.h>

#include <utility>

#include "harness/subject/faulty.h"

namespace procreg::harness {
namespace {

// Both are on 3.1.1, send equal ids without a version, and all else allows a takeover.
Combination rivals() {
  Combination combination;
  combination.set(FailoverPart::second_dialect, 4);
  combination.set(FailoverPart::server_dialect, 4);
  combination.set(FailoverPart::first_dialect, 2);
  combination.set(FailoverPart::client_guid, 1);
  combination.set(FailoverPart::first_version, 1);
  return combination;
}
Combination versioned_rivals() {
  Combination combination = rivals();
  combination.set(FailoverPart::first_version, 0);
  return combination;
}
Combination one_client() {
  Combination combination = rivals();
  combination.set(FailoverPart::client_guid, 0);
  return combination;
}

class FailoverTables : public testing::Test {
 protected:
  std::unique_ptr<Subject> subject = implementation();
  Coverage coverage;
  FailoverRunner runner{*subject, coverage};

  FailoverOutcome outcome_of(const Combination& combination) {
    EXPECT_TRUE(runner.run(combination)) << text(combination);
    return runner.done().table.outcome_of(runner.done().table.entries.size() - 1);
  }
};

TEST_F(FailoverTables, HaveATakeoverARefusalAndASharingViolation) {
  EXPECT_EQ(outcome_of(rivals()),
            (FailoverOutcome{NtStatus::STATUS_SUCCESS, NtStatus::STATUS_FILE_CLOSED, "SMB-OPEN-15"}));
  EXPECT_EQ(outcome_of(versioned_rivals()),
            (FailoverOutcome{NtStatus::STATUS_FILE_FORCED_CLOSED, NtStatus::STATUS_SUCCESS, "SMB-VER-07"}));
  EXPECT_EQ(outcome_of(one_client()),
            (FailoverOutcome{NtStatus::STATUS_SHARING_VIOLATION, NtStatus::STATUS_SUCCESS, "SMB-OPEN-14"}));
}

TEST_F(FailoverTables, HoldEachOutcomeOnceAndEveryRun) {
  for (int i = 0; i < 3; ++i)
    for (const Combination& combination : {rivals(), one_client()}) outcome_of(combination);
  EXPECT_THAT(runner.done().table.outcomes, testing::SizeIs(2));
  EXPECT_THAT(runner.done().table.entries, testing::SizeIs(6));
  EXPECT_EQ(runner.done().steps, coverage.steps);
}

TEST_F(FailoverTables, KnowWhichClausesApplied) {
  outcome_of(rivals());
  const FailoverTable& table = runner.done().table;
  EXPECT_TRUE(table.applied[table.entries[0].applied][Clause("SMB-AI-10").index()]);
}

TEST(FailoverOutcomes, SayWhatBecameOfTheFirstOpen) {
  EXPECT_EQ(fate_of_first({.second = {}, .write = NtStatus::STATUS_SUCCESS, .decided = {}}), "kept");
  EXPECT_EQ(fate_of_first({.second = {}, .write = NtStatus::STATUS_FILE_CLOSED, .decided = {}}), "closed");
  EXPECT_EQ(fate_of_first({.second = {}, .write = NtStatus::STATUS_ACCESS_DENIED, .decided = {}}),
            "STATUS_ACCESS_DENIED");
}

// Answers the second create of one combination otherwise.
class OneOtherwise final : public Wrapped {
 public:
  explicit OneOtherwise(std::size_t number) : Wrapped{implementation()}, left_{number + 1} {}
  Answer perform(const Step& step) override {
    Answer answer = Wrapped::perform(step);
    if (std::holds_alternative<SmbServerStart>(step) && left_ > 0) --left_;
    const auto* create = std::get_if<SmbCreate>(&step);
    if (left_ == 0 && create != nullptr && create->desiredAccess.value) answer.result = NtStatus::STATUS_ACCESS_DENIED;
    return answer;
  }

 private:
  std::size_t left_;
};

TEST(FailoverDifferences, NameTheOneCombinationThatIsAnsweredOtherwise) {
  constexpr std::size_t number = 12'345;
  OneOtherwise subject{number};
  Coverage coverage;
  const FailoverRun run = run_every_combination(subject, coverage);
  ASSERT_TRUE(run.difference);
  EXPECT_EQ(run.table.entries.size(), number);
  EXPECT_EQ(run.difference->combination, combination_at(number));
  EXPECT_EQ(run.difference->divergence.what, Difference::result);
  EXPECT_EQ(run.difference->divergence.step, FailoverScripts::second_create(run.difference->script));
}

TEST(FailoverDifferences, AreSeenInSnapshotsToo) {
  Faulty subject{{}, [](SnapshotWords& words) { ++words.back(); }};
  Coverage coverage;
  FailoverRunner runner{subject, coverage};
  EXPECT_FALSE(runner.run(rivals()));
  ASSERT_TRUE(runner.done().difference);
  EXPECT_EQ(runner.done().difference->divergence.what, Difference::snapshot);
}

// Shows another snapshot once.
TEST(FailoverDifferences, AreToldThoughTheyAreNotSeenAgain) {
  bool shown = false;
  Faulty subject{{}, [&](SnapshotWords& words) { words.back() += std::exchange(shown, true) ? 0U : 1U; }};
  Coverage coverage;
  FailoverRunner runner{subject, coverage};
  EXPECT_FALSE(runner.run(rivals()));
  ASSERT_TRUE(runner.done().difference);
  EXPECT_EQ(runner.done().difference->divergence.what, Difference::snapshot);
  EXPECT_EQ(runner.done().difference->divergence.step, runner.done().difference->script.steps.size() - 1);
}

}  // namespace
}  // namespace procreg::harness
