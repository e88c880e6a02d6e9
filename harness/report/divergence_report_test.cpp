#include "harness/report/divergence_report.h"

#include <gtest/gtest.h>

namespace procreg::harness {
namespace {

TEST(AnswerText, ShowsTextsAndWhatWasRestarted) {
  Tables tables;
  Answer settings;
  settings.result = Result{Hresult::S_OK};
  settings.written = 0b11;
  settings.out = {tables.text(u"/again").index, 7, 0, 0};
  EXPECT_EQ(answer_text(tables, GetApplicationRestartSettings{}, settings),
            "S_OK, pwzCommandline=\"/again\", pcchSize=7");
  Answer closed;
  closed.result = applied;
  tell(closed, {.process = {{}, ObjectId{2}}, .name = GivenName{1}, .pid = Pid{1004}, .thread = Tid{0x10004}});
  EXPECT_EQ(answer_text(tables, UserChoice{}, closed), "applied, restarted process 1004");
}

}  // namespace
}  // namespace procreg::harness
