// World::watch_reports
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

// Of each time: the report, whether it had its recovery and its restart.
using Times = std::vector<std::tuple<std::uint32_t, bool, bool>>;

struct Recorder final : ReportWatcher {
  void changed(const Report& report) noexcept override {
    times.emplace_back(number(report.head.id), report.recovery.has_value(), report.restarted.has_value());
  }
  Times times;
};

class ReportWatcherTest : public testing::Test, public TestWorld {
 protected:
  ReportWatcherTest() { world().watch_reports(&recorder_); }
  void prepare() {
    set_restart(main, {});
    set_recovery(main);
    advance(restart_life_ms);
  }

  Recorder recorder_;
};

TEST_F(ReportWatcherTest, HearsOfAReportWhenItIsCollected) {
  const Made child = create();
  crash(child.key);
  EXPECT_EQ(recorder_.times, (Times{{1, false, false}}));
  hang(main);
  EXPECT_EQ(recorder_.times, (Times{{1, false, false}, {2, false, false}}));
}

TEST_F(ReportWatcherTest, HearsOnceOfARecoveryAndTheRestartAfterIt) {
  prepare();
  crash(main);
  close_crashed(main);
  EXPECT_EQ(recorder_.times.size(), 1U);
  advance(5001);
  EXPECT_EQ(recorder_.times, (Times{{1, false, false}, {1, true, true}}));
}

TEST_F(ReportWatcherTest, HearsOfARestartWithoutRecoveryAndOfARecoveryWithoutRestart) {
  prepare();
  unset_recovery(main);
  crash(main);
  close_crashed(main);
  EXPECT_EQ(recorder_.times, (Times{{1, false, false}, {1, false, true}}));
  begin_again({});
  recorder_.times.clear();
  prepare();
  crash(main);
  result(to(main, UserChoice{.action = UserAction::close, .restart = {false}}));
  result(by<ApplicationRecoveryFinished>(main));
  EXPECT_EQ(recorder_.times, (Times{{1, false, false}, {1, true, false}}));
}

TEST_F(ReportWatcherTest, HearsNothingOfEndsThatLeaveTheReportAsItIs) {
  crash(main);
  close_crashed(main);
  exit(create(main).key);
  EXPECT_EQ(recorder_.times.size(), 1U);
}

TEST_F(ReportWatcherTest, StaysThroughAResetUntilThereIsNone) {
  begin_again({});
  crash(main);
  EXPECT_EQ(recorder_.times.size(), 1U);
  world().watch_reports(nullptr);
  begin_again({});
  crash(main);
  EXPECT_EQ(recorder_.times.size(), 1U);
}

TEST_F(ReportWatcherTest, SeesTheWholeReport) {
  struct Sizes final : ReportWatcher {
    void changed(const Report& report) noexcept override {
      dumps = report.dumps.size() + report.dumps[0].ranges.size();
    }
    std::size_t dumps{};
  } sizes;
  world().watch_reports(&sizes);
  crash(main);
  EXPECT_EQ(sizes.dumps, 3U);
  world().watch_reports(nullptr);
}

}  // namespace
}  // namespace procreg::impl
