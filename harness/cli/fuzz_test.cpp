#include "harness/cli/fuzz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/conform.h"
#include "harness/cli/temporary_folder.h"
#include "harness/scenario/files.h"

namespace procreg::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class Fuzz : public InTemporaryFolder {
 protected:
  static FuzzRequest steps(std::uint64_t steps) {
    FuzzRequest request;
    request.steps = steps;
    return request;
  }
  static std::vector<std::string> saved() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{"found"}) files.push_back(entry.path().string());
    return files;
  }
};

TEST_F(Fuzz, OfTheImplementationConformsAndEndsInAFingerprint) {
  EXPECT_EQ(fuzz(steps(2000), session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("steps        2000\n"));
  EXPECT_THAT(out.str(), EndsWith("\n\nCONFORMS\n"));
}

TEST_F(Fuzz, PrintsNothingButTheFingerprintWhenAsked) {
  FuzzRequest request = steps(2000);
  request.fingerprint = true;
  EXPECT_EQ(fuzz(request, session()), ExitStatus::conforms);
  const std::string first = out.str();
  EXPECT_THAT(first, MatchesRegex("[0-9a-f]{16}\n"));
  out.str("");
  EXPECT_EQ(fuzz(request, session()), ExitStatus::conforms);
  EXPECT_EQ(out.str(), first);
  out.str("");
  request.seed = 2;
  EXPECT_EQ(fuzz(request, session()), ExitStatus::conforms);
  EXPECT_NE(out.str(), first);
}

TEST_F(Fuzz, SavesTheShrunkFailureAndTriesItFirstTheNextTime) {
  FuzzRequest request = steps(200000);
  request.save = "found";
  EXPECT_EQ(fuzz(request, session(lying<KeepsWhatIsUnregistered>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith("DIVERGES  found/"));
  ASSERT_EQ(saved().size(), 1U);

  out.str("");
  request.steps = 0;
  EXPECT_EQ(fuzz(request, session(lying<KeepsWhatIsUnregistered>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr(saved()[0] + " still fails\n"));
  EXPECT_EQ(saved().size(), 1U);
}

TEST_F(Fuzz, PrintsAFailureThatItSavesNowhere) {
  EXPECT_EQ(fuzz(steps(200000), session(lying<KeepsWhatIsUnregistered>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("\"format\": \"procreg-scenario/1\""));
}

TEST_F(Fuzz, SaysWhichFileOfTheFolderIsUnusable) {
  write("found/broken.json", "[");
  FuzzRequest request = steps(100);
  request.save = "found";
  EXPECT_EQ(fuzz(request, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), StartsWith("procreg: found/broken.json:1:"));
  EXPECT_THAT(out.str(), HasSubstr("steps        100\n"));
}

TEST_F(Fuzz, RefusesASavedFileWithAParallelPart) {
  write("found/threads.json", two_threads);
  FuzzRequest request = steps(100);
  request.save = "found";
  EXPECT_EQ(fuzz(request, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("found/threads.json: has a parallel part"));
}

TEST_F(Fuzz, AFailureThatCannotBeSavedIsAFailureOfOurs) {
  write("file", "no folder");
  FuzzRequest request = steps(200000);
  request.save = "file/found";
  EXPECT_EQ(fuzz(request, session(lying<KeepsWhatIsUnregistered>())), ExitStatus::failed);
  EXPECT_THAT(out.str(), StartsWith("DIVERGES  a script of seed 1"));
  EXPECT_THAT(err.str(), HasSubstr("file/found"));
}

TEST_F(Fuzz, OfNoStepsRanNothing) { EXPECT_EQ(fuzz(steps(0), session()), ExitStatus::nothing_ran); }

TEST_F(Fuzz, IsUndecidedWhenInterrupted) {
  interrupt();
  EXPECT_EQ(fuzz(steps(1000), session()), ExitStatus::undecided);
  EXPECT_THAT(out.str(), EndsWith("UNDECIDED, interrupted\n"));
}

class Shrink : public InTemporaryFolder {};

TEST_F(Shrink, WritesTheSmallestScenarioThatDivergesAtTheSameClause) {
  write("third.json", third_process_refused);
  ShrinkRequest request;
  request.file = "third.json";
  request.out = "small.json";
  EXPECT_EQ(shrink(request, session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_THAT(err.str(), HasSubstr("6 steps became "));
  EXPECT_THAT(out.str(), StartsWith("  fails with these values and with\n    1  "));
  EXPECT_THAT(out.str(), HasSubstr("\n  passes  "));

  ConformRequest again;
  again.paths = {"small.json"};
  const auto result = run_suite(again, session(lying<FullMeansOutOfMemory>()));
  ASSERT_EQ(result.verdict, harness::Verdict::diverges);
  EXPECT_EQ(result.scenarios[0].runs[0].outcome.divergence->decided, Clause("WER-AP-11"));
  EXPECT_LT(result.scenarios[0].script.steps.size(), 4U);
}

TEST_F(Shrink, PutsOutNothingButTheScenarioWithoutAFile) {
  write("third.json", third_process_refused);
  ShrinkRequest request;
  request.file = "third.json";
  EXPECT_EQ(shrink(request, session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_TRUE(std::holds_alternative<harness::Script>(harness::read_script(out.str(), "out")));
  EXPECT_THAT(err.str(), HasSubstr("  fails with these values and with\n"));
}

TEST_F(Shrink, PrintsJson) {
  write("third.json", third_process_refused);
  ShrinkRequest request;
  request.file = "third.json";
  request.json = true;
  EXPECT_EQ(shrink(request, session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith(R"({ "format": "procreg-shrink/1", "stepsBefore": 6, )"));
  EXPECT_THAT(out.str(),
              HasSubstr(R"("explanation": { "steps": [ { "needed": true, "arguments": [ { "argument": "by")"));
  EXPECT_THAT(out.str(), EndsWith("}\n"));
}

TEST_F(Shrink, HasNothingToDoWhereNothingDiverges) {
  write("third.json", third_process_refused);
  ShrinkRequest request;
  request.file = "third.json";
  EXPECT_EQ(shrink(request, session()), ExitStatus::nothing_ran);
  EXPECT_EQ(out.str(), "");
  EXPECT_THAT(err.str(), HasSubstr("does not diverge"));
}

TEST_F(Shrink, RefusesAParallelPart) {
  write("threads.json", two_threads);
  ShrinkRequest request;
  request.file = "threads.json";
  EXPECT_EQ(shrink(request, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("threads.json: has a parallel part"));
}

TEST_F(Shrink, OfAnUnusableFileSaysWhere) {
  write("broken.json", "[");
  ShrinkRequest request;
  request.file = "broken.json";
  EXPECT_EQ(shrink(request, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), StartsWith("procreg: broken.json:1:"));
}

}  // namespace
}  // namespace procreg::cli
