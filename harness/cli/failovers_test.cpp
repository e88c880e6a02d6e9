#include "harness/cli/failovers.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "harness/cli/temporary_folder.h"
#include "harness/failover/combination.h"

namespace procreg::cli {
namespace {

using testing::HasSubstr;

using Failovers = InTemporaryFolder;

ListRequest json_request(std::string what) { return {.what = std::move(what), .scenarios = {}, .json = true}; }

// Where the path is another one the second create succeeds, else the share mode refuses it.
harness::FailoverTable table_by_path() {
  harness::FailoverTable table;
  table.outcomes = {{NtStatus::STATUS_SUCCESS, NtStatus::STATUS_SUCCESS, "SMB-OPEN-15"},
                    {NtStatus::STATUS_SHARING_VIOLATION, NtStatus::STATUS_SUCCESS, "SMB-OPEN-14"}};
  ClauseSet applied;
  applied[Clause("SMB-AI-04").index()] = true;
  table.applied = {applied, {}};
  for (std::size_t number = 0; number < harness::combination_count(); ++number) {
    const bool other = harness::combination_at(number)[harness::FailoverPart::path] == 1;
    table.entries.push_back(other ? harness::FailoverTable::Entry{0, 0} : harness::FailoverTable::Entry{1, 1});
  }
  return table;
}

TEST_F(Failovers, AreListedInRowsThatAddUpToAllCombinations) {
  print_outcomes(table_by_path(), true, out);
  const auto rows = nlohmann::json::parse(out.str());
  ASSERT_EQ(rows.size(), 2u);
  std::size_t sum = 0;
  for (const auto& row : rows) {
    sum += std::stoul(row.at("combinations").get<std::string>());
    EXPECT_EQ(row.size(), 5 + harness::failover_parts);
    EXPECT_EQ(row.at("also"), row.at("path") == "different" ? "SMB-AI-04" : "");
    EXPECT_EQ(row.at("share"), "any");
  }
  EXPECT_EQ(sum, harness::combination_count());
}

TEST_F(Failovers, AreListedInLinesThatSayOnlyWhatMatters) {
  print_outcomes(table_by_path(), false, out);
  const std::size_t half = harness::combination_count() / 2;
  EXPECT_EQ(out.str(), fmt::format("STATUS_SHARING_VIOLATION  kept  SMB-OPEN-14  {0}  path same\n"
                                   "STATUS_SUCCESS            kept  SMB-OPEN-15  {0}  path different\n",
                                   half));
}

// The first ones, in more than two portions of those that are written at once.
harness::FailoverTable first_of_table() {
  harness::FailoverTable table = table_by_path();
  table.entries.resize(2'345);
  return table;
}

TEST_F(Failovers, AreListedOneByOne) {
  const harness::FailoverTable table = first_of_table();
  print_combinations(table, false, out);
  std::istringstream lines{out.str()};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line); ++number)
    EXPECT_EQ(line, "STATUS_SHARING_VIOLATION  kept  SMB-OPEN-14  " + text(harness::combination_at(number)));
  EXPECT_EQ(number, table.entries.size());
}

TEST_F(Failovers, AreListedOneByOneInJson) {
  const harness::FailoverTable table = first_of_table();
  print_combinations(table, true, out);
  const auto objects = nlohmann::json::parse(out.str());
  ASSERT_EQ(objects.size(), table.entries.size());
  const harness::Combination last = harness::combination_at(objects.size() - 1);
  for (std::size_t part = 0; part < harness::failover_parts; ++part) {
    const harness::FailoverDimension& dimension = harness::failover_dimensions()[part];
    EXPECT_EQ(objects.back().at(std::string{dimension.name}), dimension.values[last.values[part]]);
  }
  EXPECT_EQ(objects.back().at("combinations"), "1");
}

// Lets a rival in whose version is refused.
class TakesAnyVersion final : public harness::Wrapped {
 public:
  TakesAnyVersion() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    Answer answer = Wrapped::perform(step);
    if (answer.result == Result{NtStatus::STATUS_FILE_FORCED_CLOSED}) answer.result = NtStatus::STATUS_SUCCESS;
    return answer;
  }
};

TEST_F(Failovers, OfASubjectThatEndsThemOtherwiseAreNotListedButTold) {
  Session with = session();
  with.subject = lying<TakesAnyVersion>();
  EXPECT_EQ(list(json_request("outcomes"), with), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("client GUID different"));
  EXPECT_THAT(out.str(), HasSubstr("SMB-VER-07"));
  EXPECT_THAT(out.str(), HasSubstr("STATUS_FILE_FORCED_CLOSED"));
}

TEST_F(Failovers, DifferInListedDimensions) {
  EXPECT_EQ(list(json_request("dimensions"), session()), ExitStatus::conforms);
  EXPECT_EQ(nlohmann::json::parse(out.str()).size(), harness::failover_parts);
}

}  // namespace
}  // namespace procreg::cli
