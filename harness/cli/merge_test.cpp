#include "harness/cli/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/fuzz.h"
#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Merge : public InTemporaryFolder {
 protected:
  static FuzzRequest scripts(std::uint64_t scripts, harness::Shard shard = {}) {
    FuzzRequest request;
    request.scripts = scripts;
    request.shard = shard;
    request.failures = 50;
    request.json = true;
    return request;
  }
  // What the run prints, also in a file.
  template <class Subject>
  std::string ran(const FuzzRequest& request, const std::string& file, Subject subject) {
    out.str("");
    fuzz(request, session(subject));
    write(file, out.str());
    return std::exchange(out, std::ostringstream{}).str();
  }
  ExitStatus merged(std::vector<std::string> files, bool json = true) {
    out.str("");
    err.str("");
    return merge({std::move(files), json}, session());
  }
};

TEST_F(Merge, GivesWhatOneRunFinds) {
  const std::string whole = ran(scripts(40), "whole.json", harness::implementation);
  for (const std::uint64_t i : {1U, 2U, 3U})
    ran(scripts(40, {i, 3}), std::to_string(i) + ".json", harness::implementation);
  EXPECT_EQ(merged({"3.json", "1.json", "2.json"}), ExitStatus::conforms) << err.str();
  EXPECT_EQ(out.str(), whole);
}

TEST_F(Merge, GivesTheFailuresOfOneRunEachOnce) {
  const std::string whole = ran(scripts(150), "whole.json", lying<KeepsWhatIsUnregistered>());
  ASSERT_THAT(whole, HasSubstr("\"key\": "));
  std::size_t found = 0;
  for (const std::uint64_t i : {1U, 2U, 3U}) {
    const std::string part = ran(scripts(150, {i, 3}), std::to_string(i) + ".json", lying<KeepsWhatIsUnregistered>());
    found += part.find("\"verdict\": \"diverges\"") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(found, 1U) << "or there is nothing to be found twice";
  EXPECT_EQ(merged({"1.json", "2.json", "3.json"}), ExitStatus::diverges) << err.str();
  EXPECT_EQ(out.str(), whole);

  FuzzRequest text = scripts(150);
  text.json = false;
  const std::string whole_text = ran(text, "whole.txt", lying<KeepsWhatIsUnregistered>());
  EXPECT_EQ(merged({"1.json", "2.json", "3.json"}, false), ExitStatus::diverges);
  EXPECT_EQ(out.str(), whole_text);
}

TEST_F(Merge, CountsAShardWithoutWorkForNothing) {
  const std::string whole = ran(scripts(1), "whole.json", harness::implementation);
  ran(scripts(1, {1, 2}), "1.json", harness::implementation);
  EXPECT_THAT(ran(scripts(1, {2, 2}), "2.json", harness::implementation), HasSubstr("nothing-ran"));
  EXPECT_EQ(merged({"1.json", "2.json"}), ExitStatus::conforms);
  EXPECT_EQ(out.str(), whole);
  ran(scripts(0, {1, 2}), "1.json", harness::implementation);
  EXPECT_EQ(merged({"1.json", "2.json"}), ExitStatus::unusable) << "options differ";
  ran(scripts(0, {2, 2}), "2.json", harness::implementation);
  EXPECT_EQ(merged({"1.json", "2.json"}), ExitStatus::nothing_ran);
}

TEST_F(Merge, NamesTheShardsThatAreMissingAndDecidesNothing) {
  ran(scripts(40, {2, 5}), "2.json", harness::implementation);
  ran(scripts(40, {4, 5}), "4.json", harness::implementation);
  EXPECT_EQ(merged({"4.json", "2.json"}, false), ExitStatus::undecided);
  EXPECT_THAT(out.str(), AllOf(StartsWith("missing      3 shards: 1 3 5\n"), EndsWith("\nUNDECIDED\n")));
  EXPECT_EQ(merged({"4.json", "2.json"}), ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr("\"missing\": { \"count\": 3, \"first\": [1, 3, 5] }"));
  write("some.json", out.str());
  EXPECT_EQ(merged({"some.json"}), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("some.json: is a merged result in which shards are missing"));
}

TEST_F(Merge, NamesAFewOfVeryManyMissingShards) {
  constexpr std::uint64_t many = ~std::uint64_t{0};
  ran(scripts(40, {many, many}), "last.json", harness::implementation);
  EXPECT_EQ(merged({"last.json"}, false), ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr(" 19 20 and 18446744073709551594 more\n"));
}

TEST_F(Merge, RefusesWhatDoesNotBelongTogether) {
  ran(scripts(40, {1, 2}), "1.json", harness::implementation);
  FuzzRequest other_seed = scripts(40, {2, 2});
  other_seed.seed = 9;
  ran(other_seed, "seed.json", harness::implementation);
  ran(scripts(40, {2, 3}), "three.json", harness::implementation);
  const auto problem = [&](const std::string& file) {
    EXPECT_EQ(merged({"1.json", file}), ExitStatus::unusable) << file;
    EXPECT_EQ(out.str(), "");
    return err.str();
  };
  EXPECT_EQ(problem("seed.json"), "procreg: seed.json: options.seed is 9, and 1.json has 1\n");
  EXPECT_EQ(problem("1.json"), "procreg: 1.json: is shard 1, and so is 1.json\n");
  EXPECT_EQ(problem("three.json"), "procreg: three.json: is shard 2 of 3, and 1.json is one of 2\n");
  EXPECT_THAT(problem("none.json"), HasSubstr("none.json: cannot be read"));
  write("broken.json", "{\n  \"format\": \n");
  EXPECT_THAT(problem("broken.json"), StartsWith("procreg: broken.json:3:"));
}

}  // namespace
}  // namespace procreg::cli
