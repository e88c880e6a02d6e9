// ccf.md 7.1 and 7.2 row by row, and what every option of the choices does.
#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Win32Error::ERROR_SUCCESS};
constexpr Result denied{Win32Error::ERROR_ACCESS_DENIED};
constexpr Result bad_handle{Win32Error::ERROR_INVALID_HANDLE};
constexpr Result no_memory{Win32Error::ERROR_NOT_ENOUGH_MEMORY};
constexpr Result bad_parameter{Win32Error::ERROR_INVALID_PARAMETER};
constexpr Result not_found{Win32Error::ERROR_NOT_FOUND};

constexpr auto p = TestWorld::main;
constexpr std::uint32_t all_bits = 0xFFFFFFFF;

TEST(CsvFlags, OfAnUntaggedProcessMakeAnEntryThatARegistrationKeeps) {
  TestWorld world;
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 1), ok);
  EXPECT_EQ(world.opened(p), std::nullopt);
  EXPECT_EQ(world.opened_flags(p), 1U);
  EXPECT_EQ(world.tag(p, current_process, TestWorld::g), ok);
  EXPECT_EQ(world.opened(p), TestWorld::g);
  EXPECT_EQ(world.opened_flags(p), 1U);
}

TEST(CsvFlags, ChangeWhereTheMaskSaysSo) {
  TestWorld world;
  world.tag(p, current_process, TestWorld::g);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, all_bits), ok);
  EXPECT_EQ(world.opened_flags(p), 1U);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 0, 0), ok);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 0xFFFFFFFE, all_bits), ok);
  EXPECT_EQ(world.opened_flags(p), 1U);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 0xFFFFFFFE), ok);
  EXPECT_EQ(world.opened_flags(p), 0U);
  EXPECT_EQ(world.opened(p), TestWorld::g);
}

TEST(CsvFlags, OfAnInheritedTagChangeForTheChildAlone) {
  TestWorld world;
  world.set_csv_flags(p, current_process, 1, 1);
  world.tag(p, current_process, TestWorld::g, 1);
  const Made child = world.create();
  EXPECT_EQ(world.opened_flags(child.key), 1U);
  EXPECT_EQ(world.set_csv_flags(child.key, current_process, 1, 0), ok);
  EXPECT_EQ(world.opened_flags(child.key), 0U);
  EXPECT_EQ(world.opened_flags(p), 1U);
}

TEST(CsvFlags, AskForMemoryOnlyForANewEntryWithFlags) {
  TestWorld world;
  world.result(FailCcfAllocation{});
  const auto faults = [&] { return world.world().calls().app_instances.filter(p.machine).countdowns().size(); };
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 0), ok);
  EXPECT_EQ(faults(), 1U);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 1), no_memory);
  EXPECT_EQ(faults(), 0U);
  EXPECT_EQ(world.opened_flags(p), 0U);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 1), ok);
  world.result(FailCcfAllocation{});
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 0), ok);
  EXPECT_EQ(faults(), 1U);
}

TEST(CsvFlags, LeaveAnEntryBehindWhoseFlagsAreCleared) {
  TestWorld world;
  const auto tags = [&] { return world.world().calls().app_instances.filter(p.machine).tags().size(); };
  world.set_csv_flags(p, current_process, 1, 0);
  EXPECT_EQ(tags(), 0U);
  world.set_csv_flags(p, current_process, 1, 1);
  world.set_csv_flags(p, current_process, 1, 0);
  EXPECT_EQ(tags(), 1U);
}

TEST(CsvFlags, OfABadHandleAreRefusedInTheOrderOfTheSteps) {
  TestWorld world;
  const HandleValue event{world.perform(TestWorld::by<NewObject>(p)).made};
  const Made child = world.create();
  const HandleValue weak{world.open(p, child.pid, PROCESS_QUERY_LIMITED_INFORMATION).made};
  EXPECT_EQ(world.set_csv_flags(p, null_handle, 1, 1), bad_parameter);
  EXPECT_EQ(world.set_csv_flags(p, event, 1, 1), bad_parameter);
  EXPECT_EQ(world.set_csv_flags(p, current_thread, 1, 1), bad_parameter);
  EXPECT_EQ(world.set_csv_flags(p, weak, 1, 1), denied);
  EXPECT_EQ(world.set_csv_flags(p, child.handle, 1, 1), ok);
  world.exit(child.key);
  EXPECT_EQ(world.set_csv_flags(p, weak, 1, 1), bad_parameter);
  world.result(FilterUnload{});
  EXPECT_EQ(world.set_csv_flags(p, weak, 1, 1), not_found);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 1), not_found);
}

TEST(CsvFlags, OfABadHandleCanBeRefusedWithAnotherCode) {
  TestWorld world{with(choice::csv_flags_bad_handle, CsvFlagsBadHandle::invalid_handle)};
  const HandleValue event{world.perform(TestWorld::by<NewObject>(p)).made};
  EXPECT_EQ(world.set_csv_flags(p, null_handle, 1, 1), bad_handle);
  EXPECT_EQ(world.set_csv_flags(p, event, 1, 1), bad_handle);
  EXPECT_EQ(world.tag(p, null_handle, TestWorld::g), bad_parameter);
  EXPECT_EQ(world.tag(p, event, TestWorld::g), bad_parameter);
}

TEST(CsvFlags, AreRefusedForTheHandleBeforeTheFilterWhenThatOrderIsChosen) {
  TestWorld world{with(choice::ccf_check_order, CcfCheckOrder::handle_first)};
  const Made child = world.create();
  const HandleValue weak{world.open(p, child.pid, PROCESS_QUERY_LIMITED_INFORMATION).made};
  world.result(FilterUnload{});
  EXPECT_EQ(world.set_csv_flags(p, null_handle, 1, 1), bad_parameter);
  EXPECT_EQ(world.set_csv_flags(p, weak, 1, 1), denied);
  EXPECT_EQ(world.set_csv_flags(p, child.handle, 1, 1), not_found);
}

TEST(CsvFlags, OfAnExitedProcessFollowTheChoiceOfBothFunctions) {
  const auto answer = [](AppInstanceExitedProcess option) {
    TestWorld world{with(choice::app_instance_exited_process, option)};
    const Made child = world.create();
    world.exit(child.key);
    return world.set_csv_flags(p, child.handle, 1, 1);
  };
  EXPECT_EQ(answer(AppInstanceExitedProcess::invalid_parameter), bad_parameter);
  EXPECT_EQ(answer(AppInstanceExitedProcess::access_denied), denied);
  EXPECT_EQ(answer(AppInstanceExitedProcess::succeed_no_effect), ok);
}

TEST(CsvFlags, ThatAreUndefinedCanBeStoredOrRefused) {
  TestWorld storing{with(choice::csv_flags_undefined_bits, CsvFlagsUndefinedBits::store)};
  EXPECT_EQ(storing.set_csv_flags(p, current_process, 0x80000002, all_bits), ok);
  EXPECT_EQ(storing.opened_flags(p), 0x80000002U);
  TestWorld strict{with(choice::csv_flags_undefined_bits, CsvFlagsUndefinedBits::invalid_parameter)};
  EXPECT_EQ(strict.set_csv_flags(p, current_process, 3, 1), bad_parameter);
  EXPECT_EQ(strict.set_csv_flags(p, current_process, 1, 3), ok);
  EXPECT_EQ(strict.opened_flags(p), 1U);
}

TEST(CsvFlags, OfAnUntaggedProcessCanBeRefusedOrForgotten) {
  TestWorld strict{with(choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::fail_not_found)};
  EXPECT_EQ(strict.set_csv_flags(p, current_process, 1, 1), not_found);
  strict.tag(p, current_process, TestWorld::g);
  EXPECT_EQ(strict.set_csv_flags(p, current_process, 1, 1), ok);
  TestWorld lenient{with(choice::csv_flags_untagged_process, CsvFlagsUntaggedProcess::succeed_no_effect)};
  EXPECT_EQ(lenient.set_csv_flags(p, current_process, 1, 1), ok);
  EXPECT_EQ(lenient.opened_flags(p), 0U);
}

TEST(CsvFlags, OfTheCallerItselfCanNeedTheRightToo) {
  const auto answer = [](AppInstanceSelfNeedsTerminate option) {
    TestWorld world{with(choice::app_instance_self_needs_terminate, option)};
    const HandleValue self{world.open(p, TestWorld::main_pid, PROCESS_QUERY_LIMITED_INFORMATION).made};
    return world.set_csv_flags(p, self, 1, 1);
  };
  EXPECT_EQ(answer(AppInstanceSelfNeedsTerminate::no), ok);
  EXPECT_EQ(answer(AppInstanceSelfNeedsTerminate::yes), denied);
}

TEST(CsvFlags, OfAProcessThatCannotRunAreNotRunnable) {
  TestWorld world;
  world.exit(p);
  EXPECT_EQ(world.set_csv_flags(p, current_process, 1, 1), not_runnable);
}

}  // namespace
}  // namespace procreg::impl
