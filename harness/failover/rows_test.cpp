#include "harness/failover/rows.h"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace procreg::harness {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A table of two outcomes in which `second` says which combinations have the second one.
FailoverTable table_of(const std::function<bool(const Combination&)>& second) {
  FailoverTable table;
  table.outcomes = {{NtStatus::STATUS_SUCCESS, NtStatus::STATUS_SUCCESS, "SMB-OPEN-15"},
                    {NtStatus::STATUS_SHARING_VIOLATION, NtStatus::STATUS_SUCCESS, "SMB-OPEN-14"}};
  table.applied = {ClauseSet{}};
  for (std::size_t number = 0; number < combination_count(); ++number)
    table.entries.push_back({static_cast<std::uint8_t>(second(combination_at(number))), 0});
  return table;
}

std::vector<std::string> whens(const FailoverRow& row) {
  std::vector<std::string> whens;
  for (std::size_t part = 0; part < failover_parts; ++part)
    if (const std::string values = text(row, static_cast<FailoverPart>(part)); values != "any")
      whens.push_back(std::string{failover_dimensions()[part].name} + " " + values);
  return whens;
}

std::size_t sum_of(const std::vector<FailoverRow>& rows) {
  std::size_t sum = 0;
  for (const FailoverRow& row : rows) sum += row.combinations();
  return sum;
}

TEST(FailoverRows, AreOneWhereAllEndAlike) {
  const auto rows = merged(table_of([](const Combination&) { return false; }));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_THAT(whens(rows.front()), IsEmpty());
  EXPECT_EQ(rows.front().combinations(), combination_count());
}

TEST(FailoverRows, NameThePartsThatMatter) {
  const auto rows = merged(table_of([](const Combination& combination) {
    return combination[FailoverPart::server_dialect] >= 2 && combination[FailoverPart::second_version] == 0;
  }));
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_THAT(whens(rows[1]), ElementsAre("server dialect 3.0 and later", "second AV absent"));
  EXPECT_EQ(rows[1].outcome, 1);
}

// Each combination is looked for in each row.
void expect_each_once(const FailoverTable& table, const std::vector<FailoverRow>& rows) {
  EXPECT_EQ(sum_of(rows), combination_count());
  for (std::size_t number = 0; number < combination_count(); ++number) {
    const Combination combination = combination_at(number);
    std::size_t covering = 0;
    for (const FailoverRow& row : rows) {
      if (!row.covers(combination)) continue;
      ++covering;
      ASSERT_EQ(row.outcome, table.entries[number].outcome) << text(combination);
    }
    ASSERT_EQ(covering, 1u) << text(combination);
  }
}

// The one test that runs them all.
TEST(FailoverRows, CoverEachCombinationOfTheWholeTableOnce) {
  Coverage coverage;
  const FailoverRun run = run_every_combination(*implementation(), coverage);
  ASSERT_FALSE(run.difference) << text(run.difference->combination);
  EXPECT_EQ(run.table.entries.size(), combination_count());
  EXPECT_GE(run.steps, 7 * combination_count());
  for (const FailoverOutcome& outcome : run.table.outcomes)
    EXPECT_THAT(fate_of_first(outcome), testing::AnyOf("kept", "closed"));
  const auto rows = merged(run.table);
  expect_each_once(run.table, rows);
  EXPECT_LT(rows.size(), 200u) << "nobody reads so many rows";
}

TEST(FailoverRows, CoverEachCombinationOnceHoweverTheyEnd) {
  const FailoverTable table = table_of([](const Combination& combination) {
    return combination[FailoverPart::second_id] == combination[FailoverPart::share] ||
           (combination[FailoverPart::second_durable] == 1 && combination[FailoverPart::first_dialect] % 2 == 0);
  });
  expect_each_once(table, merged(table));
}

TEST(FailoverRows, KeepApartASingleCombinationThatEndsOtherwise) {
  const Combination odd = combination_at(combination_count() / 3);
  const FailoverTable table = table_of([&](const Combination& combination) { return combination == odd; });
  const auto rows = merged(table);
  expect_each_once(table, rows);
  std::size_t alone = 0;
  for (const FailoverRow& row : rows) alone += row.outcome == 1 && row.combinations() == 1 && row.covers(odd) ? 1U : 0U;
  EXPECT_EQ(alone, 1u);
}

ClauseSet set_of(std::initializer_list<Clause> clauses) {
  ClauseSet set;
  for (const Clause clause : clauses) set[clause.index()] = true;
  return set;
}

// One clause applied everywhere, one to the second row, and one to a single combination of it.
TEST(FailoverRows, TellWhatAppliedToAllOfThem) {
  FailoverTable table = table_of([](const Combination& combination) { return combination[FailoverPart::path] == 1; });
  table.applied = {set_of({"SMB-OPEN-05"}), set_of({"SMB-OPEN-05", "SMB-AI-04"}),
                   set_of({"SMB-OPEN-05", "SMB-AI-04", "SMB-AI-02"})};
  for (FailoverTable::Entry& entry : table.entries) entry.applied = entry.outcome;
  table.entries.back().applied = 2;
  EXPECT_THAT(applied_to_rows(table, merged(table)), ElementsAre(ClauseSet{}, set_of({"SMB-AI-04"})));
}

}  // namespace
}  // namespace procreg::harness
