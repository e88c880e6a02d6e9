#include "harness/cli/progress.h"

#include <gtest/gtest.h>

namespace procreg::cli {
namespace {

using namespace std::chrono_literals;

TEST(ProgressLine, SaysHowFastAndHowLong) {
  EXPECT_EQ(progress_line(3000, 1500ms, 42, 7s), "3000 steps, 2000/s, 42 clauses, 7 s left");
}

TEST(ProgressLine, LeavesOutWhatIsNotKnown) { EXPECT_EQ(progress_line(3, 0ms, 1, std::nullopt), "3 steps, 1 clauses"); }

TEST(Progress, WritesNothingToWhatIsNoTerminal) {
  testing::internal::CaptureStderr();
  {
    Progress progress{false};
    progress.show(1, 1, 1, 2);
    progress.clear();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace procreg::cli
