#include "harness/coverage/coverage.h"

#include <gtest/gtest.h>

#include "api/step.h"
#include "model/ruling.h"

namespace procreg::harness {
namespace {

model::Ruling ruling(Clause decided, Clause applied) {
  model::Ruling made;
  made.decided = decided;
  if (!applied.is_none()) made.applied.add(applied);
  return made;
}

TEST(Coverage, NotesTheDecidingClauseAndThoseThatApplied) {
  Coverage coverage;
  coverage.note(ruling("WER-AP-11", "WER-ALL-14"), 0);
  EXPECT_TRUE(coverage.decided[Clause("WER-AP-11").index()]);
  EXPECT_FALSE(coverage.applied[Clause("WER-AP-11").index()]);
  EXPECT_TRUE(coverage.applied[Clause("WER-ALL-14").index()]);
  EXPECT_EQ(coverage.reached().count(), 2U);
  EXPECT_EQ(coverage.steps, 1U);
  EXPECT_EQ(coverage.performed[0], 1U);
  EXPECT_TRUE(coverage.diverged.none());
}

TEST(Coverage, NotesNothingForAStepThatNoClauseDecided) {
  Coverage coverage;
  coverage.note(ruling({}, {}), 3);
  EXPECT_TRUE(coverage.reached().none());
  EXPECT_EQ(coverage.steps, 1U);
}

TEST(Coverage, MissesWhatIsCoveredByThisVersionAndWasNotReached) {
  Coverage coverage;
  EXPECT_EQ(coverage.missing(), covered_clauses());
  EXPECT_TRUE(coverage.missing()[Clause("WER-AP-11").index()]);
  coverage.note(ruling("WER-AP-11", "WER-ALL-14"), 0);
  EXPECT_EQ(coverage.missing().count(), covered_clauses().count() - 2);
}

TEST(Coverage, MergesIntoTheUnion) {
  Coverage a, b;
  a.note(ruling("WER-AP-11", {}), 0);
  b.note(ruling("WER-AP-17", {}), 0);
  b.note_divergence(ruling("WER-AP-17", "WER-ALL-13"));
  std::array<std::uint8_t, choice_count> first{}, second{};
  first[2] = 0b01;
  second[2] = 0b10;
  a.note_options(first);
  b.note_options(second);
  a.merge(b);
  EXPECT_EQ(a.decided.count(), 2U);
  EXPECT_EQ(a.diverged.count(), 2U);
  EXPECT_EQ(a.options[2], 0b11);
  EXPECT_EQ(a.performed[0], 2U);
  EXPECT_EQ(a.steps, 2U);
}

TEST(Coverage, HasRoomForEveryKindOfStep) { EXPECT_LE(step_kinds, Coverage{}.performed.size()); }

}  // namespace
}  // namespace procreg::harness
