#include "harness/cli/conform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using harness::Coverage;
using harness::Property;
using harness::PropertyResult;
using harness::SubjectFactory;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Conform : public InTemporaryFolder {
 protected:
  static ConformRequest files(std::vector<std::string> paths) {
    ConformRequest request;
    request.paths = std::move(paths);
    return request;
  }
  static ConformRequest documented(std::vector<std::string> paths) {
    ConformRequest request = files(std::move(paths));
    request.profile = harness::Script::NamedProfile{"documented", documented_profile()};
    return request;
  }
};

TEST_F(Conform, SumsUpARunThatConforms) {
  write("third.json", third_process_refused);
  EXPECT_EQ(conform(files({"third.json"}), session()), ExitStatus::conforms);
  EXPECT_EQ(out.str(), R"(scenarios     1: 1 conforms (2 runs)
properties    0
steps         12
clauses       1 of 1 reached
options       1 of 148 reached

CONFORMS
)");
  EXPECT_EQ(err.str(), "");
}

TEST_F(Conform, ShowsTheStepThatDivergesWithBothAnswersAndTheClause) {
  write("third.json", third_process_refused);
  EXPECT_EQ(conform(files({"third.json"}), session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_EQ(out.str(), R"(DIVERGES  third.json  at step 5 of 6, profile documented

   5  main: WerRegisterAdditionalProcess(processId=@process1, captureExtraInfoForThreadId=0)
        model           WER_E_INSUFFICIENT_BUFFER   WER-AP-11 (documented)
        implementation  E_OUTOFMEMORY
        clause          new processId while processes has 4 entries: WER_E_INSUFFICIENT_BUFFER; the 4th is accepted,
                        the 5th is not
        applied         WER-AP-06 WER-ALL-46
        before          main: Running, 4 handles, 2 of 2 additional processes: w1.ui w2
        after           same in both

  again    procreg replay third.json --profile documented
  clauses  1 diverged, 2 held (WER-AP-17 OBJ-PROC-03)
  also     under profile windows11

scenarios     1: 1 diverges (2 runs)
properties    0
steps         10
clauses       1 of 1 reached
options       1 of 148 reached

DIVERGES
)");
}

constexpr auto unregistered = R"({
  "format": "procreg-scenario/1",
  "name": "an unregistered process is gone",
  "clauses": ["WER-AP-35"],
  "profile": "documented",
  "steps": [
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 },
    { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": "main" }
  ]
}
)";

TEST_F(Conform, ShowsWhatTheCallerHadRegisteredBefore) {
  write("full.json", R"({
  "format": "procreg-scenario/1",
  "name": "full",
  "clauses": ["WER-FILE-07"],
  "world": { "limits": { "entries": 2 } },
  "steps": [
    { "call": "WerSetFlags", "by": "main", "dwFlags": 4 },
    { "call": "WerRegisterFile", "by": "main", "pwzFile": "a", "regFileType": 2, "dwFlags": 0 },
    { "call": "WerRegisterMemoryBlock", "by": "main", "pvAddress": "0x1000", "dwSize": 16 },
    { "call": "WerRegisterFile", "by": "main", "pwzFile": "b", "regFileType": 2, "dwFlags": 0 }
  ]
}
)");
  EXPECT_EQ(conform(files({"full.json"}), session(lying<FullMeansOutOfMemory>())), ExitStatus::diverges);
  EXPECT_THAT(
      out.str(),
      HasSubstr("before          main: Running, flags 0x4, 1 file, 1 memory block, 0 of 4 additional processes"));
}

TEST_F(Conform, ShowsWhereTheStatesDifferAfterwards) {
  write("unregistered.json", unregistered);
  EXPECT_EQ(conform(files({"unregistered.json"}), session(lying<KeepsWhatIsUnregistered>())), ExitStatus::diverges);
  EXPECT_EQ(out.str(), R"(DIVERGES  unregistered.json  at step 2 of 2, profile documented

   2  main: WerUnregisterAdditionalProcess(processId=main)
        model           S_OK   WER-AP-35 (documented)
        implementation  S_OK
        clause          found: S_OK; the entry is removed whatever thread id it has; the other entries keep their
                        order; place free for WER-AP-11 at once
        applied         WER-ALL-46 WER-ALL-55
        before          main: Running, 1 of 4 additional processes: main
        after           /machines/local/processes/main/wer/processes/0: absent | { "processId": 1000, "threadId": 0,
                        "incarnation": 1 }

  again    procreg replay unregistered.json
  clauses  1 diverged, 1 held (WER-AP-17)

scenarios     1: 1 diverges (1 run)
properties    0
steps         2
clauses       1 of 1 reached
options       1 of 148 reached

DIVERGES
)");
}

constexpr auto contradicting = R"({
  "format": "procreg-scenario/1",
  "name": "a pid of 0 is welcome",
  "clauses": ["WER-AP-02"],
  "profile": "documented",
  "steps": [
    { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": 0, "captureExtraInfoForThreadId": 0, "returns": "S_OK" }
  ]
}
)";

TEST_F(Conform, BlamesTheFileAndNotTheSubjectWhereFileAndModelDisagree) {
  write("contradicting.json", contradicting);
  EXPECT_EQ(conform(files({"contradicting.json"}), session()), ExitStatus::diverges);
  EXPECT_EQ(out.str(),
            R"(DIVERGES  contradicting.json  at step 1 of 1, profile documented: the file contradicts the specification

   1  main: WerRegisterAdditionalProcess(processId=0, captureExtraInfoForThreadId=0)
        model           E_INVALIDARG   WER-AP-02 (documented)
        file            the answer is E_INVALIDARG, and S_OK is expected
        clause          processId is 0: E_INVALIDARG, whatever the thread id
        applied         WER-ALL-46
        before          main: Running, 0 of 4 additional processes

  again    procreg replay contradicting.json
  clauses  1 diverged, 0 held

scenarios     1: 1 diverges (1 run)
properties    0
steps         1
clauses       1 of 1 reached
options       0 of 148 reached

DIVERGES
)");
}

TEST_F(Conform, RunsTheOtherFilesBesideOneThatIsUnusable) {
  write("broken.json", "{\n  \"format\": \"procreg-scenario/1\",\n  \"nam\": 3\n}\n");
  write("third.json", third_process_refused);
  EXPECT_EQ(conform(files({"broken.json", "third.json"}), session()), ExitStatus::unusable);
  EXPECT_EQ(out.str(), R"(UNUSABLE  broken.json

  broken.json:1:1: the key "steps" is missing
  broken.json:3:3: /nam: unknown key "nam"; did you mean "name"?

scenarios     2: 1 conforms, 1 unusable-input (2 runs)
properties    0
steps         12
clauses       1 of 1 reached
options       1 of 148 reached

UNUSABLE
)");
}

constexpr auto never_full = R"({
  "format": "procreg-scenario/1",
  "name": "nothing is ever full here",
  "clauses": ["WER-AP-11", "WER-AP-17"],
  "steps": [ { "call": "WerRegisterAdditionalProcess", "by": "main", "processId": "main", "captureExtraInfoForThreadId": 0 } ]
}
)";

TEST_F(Conform, RunsAParallelPartUnderEverySchedule) {
  write("threads.json", two_threads);
  EXPECT_EQ(conform(files({"threads.json"}), session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("scenarios     1: 1 conforms (2 runs)"));
}

TEST_F(Conform, IsUndecidedWhenAClauseThatAFileNamesIsNeverReached) {
  write("never.json", never_full);
  EXPECT_EQ(conform(files({"never.json"}), session()), ExitStatus::undecided);
  EXPECT_EQ(out.str(), R"(scenarios     1: 1 conforms (2 runs)
properties    0
steps         2
clauses       1 of 2 reached
not reached   WER-AP-11
options       1 of 148 reached

UNDECIDED
)");
}

TEST_F(Conform, AFolderWithoutScenariosIsNotGreen) {
  std::filesystem::create_directory("empty");
  EXPECT_EQ(conform(files({"empty"}), session()), ExitStatus::nothing_ran);
  EXPECT_EQ(out.str(), R"(empty: no scenarios in this folder
nothing ran: no scenario and no property is what was asked for

scenarios     0 (0 runs)
properties    0
steps         0
options       0 of 148 reached

NOTHING RAN
)");
}

TEST_F(Conform, AnEmptyFolderBesideAFullOneIsNotGreenEither) {
  std::filesystem::create_directory("empty");
  write("full/third.json", third_process_refused);
  EXPECT_EQ(conform(files({"empty", "full"}), session()), ExitStatus::nothing_ran);
}

TEST_F(Conform, AClauseThatNoScenarioNamesIsNotGreen) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.only = {"WER-AP-02"};
  EXPECT_EQ(conform(request, session()), ExitStatus::nothing_ran);
}

TEST_F(Conform, WithoutScenariosAnywhereSaysHowToNameThem) {
  EXPECT_EQ(conform(ConformRequest{}, session()), ExitStatus::unusable);
  EXPECT_THAT(out.str(), HasSubstr("--scenarios DIR"));
}

TEST_F(Conform, WithoutFilesAsksForTheWholeClauseTable) {
  write("scenarios/conformance/wer/third.json", third_process_refused);
  EXPECT_EQ(conform(ConformRequest{}, session()), ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr("scenarios     1: 1 conforms (2 runs)\n"));
  EXPECT_THAT(out.str(), HasSubstr("not reached   WER-ALL-"));
  EXPECT_THAT(out.str(), HasSubstr("of later versions"));
}

TEST_F(Conform, FoldersAreRunInTheOrderOfTheirPaths) {
  write("suite/b/2.json", third_process_refused);
  write("suite/a.json", third_process_refused);
  write("suite/b/1.json", third_process_refused);
  write("suite/b/notes.txt", "not a scenario");
  const auto result = run_suite(files({"suite"}), session());
  ASSERT_EQ(result.scenarios.size(), 3U);
  EXPECT_EQ(result.scenarios[0].file, "suite/a.json");
  EXPECT_EQ(result.scenarios[1].file, "suite/b/1.json");
  EXPECT_EQ(result.scenarios[2].file, "suite/b/2.json");
}

TEST_F(Conform, RunsAFileThatIsNamedTwiceOnce) {
  write("suite/third.json", third_process_refused);
  EXPECT_EQ(run_suite(files({"suite/third.json", "suite"}), session()).scenarios.size(), 1U);
}

TEST_F(Conform, SavesTheShrunkFailureWhichReplaysToTheSameClause) {
  write("third.json", third_process_refused);
  ConformRequest request = documented({"third.json"});
  request.save = "found";
  const auto result = run_suite(request, session(lying<FullMeansOutOfMemory>()));
  ASSERT_EQ(result.scenarios.size(), 1U);
  const std::string saved = result.scenarios[0].saved;
  ASSERT_THAT(saved, StartsWith("found/wer-ap-11-"));

  const auto again = run_suite(files({saved}), session(lying<FullMeansOutOfMemory>()));
  ASSERT_EQ(again.verdict, harness::Verdict::diverges);
  EXPECT_LT(again.scenarios[0].script.steps.size(), 4U);
  EXPECT_EQ(again.scenarios[0].runs[0].outcome.divergence->decided, Clause("WER-AP-11"));
  EXPECT_EQ(run_suite(files({saved}), session()).scenarios[0].verdict, harness::Verdict::conforms);
}

TEST_F(Conform, AFailureThatCannotBeSavedIsAFailureOfOurs) {
  write("third.json", third_process_refused);
  write("found", "a file where a folder should be");
  ConformRequest request = documented({"third.json"});
  request.save = "found";
  EXPECT_EQ(conform(request, session(lying<FullMeansOutOfMemory>())), ExitStatus::failed);
  EXPECT_THAT(out.str(), HasSubstr("DIVERGES  third.json"));
  EXPECT_THAT(out.str(), HasSubstr("found"));
}

TEST_F(Conform, NamesTheClauseThatIsSpoiled) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.spoiled = "WER-AP-11";
  EXPECT_EQ(conform(request, session()), ExitStatus::diverges);
  EXPECT_THAT(out.str(), HasSubstr("spoiled       WER-AP-11, named by 2 divergences\n"));
  EXPECT_THAT(out.str(), HasSubstr("again    procreg conform --spoil WER-AP-11 third.json --profile documented\n"));
}

TEST_F(Conform, SaysWhenNothingNoticesASpoiledClause) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.spoiled = "WER-AP-02";
  EXPECT_EQ(conform(request, session()), ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr("nothing notices that WER-AP-02 is spoiled\n"));
}

TEST_F(Conform, SpoilsEachClauseAndListsThoseThatNoScenarioNotices) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.only = {"WER-AP-11", "WER-AP-17", "WER-AP-02"};
  EXPECT_EQ(conform_spoil_all(request, session()), ExitStatus::undecided);
  EXPECT_EQ(out.str(), R"(WER-AP-02  decides  no scenario reaches it  processId is 0

spoiled  2 of 3 clauses are noticed and named

UNDECIDED
)");
  request.only = {"WER-AP-11", "WER-AP-17"};
  EXPECT_EQ(conform_spoil_all(request, session()), ExitStatus::conforms);
}

TEST_F(Conform, StopsAfterTheCurrentScenarioWhenInterrupted) {
  write("third.json", third_process_refused);
  interrupt();
  EXPECT_EQ(conform(files({"third.json"}), session()), ExitStatus::undecided);
  EXPECT_THAT(out.str(), EndsWith("UNDECIDED, interrupted\n"));
}

TEST_F(Conform, WithJsonOnStandardOutputPrintsNoText) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.json = "-";
  EXPECT_EQ(conform(request, session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), StartsWith("{\n \"format\": \"procreg-report/1\",\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("CONFORMS")));
}

TEST_F(Conform, WritesJsonAndJUnitBesideTheText) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.json = "report.json";
  request.junit = "report.xml";
  EXPECT_EQ(conform(request, session()), ExitStatus::conforms);
  EXPECT_THAT(out.str(), EndsWith("CONFORMS\n"));
  EXPECT_THAT(content("report.json"), HasSubstr("\"verdict\": \"conforms\""));
  EXPECT_THAT(content("report.xml"), HasSubstr("name=\"third.json under windows11\"/>"));
}

TEST_F(Conform, AReportThatCannotBeWrittenIsAFailureOfOurs) {
  write("third.json", third_process_refused);
  ConformRequest request = files({"third.json"});
  request.junit = "no/such/folder/report.xml";
  EXPECT_EQ(conform(request, session()), ExitStatus::failed);
  EXPECT_THAT(err.str(), HasSubstr("no/such/folder/report.xml"));
  EXPECT_THAT(out.str(), EndsWith("CONFORMS\n"));
}

// --- property suites ---

constexpr Clause law[] = {"WER-AP-10"};

PropertyResult holds(const SubjectFactory& subject, std::uint64_t, Coverage&) {
  return {subject() != nullptr, 10, 200, "", std::nullopt};
}
PropertyResult breaks(const SubjectFactory&, std::uint64_t seed, Coverage&) {
  return {false, 3, 7, seed == 5 ? "seed 5 shows it\n\nin two lines" : "another seed", std::nullopt};
}
PropertyResult looks_at_nothing(const SubjectFactory&, std::uint64_t, Coverage&) {
  return {true, 0, 0, "", std::nullopt};
}
PropertyResult throws(const SubjectFactory&, std::uint64_t, Coverage&) { throw std::runtime_error{"out of luck"}; }

class ConformWithProperties : public Conform {
 protected:
  harness::SuiteResult run(const Property& property, std::uint64_t seed = 1) {
    write("scenarios/conformance/third.json", third_process_refused);
    ConformRequest request;
    request.only = {"WER-AP-10", "WER-AP-11"};
    request.seed = seed;
    Session with = session();
    with.properties = {&property, 1};
    last_ = conform(request, with);
    return run_suite(request, with);
  }
  ExitStatus last_{};
};

TEST_F(ConformWithProperties, AnswersForALawByAPropertyThatHolds) {
  const Property property{"a law holds", law, holds};
  EXPECT_EQ(run(property).reached().count(), 2U);
  EXPECT_EQ(last_, ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("properties    1: 1 conforms\nsteps         212\nclauses       2 of 2 reached\n"));
}

TEST_F(ConformWithProperties, ShowsWhatAPropertyThatBreaksSaw) {
  const Property property{"a law holds", law, breaks};
  run(property, 5);
  EXPECT_EQ(last_, ExitStatus::diverges);
  EXPECT_THAT(out.str(), StartsWith("DIVERGES  property: a law holds\n\n  seed 5 shows it\n\n  in two lines\n\n"
                                    "  clauses  WER-AP-10\n\n"));
}

TEST_F(ConformWithProperties, APropertyThatLooksAtNothingShowsNothing) {
  const Property property{"a law holds", law, looks_at_nothing};
  EXPECT_EQ(run(property).reached().count(), 1U);
  EXPECT_EQ(last_, ExitStatus::undecided);
  EXPECT_THAT(out.str(), HasSubstr("it looked at no world at all"));
}

TEST_F(ConformWithProperties, APropertyThatThrowsIsAFailureOfOurs) {
  const Property property{"a law holds", law, throws};
  run(property);
  EXPECT_EQ(last_, ExitStatus::failed);
  EXPECT_THAT(out.str(), HasSubstr("out of luck"));
}

}  // namespace
}  // namespace procreg::cli
