// The worked examples of ccf.md section 11, and what every option of the choices does.
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
constexpr Result exists{Win32Error::ERROR_OBJECT_ALREADY_EXISTS};

class AppInstancesTest : public testing::Test, public TestWorld {
 protected:
  static HandleValue handle(const Answer& answer) { return HandleValue{answer.made}; }
};

TEST(AppInstancesExamples, E1TheOrderOfEvaluation) {
  TestWorld world{WorldSpec{.machines = {{.ccf = FilterState::absent}}}};
  const auto p = TestWorld::main;
  EXPECT_EQ(world.tag(p, HandleValue{0xDEAC}, std::nullopt), bad_parameter);
  EXPECT_EQ(world.tag(p, HandleValue{0xDEAC}, TestWorld::g), not_found);
  EXPECT_EQ(world.result(FilterLoad{}), applied);
  EXPECT_EQ(world.tag(p, HandleValue{0xDEAC}, TestWorld::g), bad_parameter);
  const Made q = world.create();
  const HandleValue h{world.open(p, q.pid, PROCESS_QUERY_LIMITED_INFORMATION).made};
  world.exit(q.key);
  EXPECT_EQ(world.tag(p, h, TestWorld::g), bad_parameter);
  const HandleValue e{world.perform(TestWorld::by(p, NewObject{.mask = {AccessMask{}}})).made};
  EXPECT_EQ(world.tag(p, e, TestWorld::g), bad_parameter);
}

TEST_F(AppInstancesTest, E2RegisteringTwice) {
  EXPECT_EQ(tag(main, current_process, g, 0), ok);
  EXPECT_EQ(tag(main, current_process, g2, 1), exists);
  EXPECT_EQ(opened(main), g);
  EXPECT_EQ(opened(create().key), std::nullopt);
  EXPECT_EQ(tag(main, current_process, g, 1), exists);
  const Made q = create();
  result(FailCcfAllocation{});
  EXPECT_EQ(tag(main, current_process, g2, 1), exists);
  EXPECT_EQ(tag(q.key, current_process, g), no_memory);
  EXPECT_EQ(opened(q.key), std::nullopt);
  EXPECT_EQ(tag(q.key, current_process, g), ok);
}

TEST_F(AppInstancesTest, E3TheTimelineOfInheritance) {
  const Made p = create();
  const Made a = create(p.key);
  EXPECT_EQ(tag(p.key, current_process, g, 1), ok);
  const Made b = create(p.key);
  const Made c = create(b.key);
  exit(p.key);
  const Made d = create(c.key);
  EXPECT_EQ(opened(a.key), std::nullopt);
  for (const Made& tagged : {b, c, d}) EXPECT_EQ(opened(tagged.key), g);
  EXPECT_EQ(tag(b.key, current_process, g2), exists);
  EXPECT_EQ(tag(a.key, current_process, g2), ok);
}

TEST(AppInstancesExamples, E3WithoutGrandchildren) {
  TestWorld world{with(choice::app_instance_inherit_depth, AppInstanceInheritDepth::children_only)};
  world.tag(TestWorld::main, current_process, TestWorld::g, 1);
  const Made b = world.create();
  const Made c = world.create(b.key);
  EXPECT_EQ(world.opened(b.key), TestWorld::g);
  EXPECT_EQ(world.opened(c.key), std::nullopt);
}

TEST_F(AppInstancesTest, E4Masks) {
  const Made q = create();
  const HandleValue h = handle(open(main, q.pid, PROCESS_ALL_ACCESS));
  const HandleValue d = handle(duplicate(main, current_process, h, current_process, PROCESS_QUERY_LIMITED_INFORMATION));
  EXPECT_EQ(tag(main, d, g), denied);
  EXPECT_EQ(tag(main, h, g), ok);
  const HandleValue s =
      handle(duplicate(main, current_process, current_process, current_process, PROCESS_QUERY_LIMITED_INFORMATION));
  EXPECT_EQ(tag(main, s, g2), ok);
  const Made r = create();
  const HandleValue k = handle(open(main, r.pid, PROCESS_DUP_HANDLE));
  EXPECT_EQ(tag(main, k, g), denied);
  const HandleValue f = handle(duplicate(main, k, current_process, current_process, {}, DUPLICATE_SAME_ACCESS));
  EXPECT_EQ(tag(main, f, g), ok);
  EXPECT_EQ(opened(r.key), g);
}

TEST_F(AppInstancesTest, E5ExitAndPidReuse) {
  const Made q = create();
  EXPECT_EQ(tag(main, q.handle, g), ok);
  exit(q.key);
  EXPECT_EQ(world().calls().app_instances.filter(MachineIndex{0}).tags().size(), 0U);
  EXPECT_EQ(tag(main, q.handle, g2), bad_parameter);
  close(main, q.handle);
  const Made r = create(main, {.pid = {q.pid}});
  EXPECT_EQ(opened(r.key), std::nullopt);
  EXPECT_EQ(tag(main, r.handle, g2), ok);
}

TEST(AppInstancesChoices, NullPointer) {
  using enum CcfNullPointer;
  const Result fault{ResultKind::exception, 0xC0000005};
  for (const auto& [option, answer] : {std::pair{invalid_parameter, bad_parameter},
                                       {noaccess, Result{Win32Error::ERROR_NOACCESS}},
                                       {access_violation, fault}}) {
    TestWorld world{with(choice::ccf_null_pointer, option)};
    EXPECT_EQ(world.tag(TestWorld::main, current_process, std::nullopt), answer);
    EXPECT_EQ(world.state(TestWorld::main), ProcessState::Running);
  }
}

TEST(AppInstancesChoices, HandleBeforeFilter) {
  TestWorld world{WorldSpec{.machines = {{.ccf = FilterState::unloaded}}},
                  with(choice::ccf_check_order, CcfCheckOrder::handle_first)
                      .with(choice::app_instance_bad_handle, AppInstanceBadHandle::invalid_handle)
                      .with(choice::app_instance_exited_process, AppInstanceExitedProcess::succeed_no_effect)};
  EXPECT_EQ(world.tag(TestWorld::main, HandleValue{0xDEAC}, TestWorld::g), bad_handle);
  EXPECT_EQ(world.tag(TestWorld::main, current_thread, TestWorld::g), bad_parameter);
  EXPECT_EQ(world.tag(TestWorld::main, current_process, TestWorld::g), not_found);
  const Made q = world.create();
  const HandleValue weak{world.open(TestWorld::main, q.pid, PROCESS_DUP_HANDLE).made};
  EXPECT_EQ(world.tag(TestWorld::main, weak, TestWorld::g), denied);
  world.exit(q.key);
  EXPECT_EQ(world.tag(TestWorld::main, weak, TestWorld::g), ok);
}

TEST(AppInstancesChoices, TheSecurityOfTheTargetInsteadOfTheMask) {
  TestWorld world{with(choice::app_instance_access_check, AppInstanceAccessCheck::security_recheck)};
  const Made q = world.create();
  const HandleValue weak{world.open(TestWorld::main, q.pid, PROCESS_DUP_HANDLE).made};
  EXPECT_EQ(world.tag(TestWorld::main, weak, TestWorld::g), ok);
  const DaclRef closed = world.tables().dacl({});
  const Made r = world.create(TestWorld::main, {.dacl = {closed}});
  EXPECT_EQ(world.tag(TestWorld::main, r.handle, TestWorld::g), denied);
}

TEST(AppInstancesChoices, TheCallerItselfMayNeedTheRight) {
  TestWorld world{with(choice::app_instance_self_needs_terminate, AppInstanceSelfNeedsTerminate::yes)};
  const HandleValue weak{world.open(TestWorld::main, TestWorld::main_pid, PROCESS_DUP_HANDLE).made};
  EXPECT_EQ(world.tag(TestWorld::main, weak, TestWorld::g), denied);
  EXPECT_EQ(world.tag(TestWorld::main, current_process, TestWorld::g), ok);
}

TEST(AppInstancesChoices, TheZeroGuid) {
  TestWorld refused{with(choice::app_instance_zero_guid, AppInstanceZeroGuid::invalid_parameter)};
  EXPECT_EQ(refused.tag(TestWorld::main, current_process, zero_guid), bad_parameter);
  TestWorld accepted;
  EXPECT_EQ(accepted.tag(TestWorld::main, current_process, zero_guid), ok);
  EXPECT_EQ(accepted.opened(TestWorld::main), zero_guid);
  TestWorld kept{with(choice::app_instance_zero_guid, AppInstanceZeroGuid::accept_not_sent)};
  EXPECT_EQ(kept.tag(TestWorld::main, current_process, zero_guid), ok);
  EXPECT_EQ(kept.opened(TestWorld::main), std::nullopt);
  EXPECT_EQ(kept.tag(TestWorld::main, current_process, TestWorld::g), exists);
}

TEST(AppInstancesChoices, TheSameGuidAgain) {
  using enum AppInstanceSameGuidAgain;
  for (const auto& [option, answer, passes_on] : {std::tuple{fail_already_exists, exists, false},
                                                  {succeed_no_change, ok, false},
                                                  {succeed_update_inherit, ok, true}}) {
    TestWorld world{with(choice::app_instance_same_guid_again, option)};
    world.tag(TestWorld::main, current_process, TestWorld::g, 0);
    world.result(FailCcfAllocation{});
    EXPECT_EQ(world.tag(TestWorld::main, current_process, TestWorld::g, 2), answer);
    world.create(TestWorld::main);  // would inherit, but finds no memory
    EXPECT_EQ(world.opened(world.create().key).has_value(), passes_on);
  }
}

TEST(AppInstancesChoices, AnInheritedTagMayBeOverridden) {
  TestWorld world{with(choice::app_instance_child_register, AppInstanceChildRegister::override_inherited)};
  world.tag(TestWorld::main, current_process, TestWorld::g, 1);
  const Made child = world.create();
  EXPECT_EQ(world.tag(child.key, current_process, TestWorld::g2), ok);
  EXPECT_EQ(world.opened(child.key), TestWorld::g2);
  EXPECT_EQ(world.tag(child.key, current_process, TestWorld::g), exists);
}

TEST(AppInstancesChoices, InheritingFromTheCreatorInsteadOfTheParent) {
  for (const auto option : {AppInstanceInheritFrom::parent, AppInstanceInheritFrom::creator}) {
    TestWorld world{with(choice::app_instance_inherit_from, option)};
    const Made parent = world.create();
    world.tag(TestWorld::main, current_process, TestWorld::g, 1);
    const Made child = world.create(TestWorld::main, {.parentHandle = {HandleRef{.raw = parent.handle}}});
    EXPECT_EQ(world.opened(child.key).has_value(), option == AppInstanceInheritFrom::creator);
  }
}

TEST(AppInstancesChoices, Unloading) {
  using enum CcfUnload;
  for (const auto& [option, answer, kept] :
       {std::tuple{drop_cache, applied, false}, {keep_cache, applied, true}, {refuse, not_applicable, true}}) {
    TestWorld world{with(choice::ccf_unload, option)};
    world.tag(TestWorld::main, current_process, TestWorld::g);
    EXPECT_EQ(world.result(FilterUnload{}), answer);
    EXPECT_EQ(world.opened(TestWorld::main).has_value(), option == refuse);
    EXPECT_EQ(world.result(FilterLoad{}), applied);
    EXPECT_EQ(world.opened(TestWorld::main).has_value(), kept);
  }
}

TEST(AppInstancesChoices, EveryOpenOfAnUntaggedProcessMayHaveAnIdOfItsOwn) {
  TestWorld world{with(choice::app_instance_untagged_open, AppInstanceUntaggedOpen::fresh_id_per_open)};
  EXPECT_EQ(world.opened(TestWorld::main), (Guid{0x0100000000000000, 0x4652455348494400}));
  EXPECT_EQ(world.opened(TestWorld::main), (Guid{0x0200000000000000, 0x4652455348494400}));
  world.tag(TestWorld::main, current_process, TestWorld::g);
  EXPECT_EQ(world.opened(TestWorld::main), TestWorld::g);
}

TEST_F(AppInstancesTest, AnExtendedAttributeDecidesForOneOpen) {
  tag(main, current_process, g);
  const auto open_with = [&](std::vector<std::uint8_t> bytes) {
    return perform(by(main, OpenTag{.ea = {tables().bytes(std::move(bytes))}}));
  };
  const std::vector<std::uint8_t> id{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  EXPECT_EQ(open_with(id).out, (OutWords{0x0102030405060708, 0x090A0B0C0D0E0F10}));
  auto with_flags = id;
  with_flags.insert(with_flags.end(), {0x78, 0x56, 0x34, 0x12});
  EXPECT_EQ(open_with(with_flags).out[2], 0x12345678U);
  EXPECT_EQ(open_with({1, 2, 3}).result, Result{NtStatus::STATUS_EA_CORRUPT_ERROR});
  EXPECT_EQ(open_with({1, 2, 3}).written, 0U);
  result(FilterUnload{});
  EXPECT_EQ(open_with({1, 2, 3}).result, Result{NtStatus::STATUS_SUCCESS});
  EXPECT_EQ(open_with(id).written, 0b10U);
}

TEST_F(AppInstancesTest, EachMachineHasAFilterOfItsOwn) {
  WorldSpec spec{.machines = {{.name = "a"}, {.name = "b", .ccf = FilterState::absent}}};
  spec.processes = {{.name = 1}, {.name = 2, .machine = MachineIndex{1}}};
  TestWorld world{spec};
  EXPECT_EQ(world.tag(main, current_process, g), ok);
  EXPECT_EQ(world.tag({MachineIndex{1}, ObjectId{1}}, current_process, g), not_found);
  world.result(FilterLoad{.machine = {MachineIndex{1}}});
  EXPECT_EQ(world.tag({MachineIndex{1}, ObjectId{1}}, current_process, g), ok);
  world.result(FilterUnload{.machine = {MachineIndex{1}}});
  EXPECT_EQ(world.opened(main), g);
}

}  // namespace
}  // namespace procreg::impl
