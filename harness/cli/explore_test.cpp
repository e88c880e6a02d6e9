#include "harness/cli/explore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "harness/cli/merge.h"
#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Explore : public InTemporaryFolder {
 protected:
  static ExploreRun small() {
    ExploreRun run;
    run.request.world = "registry";
    run.request.processes = 3;
    return run;
  }
  ExitStatus does(const ExploreRun& run) {
    out.str("");
    err.str("");
    return explore(run, session());
  }
  std::string certificate() {
    ExploreRun run = small();
    run.json = true;
    EXPECT_EQ(does(run), ExitStatus::conforms) << err.str();
    return out.str();
  }
  ExitStatus expects(const std::string& content) {
    ExploreRun run;
    write("certificate.json", content);
    run.expect = "certificate.json";
    return does(run);
  }
  static std::string with(std::string text, const std::string& old, const std::string& by) {
    const std::size_t at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return at == std::string::npos ? text : text.replace(at, old.size(), by);
  }
};

TEST_F(Explore, SaysHowMuchItMetAndHowSureItIs) {
  EXPECT_EQ(does(small()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), AllOf(HasSubstr("closed       true\n"), HasSubstr("states       79\n"),
                               HasSubstr("transitions  711\n"), HasSubstr("checked      711\n"),
                               HasSubstr("two states taken for one with a probability of at most 1 in 59"),
                               HasSubstr("clauses      "), HasSubstr("bytes        "), HasSubstr("\nCONFORMS\n")));
}

TEST_F(Explore, PrintsAndSavesTheShortestCounterexample) {
  ExploreRun run = small();
  run.spoiled = Clause("WER-AP-32");
  EXPECT_EQ(does(run), ExitStatus::diverges);
  EXPECT_THAT(out.str(), AllOf(HasSubstr("DIVERGES"), HasSubstr("at step 1 of 1"), HasSubstr("WER-AP-32"),
                               HasSubstr("\"format\": \"procreg-scenario/1\"")));
  run.save = "found";
  EXPECT_EQ(does(run), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("again    procreg replay"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{run.save}, {}), 1);
}

TEST_F(Explore, IsUndecidedAtABoundAndSaysWhich) {
  ExploreRun run;
  run.request.states = 1000;
  EXPECT_EQ(does(run), ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr("UNDECIDED"));
  EXPECT_THAT(err.str(), HasSubstr("the bound on states was met"));
}

TEST_F(Explore, DoesNotCallTheModelAloneConforming) {
  ExploreRun run = small();
  run.request.model_only = true;
  EXPECT_EQ(does(run), ExitStatus::nothing_ran);
  EXPECT_THAT(err.str(), HasSubstr("nothing was compared"));
}

TEST_F(Explore, HoldsARunAgainstItsCertificate) {
  const std::string good = certificate();
  EXPECT_EQ(expects(good), ExitStatus::conforms) << err.str();
  EXPECT_EQ(expects(with(good, "\"states\": 79", "\"states\": 80")), ExitStatus::diverges);
  EXPECT_THAT(err.str(), HasSubstr("counts.states was 80 and is 79\n"));
  EXPECT_EQ(expects(with(good, "\"closed\": true", "\"closed\": false")), ExitStatus::diverges);
  EXPECT_THAT(err.str(), HasSubstr("closed was false and is true\n"));
  EXPECT_EQ(expects(with(good, "\"WER-AP-32\"", "\"WER-AP-33\"")), ExitStatus::diverges);
  EXPECT_THAT(err.str(), HasSubstr("reached was ["));
  EXPECT_EQ(expects(with(good, "\"processes\": 3", "\"processes\": 2")), ExitStatus::diverges);
  EXPECT_THAT(err.str(), AllOf(HasSubstr("counts.states was 79"), HasSubstr("fingerprint was")));
}

TEST_F(Explore, RefusesAnUnusableCertificateByLine) {
  const std::string good = certificate();
  EXPECT_EQ(expects("{ \"format\":\n 12 }"), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("certificate.json:"));
  EXPECT_EQ(expects(with(good, "\"options\": {", "\"options\": {\n\"wrld\": 1,")), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("certificate.json:2:1: /options/wrld: \"wrld\" is no option of explore"));
  EXPECT_EQ(expects(with(good, "\"symmetry\": false", "\"symmetry\": 1")), ExitStatus::unusable);
  EXPECT_EQ(expects(with(good, "\"world\": \"registry\"", "\"world\": \"registri\"")), ExitStatus::unusable);
  EXPECT_EQ(expects(with(good, "procreg-explore/1", "procreg-fuzz/2")), ExitStatus::unusable);
  ExploreRun run;
  run.expect = "nowhere.json";
  EXPECT_EQ(does(run), ExitStatus::unusable);
}

TEST_F(Explore, RefusesWhatMakesNoSense) {
  const auto refused = [this](auto set) {
    ExploreRun run;
    set(run.request);
    EXPECT_EQ(does(run), ExitStatus::unusable) << out.str();
    EXPECT_THAT(err.str(), HasSubstr("procreg: "));
  };
  refused([](ExploreRequest& request) { request.world = "were"; });
  refused([](ExploreRequest& request) { request.world = "no/such/file.json"; });
  refused([](ExploreRequest& request) { request.limits = "huge"; });
  refused([](ExploreRequest& request) { request.calls = {"Crash"}; });
  refused([](ExploreRequest& request) { request.calls = request.events = {"none"}; });
  refused([](ExploreRequest& request) { request.processes = 0; });
  refused([](ExploreRequest& request) { request.profile = "windows12"; });
  refused([](ExploreRequest& request) {
    request.world = "registry";
    request.calls = {"OpenProcess"};
  });
}

TEST_F(Explore, TakesOnlyTheCallsAndEventsItIsGiven) {
  ExploreRun run;
  run.request.calls = {"WerRegisterAdditionalProcess", "WerUnregisterAdditionalProcess"};
  run.request.events = {"none"};
  run.request.processes = 2;
  EXPECT_EQ(does(run), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("closed       true\n"));
}

TEST_F(Explore, BeginsWhereAScenarioEnds) {
  ExploreRun run;
  write("root.json", R"({
    "format": "procreg-scenario/1", "name": "a child", "clauses": [],
    "steps": [ { "call": "CreateProcess", "by": "main", "as": "child" } ] })");
  run.request.world = "root.json";
  run.request.depth = 2;
  EXPECT_EQ(does(run), ExitStatus::conforms) << out.str() << err.str();
  run.spoiled = Clause("OBJ-PROC-05");  // of what a process leaves when it ends
  EXPECT_EQ(does(run), ExitStatus::diverges) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("OBJ-PROC-05"));
}

TEST_F(Explore, AddsUpFromShards) {
  ExploreRun run;
  run.request.world = "ccf";
  run.request.depth = 2;
  run.json = true;
  EXPECT_EQ(does(run), ExitStatus::conforms);
  const std::string whole = out.str();
  std::vector<std::string> parts;
  for (const std::uint64_t index : {1U, 2U, 3U}) {
    run.request.shard = {index, 3};
    EXPECT_EQ(does(run), ExitStatus::conforms);
    EXPECT_NE(out.str(), whole);
    parts.push_back(std::to_string(index) + ".json");
    write(parts.back(), out.str());
  }
  out.str("");
  EXPECT_EQ(merge({parts, true}, session()), ExitStatus::conforms) << err.str();
  EXPECT_EQ(out.str(), whole);
}

}  // namespace
}  // namespace procreg::cli
