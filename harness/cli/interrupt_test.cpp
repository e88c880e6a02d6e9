#include "harness/cli/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

#include "harness/cli/watchdog.h"

namespace procreg::cli {
namespace {

using testing::ExitedWithCode;

// Each ends a process of its own: handlers stay installed.
[[noreturn]] void raised(std::initializer_list<int> signals) {
  handle_signals();
  for (const int number : signals) raise(number);
  _exit(interrupted() ? 10 : 11);
}

TEST(InterruptDeathTest, TheFirstSignalOnlyAsksToStop) {
  EXPECT_EXIT(raised({}), ExitedWithCode(11), "");
  EXPECT_EXIT(raised({SIGINT}), ExitedWithCode(10), "");
  EXPECT_EXIT(raised({SIGTERM}), ExitedWithCode(10), "");
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProgramAtOnce) {
  EXPECT_EXIT(raised({SIGINT, SIGINT}), ExitedWithCode(2), "");
  EXPECT_EXIT(raised({SIGINT, SIGTERM}), ExitedWithCode(2), "");
}

TEST(InterruptDeathTest, AClosedPipeEndsNothing) { EXPECT_EXIT(raised({SIGPIPE}), ExitedWithCode(11), ""); }

TEST(WatchdogDeathTest, EndsTheProgramWithItsMessage) {
  EXPECT_EXIT(Watchdog::end_program("a step hangs"), ExitedWithCode(4), "^procreg: a step hangs\n$");
}

}  // namespace
}  // namespace procreg::cli
