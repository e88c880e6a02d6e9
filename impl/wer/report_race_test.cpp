// Processes fail, end and are restarted while threads of theirs and of others call.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "impl/together.h"
#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr int rounds = 150;

// Counts under the lifecycle lock of the world, as no other thread is to come in between.
struct Counter final : ReportWatcher {
  void changed(const Report& report) noexcept override {
    ++times;
    if (report.restarted) ++restarts;
  }
  std::size_t times{};
  std::size_t restarts{};
};

TEST(ReportRace, AFileThatSeveralReportsDeleteIsAddedToOneOfThem) {
  TestWorld world;
  const TextIn path = world.text(u"c:\\log");
  const TextIn other_case = world.text(u"C:\\LOG");
  const WorldSpec spec{.existingFiles = {*path.value}, .additionalDataRequested = true};
  for (int round = 0; round < rounds; ++round) {
    world.begin_again(spec);
    std::vector<ProcessKey> failing;
    for (int i = 0; i < 3; ++i) failing.push_back(world.create().key);
    const auto fail = [&](std::size_t i) {
      world.add_file(failing[i], i == 1 ? other_case : path, 2, 1);
      EXPECT_EQ(world.crash(failing[i]), applied);
    };
    together({[&] { fail(0); }, [&] { fail(1); }, [&] { fail(2); }});
    std::vector<FileStatus> statuses;
    for (std::size_t i = 0; i < 3; ++i) statuses.push_back(world.report(i).files[0].status);
    EXPECT_EQ(statuses, (std::vector{FileStatus::added, FileStatus::missing, FileStatus::missing}));
  }
}

// Nobody calls between the module's deed and the end of the process.
TEST(ReportRace, AModuleThatEndsTheProcessEndsAllCallsAtOnce) {
  TestWorld world;
  const TextIn dll = world.text(u"m.dll");
  const WorldSpec spec{.helperModules = {*dll.value},
                       .moduleBehaviours = {{.dll = *dll.value, .event = CallbackDeed::terminates}}};
  for (int round = 0; round < rounds; ++round) {
    world.begin_again(spec);
    const ProcessKey caller = world.create().key;
    world.add_module(caller, dll);
    std::vector<Result> removed;
    together({[&] {
                for (int i = 0; i < 4; ++i) {
                  removed.push_back(world.remove_module(caller, dll));
                  world.add_module(caller, dll);
                }
              },
              [&] { EXPECT_EQ(world.crash(caller), applied); }});
    const bool terminated = world.state(caller) == ProcessState::Exited;
    EXPECT_EQ(world.reports(), terminated ? 0U : 1U);
    const auto last = std::find(removed.begin(), removed.end(), not_runnable);
    EXPECT_TRUE(std::all_of(removed.begin(), last, [](const Result& r) { return r == ok; }));
    EXPECT_TRUE(std::all_of(last, removed.end(), [](const Result& r) { return r == not_runnable; }));
    if (terminated) continue;
    // It crashed while the module was not registered.
    EXPECT_TRUE(world.report(0).modules.empty());
  }
}

// The choice of the user sees a registration or does not, and the report tells which.
TEST(ReportRace, TheRestartTakesALineThatWasRegisteredWhole) {
  TestWorld world{documented_profile().with(choice::late_registration, LateRegistration::honoured)};
  const std::array lines{world.text(u"one"), world.text(u"two")};
  Counter counter;
  world.world().watch_reports(&counter);
  world.advance(1);
  std::size_t restarts = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Made failing = world.create();
    world.set_flags(failing.key, 0x4);
    world.advance(restart_life_ms);
    world.crash(failing.key);
    std::array<std::vector<Result>, 2> answers;
    together({[&] {
                for (std::size_t i = 0; i < 6; ++i) {
                  answers[0].push_back(world.set_restart(failing.key, lines[i % 2], i % 2 == 0 ? 0 : RESTART_NO_CRASH));
                  answers[1].push_back(world.unset_restart(failing.key));
                }
              },
              [&] { EXPECT_EQ(world.close_crashed(failing.key), applied); }});
    const auto set = static_cast<std::size_t>(std::count(answers[0].begin(), answers[0].end(), ok));
    const auto unset = static_cast<std::size_t>(std::count(answers[1].begin(), answers[1].end(), ok));
    // The line that allows restarts was registered when the process ended.
    const bool restarts_now = set == unset + 1 && set % 2 == 1;
    const auto& restarted = world.report(round).restarted;
    EXPECT_EQ(restarted.has_value(), restarts_now);
    if (!restarted) continue;
    ++restarts;
    EXPECT_EQ(restarted->commandLine, *lines[0].value);
  }
  EXPECT_EQ(counter.times, rounds + restarts);
  EXPECT_EQ(counter.restarts, restarts);
  world.world().watch_reports(nullptr);
}

TEST(ReportRace, ProcessesThatAreRestartedAtOnceHaveIdsOfTheirOwn) {
  TestWorld world;
  const auto in_package = CreateProcess{.package = {default_user}};
  std::vector<ProcessKey> failing;
  for (int i = 0; i < 30; ++i) failing.push_back(world.create(TestWorld::main, in_package).key);
  for (const ProcessKey each : failing) {
    world.set_restart(each, {});
    world.add_app_local_dump(each, {empty_text});
  }
  world.advance(restart_life_ms);
  const auto fail_every_third = [&](std::size_t from) {
    for (std::size_t i = from; i < failing.size(); i += 3) {
      EXPECT_EQ(world.crash(failing[i]), applied);
      EXPECT_EQ(world.close_crashed(failing[i]), applied);
    }
  };
  together({[&] { fail_every_third(0); }, [&] { fail_every_third(1); }, [&] { fail_every_third(2); },
            [&] {
              for (int i = 0; i < 50; ++i) world.exit(world.create(TestWorld::main, in_package).key);
            }});
  std::set<Pid> pids;
  for (std::size_t i = 0; i < failing.size(); ++i) {
    ASSERT_TRUE(world.report(i).restarted.has_value());
    pids.insert(world.report(i).restarted->process);
    EXPECT_TRUE(world.report(i).app_local_dump.has_value());
  }
  EXPECT_EQ(pids.size(), failing.size());
  EXPECT_EQ(world.world().calls().app_local_dumps.size({}), 0U);
}

// Under the scope of the package a report reads what another process has registered.
TEST(ReportRace, AReportSeesAWholeAppLocalDumpOfAnotherProcessOrNone) {
  TestWorld world{documented_profile().with(choice::app_local_dump_scope, AppLocalDumpScope::package)};
  const CreateProcess in_package{.package = {default_user}};
  const TextIn path = world.text(u"dumps");
  const Made registering = world.create(TestWorld::main, in_package);
  std::vector<ProcessKey> failing;
  for (int i = 0; i < rounds; ++i) failing.push_back(world.create(TestWorld::main, in_package).key);
  together({[&] {
              for (std::uint32_t i = 0; i < 2 * rounds; ++i) {
                EXPECT_EQ(world.add_app_local_dump(registering.key, path), ok);
                EXPECT_EQ(world.set_flags(registering.key, i & 0x7FF), ok);
                EXPECT_EQ(world.remove_app_local_dump(registering.key), ok);
              }
            },
            [&] {
              for (const ProcessKey each : failing) EXPECT_EQ(world.crash(each), applied);
            }});
  for (std::size_t i = 0; i < failing.size(); ++i) {
    const auto& dump = world.report(i).app_local_dump;
    if (dump) {
      EXPECT_EQ(dump->path, *path.value);
    }
  }
}

}  // namespace
}  // namespace procreg::impl
