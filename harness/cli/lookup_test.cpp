#include "harness/cli/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/cli/temporary_folder.h"

namespace procreg::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr Clause law[] = {"WER-AP-11", "WER-AP-10"};
constexpr harness::Property property{"nothing is registered past the limit", law, nullptr};

class Lookup : public InTemporaryFolder {
 protected:
  void SetUp() override {
    InTemporaryFolder::SetUp();
    write("scenarios/conformance/third.json", third_process_refused);
  }
  ExitStatus explain_word(std::string word) {
    Session with = session();
    with.properties = {&property, 1};
    return explain({std::move(word), "", false}, with);
  }
  ExitStatus list_what(std::string what, bool json = false) {
    Session with = session();
    with.properties = {&property, 1};
    return list({std::move(what), "", json}, with);
  }
};

TEST_F(Lookup, ExplainsAClauseWithWhoNamesIt) {
  EXPECT_EQ(explain_word("WER-AP-11"), ExitStatus::conforms);
  EXPECT_EQ(out.str(), R"(clause      WER-AP-11
kind        decides
basis       documented
provenance  documented; number header
source      page; werapi.h
condition   new processId while processes has 4 entries
effect      WER_E_INSUFFICIENT_BUFFER; the 4th is accepted, the 5th is not
covered     yes
choices     none
scenarios   scenarios/conformance/third.json
properties  nothing is registered past the limit
)");
}

TEST_F(Lookup, ExplainsAChoiceWithItsOptions) {
  EXPECT_EQ(explain_word("app-instance-same-guid-again"), ExitStatus::conforms);
  EXPECT_EQ(out.str(), R"(choice     app-instance-same-guid-again
question   explicit tag, same GUID registered again
options    fail-already-exists: 5010
           succeed-no-change: 0, nothing stored
           succeed-update-inherit: 0, inherit := new value. Both succeed options skip the allocation step
profiles   documented: fail-already-exists
           windows11: fail-already-exists
evidence   REG condition says another GUID; its explanation says called twice
covered    yes
clauses    CCF-REG-16
scenarios  none
)");
}

TEST_F(Lookup, ListsWhatEachFunctionAnswersAndTheScenarioThatShowsIt) {
  EXPECT_EQ(list_what("results"), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("WER_E_INSUFFICIENT_BUFFER  WER-AP-11"));
  EXPECT_THAT(out.str(), HasSubstr("scenarios/conformance/third.json  documented"));
}

TEST_F(Lookup, PutsInJsonWhatLinesHaveNoRoomFor) {
  EXPECT_EQ(list_what("clauses", true), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr(R"("effect": "WER_E_INSUFFICIENT_BUFFER; the 4th is accepted, the 5th is not")"));
}

TEST_F(Lookup, SuggestsWhatAnUnknownWordMayMean) {
  EXPECT_EQ(explain_word("WER-AP-1"), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("did you mean \"WER-AP-"));
  EXPECT_EQ(out.str(), "");
}

TEST_F(Lookup, ListsEventsWithTheirFields) {
  EXPECT_EQ(list_what("events"), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("\nExitThread          process thread\n"));
  EXPECT_THAT(out.str(), HasSubstr("\nAdvanceTime         ms restartedAs?\n"));
}

TEST_F(Lookup, ListsClausesAndWhetherTheyAreCovered) {
  EXPECT_EQ(list_what("clauses"), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("\nWER-AP-11 "));
  EXPECT_THAT(out.str(), HasSubstr("  covered  "));
}

TEST_F(Lookup, ListsScenariosByTheirFiles) {
  EXPECT_EQ(list_what("scenarios"), ExitStatus::conforms);
  EXPECT_EQ(out.str(), "scenarios/conformance/third.json  a third additional process is refused  WER-AP-11\n");
}

TEST_F(Lookup, ListsScenariosThoughOneIsUnusable) {
  write("scenarios/conformance/broken.json", "[");
  EXPECT_EQ(list_what("scenarios"), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("broken.json:1:"));
  EXPECT_THAT(out.str(), StartsWith("scenarios/conformance/third.json"));
}

TEST_F(Lookup, ListsInJson) {
  EXPECT_EQ(list_what("properties", true), ExitStatus::conforms);
  EXPECT_EQ(out.str(),
            "[\n  {\"name\": \"nothing is registered past the limit\", \"clauses\": \"WER-AP-11 WER-AP-10\"}\n]\n");
}

TEST_F(Lookup, ListsTheSchema) {
  EXPECT_EQ(list_what("schema"), ExitStatus::conforms);
  EXPECT_THAT(out.str(), HasSubstr("\"procreg-scenario/1\""));
}

TEST_F(Lookup, RefusesAListThatThereIsNot) {
  EXPECT_EQ(list_what("clause"), ExitStatus::unusable);
  EXPECT_THAT(err.str(), HasSubstr("\"clauses\""));
}

}  // namespace
}  // namespace procreg::cli
