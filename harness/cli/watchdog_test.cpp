#include "harness/cli/watchdog.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace procreg::cli {
namespace {

using namespace std::chrono_literals;

// Keeps the message, and lets the step that hangs go on: nothing of a test may hang for ever.
class Alarm {
 public:
  Watchdog::Alarm rings() {
    return [this](const std::string& message) {
      const std::scoped_lock lock{mutex_};
      message_ = message;
      rung_.notify_all();
    };
  }
  // "" when it does not ring in time.
  std::string wait(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    rung_.wait_for(lock, limit, [this] { return !message_.empty(); });
    return message_;
  }

 private:
  std::mutex mutex_{};
  std::condition_variable rung_{};
  std::string message_{};
};

// Does not come back from a crash until the alarm rings.
class HangsAtACrash : public harness::Wrapped {
 public:
  explicit HangsAtACrash(Alarm& alarm) : Wrapped{harness::implementation()}, alarm_{alarm} {}
  Answer perform(const Step& step) override {
    if (std::holds_alternative<Crash>(step)) alarm_.wait(20s);
    return inner_->perform(step);
  }

 private:
  Alarm& alarm_;
};

void begin_world(harness::Subject& subject, const Tables& tables) {
  subject.reset(WorldSpec{}, tables, documented_profile());
}

TEST(Watchdog, NamesTheStepThatDoesNotComeBack) {
  Alarm alarm;
  Watchdog watchdog{80ms, alarm.rings()};
  watchdog.runs("some file");
  const Tables tables;
  const auto subject = watchdog.watched([&] { return std::make_unique<HangsAtACrash>(alarm); })();
  begin_world(*subject, tables);
  subject->perform(AdvanceTime{});
  subject->perform(Crash{});
  EXPECT_EQ(alarm.wait(0ms),
            "the subject has not come back from step 2 (Crash) of its world 1 within 80 ms, in some file");
}

TEST(Watchdog, KeepsQuietWhileStepsComeBack) {
  Alarm alarm;
  Watchdog watchdog{1s, alarm.rings()};
  const Tables tables;
  const auto subject = watchdog.watched(harness::implementation)();
  begin_world(*subject, tables);
  const auto until = std::chrono::steady_clock::now() + 1500ms;
  while (std::chrono::steady_clock::now() < until) subject->perform(AdvanceTime{});
  EXPECT_EQ(alarm.wait(0ms), "");
}

TEST(Watchdog, KeepsQuietWhileTheSubjectIsNotAsked) {
  Alarm alarm;
  Watchdog watchdog{40ms, alarm.rings()};
  const auto subject = watchdog.watched(harness::implementation)();
  EXPECT_EQ(alarm.wait(200ms), "");
}

TEST(Watchdog, LetsTheSubjectAnswerForItself) {
  Watchdog watchdog{10s};
  const Tables tables;
  const auto watched = watchdog.watched(harness::implementation)();
  const auto plain = harness::implementation();
  begin_world(*watched, tables);
  begin_world(*plain, tables);
  EXPECT_EQ(watched->name(), plain->name());
  SnapshotWords seen;
  SnapshotWords expected;
  EXPECT_TRUE(watched->snapshot(seen));
  EXPECT_TRUE(plain->snapshot(expected));
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace procreg::cli
