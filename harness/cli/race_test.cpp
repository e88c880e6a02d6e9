#include "harness/cli/race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Takes an entry out twice and puts it in between, which only another thread can see.
class TakesOutTwice : public harness::Wrapped {
 public:
  TakesOutTwice() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    const Answer answer = inner_->perform(step);
    const auto* call = std::get_if<WerUnregisterAdditionalProcess>(&step);
    if (call == nullptr || answer.result != Hresult::S_OK) return answer;
    inner_->perform(WerRegisterAdditionalProcess{.by = call->by, .processId = call->processId});
    std::this_thread::sleep_for(std::chrono::microseconds{20});
    inner_->perform(step);
    return answer;
  }
};

// Takes its time, so that two threads are sure to meet.
class Slow : public harness::Wrapped {
 public:
  Slow() : Wrapped{harness::implementation()} {}
  Answer perform(const Step& step) override {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return inner_->perform(step);
  }
};

constexpr auto scenario = R"({
  "format": "procreg-scenario/1",
  "name": "two threads take the same entry out",
  "steps": [
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": 40, "captureExtraInfoForThreadId": 0 }
  ],
  "parallel": [
    [{ "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 40 }],
    [{ "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 40 }]
  ]
}
)";

class Race : public InTemporaryFolder {
 protected:
  static RaceRequest rounds(std::uint64_t rounds) {
    RaceRequest request;
    request.rounds = rounds;
    return request;
  }
  RaceRequest of_file(std::uint64_t rounds) {
    write("race.json", scenario);
    RaceRequest request = Race::rounds(rounds);
    request.file = "race.json";
    return request;
  }
  static std::string saved(std::string_view ending) {
    for (const auto& entry : std::filesystem::directory_iterator{"found"})
      if (entry.path().string().ends_with(ending)) return entry.path().string();
    return {};
  }
};

TEST_F(Race, OfTheImplementationConforms) {
  EXPECT_EQ(race(rounds(100), session(lying<Slow>())), ExitStatus::conforms);
  EXPECT_THAT(out.str(), StartsWith("histories     100\noperations    3200\n"));
  EXPECT_THAT(out.str(), EndsWith("violations    0\nran out       0\n\nCONFORMS\n"));
}

TEST_F(Race, OfAFileRunsUnderBothProfiles) {
  EXPECT_EQ(race(of_file(50), session(lying<Slow>())), ExitStatus::conforms);
  EXPECT_THAT(out.str(), StartsWith("histories     100\n"));
}

TEST_F(Race, SavesWhatItFindsAndTheHistoryReplays) {
  RaceRequest request = of_file(20'000);
  request.save = "found";
  request.timeline = "race.html";
  ASSERT_EQ(race(request, session(lying<TakesOutTwice>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith("DIVERGES  race.json, profile documented: "));
  EXPECT_THAT(out.str(), HasSubstr("  again    procreg race --history found/race-"));
  EXPECT_THAT(out.str(), EndsWith("\n\nDIVERGES\n"));
  EXPECT_THAT(content("race.html"), HasSubstr("</svg>"));

  out.str("");
  RaceRequest again;
  again.history = saved(".history.json");
  again.timeline = "race.svg";
  EXPECT_EQ(race(again, session()), ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith("DIVERGES  found/race-"));
  EXPECT_THAT(out.str(), HasSubstr("[!]"));
  EXPECT_THAT(content("race.svg"), StartsWith("<svg"));

  // The saved scenario is one that races again; the implementation has no fault.
  out.str("");
  std::filesystem::remove(again.history);
  RaceRequest scenario_again = rounds(100);
  scenario_again.file = saved(".json");
  EXPECT_EQ(race(scenario_again, session(lying<Slow>())), ExitStatus::conforms);
}

TEST_F(Race, PrintsTheHistoryThatIsSavedNowhere) {
  ASSERT_EQ(race(of_file(20'000), session(lying<TakesOutTwice>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("\"format\": \"procreg-history/1\""));
}

TEST_F(Race, GivesItsResultAsJson) {
  RaceRequest request = rounds(9);
  request.json = true;
  request.shard = {.index = 2, .of = 2};
  EXPECT_EQ(race(request, session(lying<Slow>())), ExitStatus::conforms);
  EXPECT_THAT(out.str(), StartsWith(R"({ "format": "procreg-race/1", "version": )"));
  EXPECT_THAT(
      out.str(),
      HasSubstr(R"("options": { "file": "", "threads": 4, "operations": 8, "seed": 1, "rounds": 9, )"
                R"("seconds": null }, "verdict": "conforms", "interrupted": false, "shard": { "index": 2, "of": 2 }, )"
                R"("counts": { "histories": 4, "operations": 128, "linearizable": 4, )"
                R"("violations": 0, "ranOut": 0, "overlapping": )"));
  EXPECT_THAT(out.str(), EndsWith(R"( }, "failures": [], "problems": [] })"
                                  "\n"));
}

TEST_F(Race, OfAFaultAsJsonHoldsTheHistory) {
  RaceRequest request = of_file(20'000);
  request.json = true;
  ASSERT_EQ(race(request, session(lying<TakesOutTwice>())), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("\"violations\": 1"));
  EXPECT_THAT(out.str(), HasSubstr("procreg-history/1"));
}

TEST_F(Race, RefusesFilesThatCannotBeRaced) {
  RaceRequest request;
  request.file = "missing.json";
  EXPECT_EQ(race(request, session()), ExitStatus::unusable);
  write("sequential.json", third_process_refused);
  request.file = "sequential.json";
  EXPECT_EQ(race(request, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("sequential.json: there is nothing to race"));
  RaceRequest history;
  history.history = "sequential.json";
  EXPECT_EQ(race(history, session()), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("this is no history"));
  EXPECT_EQ(out.str(), "");
}

TEST_F(Race, SaysSoWhenADrawingCannotBeWritten) {
  RaceRequest request = of_file(20'000);
  request.timeline = "no/such/folder/race.svg";
  EXPECT_EQ(race(request, session(lying<TakesOutTwice>())), ExitStatus::failed);
  EXPECT_THAT(err.str(), HasSubstr("no/such/folder/race.svg"));
}

TEST_F(Race, IsUndecidedWhenItIsInterrupted) {
  interrupt();
  EXPECT_EQ(race(rounds(100), session()), ExitStatus::undecided);
  EXPECT_THAT(out.str(), EndsWith("UNDECIDED, interrupted\n"));
}

TEST_F(Race, OfNothingIsNothing) {
  EXPECT_EQ(race(rounds(0), session()), ExitStatus::nothing_ran);
  EXPECT_THAT(out.str(), Not(HasSubstr("CONFORMS")));
}

}  // namespace
}  // namespace procreg::cli
