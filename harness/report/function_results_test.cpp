#include "harness/report/function_results.h"

#include <gtest/gtest.h>

#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

std::vector<std::string> rows_of(std::string_view steps) {
  std::string json{R"({ "format": "procreg-scenario/1", "name": "n", "clauses": [], "steps": [)"};
  json += steps;
  const auto read = read_script(json + "] }", "some/file.json");
  std::vector<std::string> rows;
  const Script& script = std::get<Script>(read);
  for (const FunctionResult& row : function_results({&script, 1}))
    rows.push_back(std::string{procreg::steps()[row.kind].name} + " " + row.result + " " +
                   std::string{row.decided.id()} + " " + row.file + " " + row.profile);
  return rows;
}

TEST(TheResultsOfFunctions, AreOneRowAFunctionResultAndClause) {
  EXPECT_EQ(
      rows_of(R"(
    { "call": "OpenProcess", "by": "main", "as": "h", "dwDesiredAccess": 1, "bInheritHandle": false, "dwProcessId": "main" },
    { "call": "OpenProcess", "by": "main", "as": "g", "dwDesiredAccess": 1, "bInheritHandle": false, "dwProcessId": "main" },
    { "call": "WerUnregisterAdditionalProcess", "by": "main", "processId": 44 },
    { "event": "StopAnswering", "process": "main" })"),
      (std::vector<std::string>{"WerUnregisterAdditionalProcess WER_E_NOT_FOUND WER-AP-32 some/file.json documented",
                                "OpenProcess a handle OBJ-OPEN-10 some/file.json documented"}));
}

TEST(TheResultsOfFunctions, NameTheProfileUnderWhichTheyDiffer) {
  EXPECT_EQ(rows_of(R"({ "call": "ApplicationRecoveryFinished", "by": "main", "bSuccess": true })"),
            (std::vector<std::string>{"ApplicationRecoveryFinished no-return WER-REC-13 some/file.json documented",
                                      "ApplicationRecoveryFinished returned WER-REC-13 some/file.json windows11"}));
}

}  // namespace
}  // namespace procreg::harness
