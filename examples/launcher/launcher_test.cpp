#include "launcher.h"

#include <procreg/testing.h>

namespace {

using procreg::testing::ReportHasDumpOf;
using procreg::testing::ReportHasFile;
using procreg::testing::Returns;
using ::testing::AllOf;
using ::testing::Not;

constexpr GUID instance{0x6F1C2D3E, 0x1111, 0x2222, {1, 2, 3, 4, 5, 6, 7, 8}};

class LauncherTest : public procreg::testing::WorldTest {
 protected:
  Worker start_process(const std::string& name) {
    const procreg_created made = spawn(name.c_str());
    return {made.hProcess, made.dwProcessId, made.dwThreadId};
  }

  Launcher launcher_{[this](const std::string& name) { return start_process(name); }};
};

TEST_F(LauncherTest, HasItsWorkersAndItsLogInTheReportOfItsCrash) {
  const PCWSTR log = u"C:\\launcher.log";
  procreg_world_spec spec{};
  spec.existing_files = &log;
  spec.existing_file_count = 1;
  spec.additional_data_requested = 1;
  begin(spec);
  EXPECT_TRUE(launcher_.add_log(log));
  EXPECT_EQ(launcher_.start("index"), Launcher::Started::reported);
  EXPECT_EQ(launcher_.start("search"), Launcher::Started::reported);
  launcher_.forget(launcher_.workers().front());
  crash("main");
  EXPECT_THAT(report(), AllOf(ReportHasDumpOf("search", PROCREG_TRIAGE_DUMP), Not(ReportHasDumpOf("index")),
                              ReportHasFile(u"C:\\launcher.log")));
}

TEST_F(LauncherTest, RunsAFifthWorkerForWhichAReportHasNoRoom) {
  for (const char* name : {"w1", "w2", "w3", "w4"}) EXPECT_EQ(launcher_.start(name), Launcher::Started::reported);
  EXPECT_EQ(launcher_.start("w5"), Launcher::Started::unreported);
  EXPECT_EQ(launcher_.error(), "a report has no room for more workers");
  EXPECT_EQ(launcher_.workers().size(), 5U);

  launcher_.forget(launcher_.workers().front());
  EXPECT_EQ(launcher_.start("w6"), Launcher::Started::reported) << "there is room again";
}

TEST_F(LauncherTest, StartsWorkersInRecoveryModeWithoutAPlaceInTheReport) {
  const auto recover = +[](PVOID) -> DWORD { return 0; };
  ASSERT_THAT(RegisterApplicationRecoveryCallback(recover, nullptr, RECOVERY_DEFAULT_PING_INTERVAL, 0), Returns(S_OK));
  advance(60001);
  crash("main");
  let_close("main");
  ASSERT_EQ(state("main"), PROCREG_IN_RECOVERY);
  EXPECT_EQ(launcher_.start("w1"), Launcher::Started::unreported);
  EXPECT_EQ(launcher_.error(), "the launcher is recovering");
}

TEST_F(LauncherTest, MayNotAdoptWhatBelongsToAnotherUser) {
  procreg_inputs others{};
  others.user = u"user2";
  const DWORD pid = spawn("foreign", others).dwProcessId;
  const DWORD own = spawn("own").dwProcessId;
  EXPECT_FALSE(launcher_.adopt(pid));
  EXPECT_EQ(launcher_.error(), "the worker is somebody else's");
  EXPECT_TRUE(launcher_.adopt(own));
  EXPECT_FALSE(launcher_.adopt(own + 400));
  EXPECT_EQ(launcher_.error(), "there is no such worker");
}

TEST_F(LauncherTest, KnowsAMachineWithoutTheClusterFilter) {
  launcher_.start("clustered");
  EXPECT_TRUE(launcher_.tag(launcher_.workers().front(), instance));
  unload_filter();
  launcher_.start("late");
  EXPECT_FALSE(launcher_.tag(launcher_.workers().back(), instance));
  EXPECT_EQ(launcher_.error(), "this machine is no node of a cluster");
}

TEST_F(LauncherTest, GoesOnWithoutMemoryForTheReport) {
  exhaust_heap("main");
  EXPECT_EQ(launcher_.start("w1"), Launcher::Started::unreported);
  EXPECT_EQ(launcher_.error(), "out of memory");
  crash("main");
  EXPECT_THAT(report(), Not(ReportHasDumpOf("w1")));
}

// Every allocation fails once, one after another, until the launcher needs no more of them.
TEST_F(LauncherTest, SurvivesWhicheverAllocationFails) {
  for (std::uint32_t n = 1; n < 10; ++n) {
    begin({});
    fail_allocation("main", n);
    Launcher launcher{[this](const std::string& name) { return start_process(name); }};
    const bool has_log = launcher.add_log(u"C:\\launcher.log");
    const auto started = launcher.start("w1");
    EXPECT_NE(started, Launcher::Started::not_started);
    crash("main");
    if (started == Launcher::Started::reported) {
      EXPECT_THAT(report(), ReportHasDumpOf("w1"));
      if (has_log) return;
    } else {
      EXPECT_THAT(report(), Not(ReportHasDumpOf("w1")));
    }
  }
  FAIL() << "it never came to an end";
}

}  // namespace
