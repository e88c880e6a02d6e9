#include "harness/report/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace procreg::harness {
namespace {

using testing::HasSubstr;

Campaign campaign(const std::string& members, Shard shard = {}) {
  auto read = read_campaign(R"({"format": "procreg-race/1", "shard": )" + shard_json(shard) + ", " + members + "}",
                            "part" + std::to_string(shard.index));
  if (const auto* errors = std::get_if<1>(&read)) {
    ADD_FAILURE() << text(errors->front());
    std::abort();
  }
  return std::get<Campaign>(read);
}

constexpr const char* conforms = R"("verdict": "conforms", "counts": {"histories": 3})";

std::string error_of(const std::string& json) {
  const auto read = read_campaign(json, "f");
  const auto* errors = std::get_if<1>(&read);
  return errors == nullptr ? "" : text(errors->front());
}

std::string sum(const std::vector<Campaign>& parts) {
  const auto all = added(parts, {});
  if (const auto* problems = std::get_if<1>(&all)) return "refused: " + problems->front();
  return json_text(std::get<Campaign>(all));
}

TEST(Campaigns, AddCountsFingerprintsAndWhatWasReached) {
  const Campaign a = campaign(
      R"("verdict": "conforms", "depth": 4, "counts": {"histories": 3, "runs": 1}, "fingerprint": "ffffffffffffffff",
         "reached": ["WER-AP-17", "OBJ-PROC-03"], "interrupted": false, "problems": ["x"])",
      {1, 2});
  const Campaign b = campaign(
      R"("verdict": "undecided", "depth": 4, "counts": {"histories": 4, "runs": 0}, "fingerprint": "0000000000000003",
         "reached": ["WER-AP-17", "WER-AP-02"], "interrupted": true, "problems": ["y", "x"])",
      {2, 2});
  EXPECT_EQ(sum({a, b}),
            R"({ "format": "procreg-race/1", "shard": { "index": 1, "of": 1 }, "verdict": "undecided", "depth": 4, )"
            R"("counts": { "histories": 7, "runs": 1 }, "fingerprint": "0000000000000002", )"
            R"("reached": ["WER-AP-02", "WER-AP-17", "OBJ-PROC-03"], "interrupted": true, "problems": ["x", "y"] })"
            "\n");
}

TEST(Campaigns, KeepTheFirstOfEqualFailuresInTheOrderOfTheirScripts) {
  const auto with = [](const char* failures, std::uint64_t index) {
    return campaign(std::string{R"("verdict": "diverges", "counts": {}, "failures": )"} + failures, {index, 3});
  };
  const std::string all = sum({with(R"([{"script": 9, "key": "a", "sameAs": ["a"]}])", 1),
                               with(R"([{"script": 4, "key": "a own", "sameAs": ["a", "a own"]},
                                        {"script": 11, "key": "a own", "sameAs": ["a", "a own"]}])",
                                    2),
                               with(R"([{"scenario": "s", "n": 1}, {"scenario": "s", "n": 2}])", 3)});
  EXPECT_THAT(all, HasSubstr(R"("failures": [ { "scenario": "s", "n": 1 }, { "script": 4, "key": "a own", )"
                             R"("sameAs": ["a", "a own"] }, { "script": 9, "key": "a", "sameAs": ["a"] } ])"));
}

TEST(Campaigns, ThatDifferAreNotAdded) {
  const Campaign a = campaign(std::string{conforms} + R"(, "seed": 4)", {1, 2});
  EXPECT_EQ(sum({a, campaign(std::string{conforms} + R"(, "seed": 5)", {2, 2})}),
            "refused: part2: seed is 5, and part1 has 4");
  EXPECT_EQ(sum({a, campaign(conforms, {2, 2})}), "refused: part1: has seed, and part2 has not");
  EXPECT_EQ(sum({campaign(conforms, {1, 2}), campaign(R"("verdict": "conforms", "counts": {"runs": 1})", {2, 2})}),
            "refused: part1: has counts.histories, and part2 has not");
}

TEST(Campaigns, CannotBeReadFromAnythingElse) {
  EXPECT_EQ(error_of("[]"), "f:1:1: a result (an object) is expected, not a list");
  EXPECT_THAT(error_of("{}"), HasSubstr("this is no result of a campaign"));
  EXPECT_THAT(error_of(R"({"format": "procreg-scenario/1"})"), HasSubstr("unknown format of results"));
  const auto with = [](const std::string& members) {
    return error_of(R"({"format": "procreg-race/1", )" + members + "}");
  };
  const std::string shard = R"("shard": {"index": 1, "of": 1}, )";
  EXPECT_EQ(with(shard + conforms), "");
  EXPECT_THAT(with(conforms), HasSubstr("the key \"shard\" is missing"));
  EXPECT_THAT(with(std::string{R"("shard": {"index": 2, "of": 1}, )"} + conforms), HasSubstr("/shard: "));
  EXPECT_THAT(with(shard + R"("verdict": "fine", "counts": {})"), HasSubstr("\"fine\" is no verdict"));
  EXPECT_THAT(with(shard + R"("verdict": "conforms", "counts": {"runs": -1})"), HasSubstr("/counts/runs: a number"));
  for (const char* wrong :
       {R"("fingerprint": "12")", R"("reached": ["WER-AP-1111"])", R"("reached": "all")",
        R"("reachedOptions": ["app-instance-zero-guid=never"])", R"("reachedOptions": ["reregistration"])",
        R"("failures": [1])", R"("problems": [1])", R"("interrupted": 0)"})
    EXPECT_NE(with(shard + conforms + ", " + wrong), "") << wrong;
}

TEST(Campaigns, ShowFailuresCountsPlainMembersAndTheVerdict) {
  const Campaign shown = campaign(
      R"("verdict": "diverges", "subject": "impl", "closed": true, "calls": ["A"], "counts": {"histories": 3},
         "failures": [{"text": "DIVERGES here\n"}])");
  EXPECT_EQ(text(shown), "DIVERGES here\n\nclosed     true\nhistories  3\n\nDIVERGES\n");
}

}  // namespace
}  // namespace procreg::harness
