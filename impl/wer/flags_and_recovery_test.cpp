// WerSetFlags, WerGetFlags, WerSetMaxProcessHoldMilliseconds, the recovery callback unregistered and read back.
#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_argument{Hresult::E_INVALIDARG};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result bad_handle{Hresult::HR_INVALID_HANDLE};
constexpr Result denied{Hresult::HR_ACCESS_DENIED};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};
constexpr Result none{Hresult::S_FALSE};
constexpr Result failed{Hresult::E_FAIL};
constexpr ProcessKey p = TestWorld::main;

void enter_recovery(TestWorld& world) {
  world.set_recovery(p);
  world.crash(p);
  world.choose(p, UserAction::close);
  ASSERT_EQ(world.state(p), ProcessState::InRecovery);
}

class FlagsAndRecoveryTest : public testing::Test, public TestWorld {};

// --- Flags and hold time ---

TEST_F(FlagsAndRecoveryTest, FlagsAreReplacedAndReadBack) {
  EXPECT_EQ(flags(main).result, ok);
  EXPECT_EQ(flags(main).out[0], 0U);
  EXPECT_EQ(process(main)->block, nullptr);
  EXPECT_EQ(set_flags(main, 0x7FF), ok);
  EXPECT_EQ(set_flags(main, 0x41), ok);
  EXPECT_EQ(flags(main).written, 1U);
  EXPECT_EQ(flags(main).out[0], 0x41U);
  EXPECT_EQ(set_flags(main, 0x800), bad_argument);
  EXPECT_EQ(flags(main).out[0], 0x41U);
  EXPECT_EQ(set_flags(main, 0), ok);
  EXPECT_EQ(flags(main).out[0], 0U);
}

TEST_F(FlagsAndRecoveryTest, ARefusedSetMakesNoStorageAnAcceptedOneDoes) {
  set_flags(main, 0x800);
  EXPECT_EQ(process(main)->block, nullptr);
  set_flags(main, 0);
  EXPECT_NE(process(main)->block, nullptr);
  const Made child = create();
  EXPECT_EQ(set_hold(child.key, 0), ok);
  EXPECT_EQ(process(child.key)->block->hold_ms, 0U);
  EXPECT_EQ(set_hold(child.key, 0xFFFFFFFF), ok);
  EXPECT_EQ(process(child.key)->block->hold_ms, 0xFFFFFFFFU);
}

TEST(FlagChoices, UndefinedBits) {
  TestWorld world{with(choice::undefined_flag_bits, UndefinedFlagBits::accept)};
  EXPECT_EQ(world.set_flags(p, 0xFFFFFFFF), ok);
  EXPECT_EQ(world.flags(p).out[0], 0xFFFFFFFFU);
}

TEST_F(FlagsAndRecoveryTest, SettingAndReadingWorksInEveryStateInWhichCallsAreMade) {
  set_flags(main, 0x4);
  set_recovery(main);
  crash(main);
  EXPECT_EQ(set_flags(main, 0x6), ok);
  EXPECT_EQ(set_hold(main, 1), ok);
  EXPECT_EQ(flags(main).out[0], 0x6U);
  EXPECT_EQ(recovery(main).result, ok);
  choose(main, UserAction::check);
  EXPECT_EQ(set_flags(main, 0x8), ok);
  EXPECT_EQ(set_hold(main, 2), ok);
  EXPECT_EQ(flags(main).out[0], 0x8U);
  EXPECT_EQ(recovery(main).result, ok);
  result(to<CallbackReturns>(main));
  EXPECT_EQ(set_flags(main, 0), not_runnable);
  EXPECT_EQ(set_hold(main, 0), not_runnable);
  EXPECT_EQ(flags(main).result, not_runnable);
  EXPECT_EQ(recovery(main).result, not_runnable);
  EXPECT_EQ(unset_recovery(main), not_runnable);
}

TEST_F(FlagsAndRecoveryTest, FlagsOfAnotherProcess) {
  const Made child = create();
  set_flags(child.key, 0x20);
  const Answer answer = flags(main, child.handle);
  EXPECT_EQ(answer.result, ok);
  EXPECT_EQ(answer.out[0], 0x20U);
  crash(child.key);
  EXPECT_EQ(flags(main, child.handle).out[0], 0x20U);
  exit(main);
  EXPECT_EQ(flags(main, child.handle).result, not_runnable);
}

// --- Arguments, handles, rights ---

TEST_F(FlagsAndRecoveryTest, NullComesFirst) {
  EXPECT_EQ(flags(main, null_handle).result, bad_argument);
  EXPECT_EQ(result(by(main, WerGetFlags{{}, {unowned_handle}, {false}})), bad_argument);
  EXPECT_EQ(recovery(main, null_handle).result, bad_argument);
  GetApplicationRecoveryCallback call{.hProcess = {unowned_handle}};
  call.pRecoveryCallback.valid = false;
  EXPECT_EQ(result(by(main, call)), bad_argument);
  call.pRecoveryCallback.valid = true;
  call.ppvParameter.valid = false;
  EXPECT_EQ(result(by(main, call)), bad_argument);
  EXPECT_EQ(flags(main, unowned_handle).written, 0U);
}

TEST_F(FlagsAndRecoveryTest, OnlyProcessesThatExistCanBeRead) {
  const Made child = create();
  const Answer event = perform(by(main, NewObject{}));
  for (const HandleValue wrong :
       {unowned_handle, current_thread, child.thread_handle, HandleValue{event.made}, HandleValue{1}}) {
    EXPECT_EQ(flags(main, wrong).result, bad_handle);
    EXPECT_EQ(recovery(main, wrong).result, bad_handle);
  }
  const Answer weak = open(main, child.pid, PROCESS_TERMINATE);
  exit(child.key);
  EXPECT_EQ(flags(main, child.handle).result, bad_handle);
  EXPECT_EQ(flags(main, HandleValue{weak.made}).result, bad_handle);
  EXPECT_EQ(recovery(main, child.handle).result, bad_handle);
}

// What WerGetFlags and GetApplicationRecoveryCallback answer to a handle with these rights to a process without storage.
std::pair<Result, Result> read_with(GetHandleRights option, AccessMask rights) {
  TestWorld world{with(choice::get_handle_rights, option)};
  const Made child = world.create();
  const HandleValue handle{world.open(p, child.pid, rights).made};
  return {world.flags(p, handle).result, world.recovery(p, handle).result};
}

TEST(Rights, OfThePages) {
  const auto read = [](AccessMask rights) { return read_with(GetHandleRights::page_rights, rights); };
  EXPECT_EQ(read(PROCESS_VM_READ), (std::pair{ok, none}));
  EXPECT_EQ(read(PROCESS_QUERY_INFORMATION), (std::pair{ok, denied}));
  EXPECT_EQ(read(PROCESS_QUERY_LIMITED_INFORMATION), (std::pair{denied, denied}));
  EXPECT_EQ(read(PROCESS_TERMINATE), (std::pair{denied, denied}));
}

TEST(Rights, AsMeasured) {
  const auto read = [](AccessMask rights) { return read_with(GetHandleRights::query_and_read, rights); };
  EXPECT_EQ(read(PROCESS_VM_READ), (std::pair{bad_handle, bad_handle}));
  EXPECT_EQ(read(PROCESS_QUERY_INFORMATION), (std::pair{denied, denied}));
  EXPECT_EQ(read(PROCESS_QUERY_LIMITED_INFORMATION), (std::pair{denied, denied}));
  EXPECT_EQ(read(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ), (std::pair{ok, none}));
  EXPECT_EQ(read(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ), (std::pair{ok, none}));
}

TEST(Rights, ThePseudoHandleHasAll) {
  for (const auto option : {GetHandleRights::page_rights, GetHandleRights::query_and_read}) {
    TestWorld world{with(choice::get_handle_rights, option)};
    EXPECT_EQ(world.flags(p).result, ok);
    EXPECT_EQ(world.recovery(p).result, none);
  }
}

TEST_F(FlagsAndRecoveryTest, TheCallersLastErrorStays) {
  close(main, unowned_handle);
  const std::uint32_t before = process(main)->last_error;
  EXPECT_NE(before, 0U);
  flags(main, unowned_handle);
  recovery(main, unowned_handle);
  EXPECT_EQ(process(main)->last_error, before);
}

// --- Recovery ---

TEST_F(FlagsAndRecoveryTest, RecoveryIsReadBackAndPointersThatMayBeNullAreSkipped) {
  RegisterApplicationRecoveryCallback registered;
  registered.pRecoveyCallback = Address{0x2000};
  registered.pvParameter = Address{0x3000};
  registered.dwPingInterval = Ping{300000};
  EXPECT_EQ(result(by(main, registered)), ok);
  const Answer all = recovery(main);
  EXPECT_EQ(all.written, 0b1111U);
  EXPECT_EQ(all.out, (OutWords{0x2000, 0x3000, 3000000000, 0}));

  GetApplicationRecoveryCallback some{.hProcess = {current_process}};
  some.pdwPingInterval.valid = false;
  some.pdwFlags.valid = false;
  const Answer two = perform(by(main, some));
  EXPECT_EQ(two.result, ok);
  EXPECT_EQ(two.written, 0b0011U);
  EXPECT_EQ(two.out, (OutWords{0x2000, 0x3000, 0, 0}));
}

TEST_F(FlagsAndRecoveryTest, UnregisteringRecoveryAlwaysSucceedsAndMakesNoStorage) {
  EXPECT_EQ(unset_recovery(main), ok);
  EXPECT_EQ(process(main)->block, nullptr);
  set_recovery(main);
  EXPECT_EQ(unset_recovery(main), ok);
  EXPECT_EQ(unset_recovery(main), ok);
  EXPECT_FALSE(process(main)->block->recovery.is_registered());
  EXPECT_TRUE(process(main)->block->recovery_ever);
}

// wer.md 8.5
TEST_F(FlagsAndRecoveryTest, ExampleOfTwoProfilesDocumented) {
  EXPECT_EQ(recovery(main).result, none);
  EXPECT_EQ(recovery(main).written, 0U);
  set_recovery(main, 250);
  EXPECT_EQ(recovery(main).out[2], 2500000U);
  unset_recovery(main);
  EXPECT_EQ(recovery(main).result, none);
}

TEST(TwoProfiles, ExampleAsMeasured) {
  TestWorld world{windows11_profile()};
  EXPECT_EQ(world.recovery(p).result, not_found);
  world.set_recovery(p, 250);
  EXPECT_EQ(world.recovery(p).out[2], 250U);
  world.unset_recovery(p);
  const Answer unset = world.recovery(p);
  EXPECT_EQ(unset.result, ok);
  EXPECT_EQ(unset.written, 0b1111U);
  EXPECT_EQ(unset.out, (OutWords{}));
}

TEST_F(FlagsAndRecoveryTest, AnUnregistrationIsOneOfTheCallsThatRecoveryFaultsCount) {
  set_recovery(main);
  result(to(main, FailRecoveryApi{.n = Countdown{2}}));
  EXPECT_EQ(set_recovery(main, 500), ok);
  EXPECT_EQ(unset_recovery(main), failed);
  EXPECT_EQ(process(main)->block->recovery.ping_ms, 500U);
  EXPECT_EQ(unset_recovery(main), ok);
}

TEST(RecoveryChoices, UnregisteringDuringRecovery) {
  using enum ArrRegistrationInRecovery;
  for (const auto& [option, answer] : {std::pair{internal_error, failed}, {invalid_state, bad_state}, {allowed, ok}}) {
    TestWorld world{with(choice::arr_registration_in_recovery, option)};
    enter_recovery(world);
    world.result(TestWorld::to(p, FailRecoveryApi{.n = Countdown{2}}));
    EXPECT_EQ(world.unset_recovery(p), answer);
    EXPECT_EQ(world.process(p)->recovery_faults.left(0), option == allowed ? 1U : 2U);
    EXPECT_EQ(world.process(p)->block->recovery.is_registered(), option != allowed);
    EXPECT_EQ(world.state(p), ProcessState::InRecovery);
  }
}

TEST_F(FlagsAndRecoveryTest, WhatIsUnregisteredWhileHungIsNotUsedUnlessItIsRegisteredAgain) {
  for (const bool again : {false, true}) {
    const Made child = create();
    set_recovery(child.key);
    result(to<StopAnswering>(child.key));
    advance(hung_after_ms + 1);
    unset_recovery(child.key);
    if (again) set_recovery(child.key);
    result(to<CloseHung>(child.key));
    choose(child.key, UserAction::check);
    EXPECT_EQ(state(child.key), again ? ProcessState::InRecovery : ProcessState::Exited);
  }
}

// --- In failing and in reports ---

TEST_F(FlagsAndRecoveryTest, ACrashedProcessCallsIfItsFlagsHad0x4AtCollection) {
  set_flags(main, 0x4);
  crash(main);
  EXPECT_TRUE(process(main)->failing.flags4);
  set_flags(main, 0);
  EXPECT_EQ(add_block(main, 0x1000), ok);
  EXPECT_EQ(close(main, unowned_handle), FALSE_);

  TestWorld without;
  without.set_flags(p, 0x7FF & ~0x4U);
  without.crash(p);
  EXPECT_FALSE(without.process(p)->failing.flags4);
  EXPECT_EQ(without.set_flags(p, 0x4), not_runnable);
}

TEST_F(FlagsAndRecoveryTest, AReportKeepsFlagsAndHoldTimeAsTheyWere) {
  set_flags(main, 0x44);
  set_hold(main, 7);
  crash(main);
  set_flags(main, 0x8);
  set_hold(main, 8);
  EXPECT_EQ(report(0).flags.flags, 0x44U);
  EXPECT_EQ(report(0).flags.holdMs, 7U);
  EXPECT_FALSE(report(0).flags.queued);
  const Made child = create();
  crash(child.key);
  EXPECT_EQ(report(1).flags.flags, 0U);
  EXPECT_EQ(report(1).flags.holdMs, std::nullopt);
}

// Whether the report is queued, and the kind of its primary dump.
std::pair<bool, DumpKind> failed_with(std::uint32_t flags, bool force_queue = false) {
  TestWorld world{WorldSpec{.additionalDataRequested = true, .forceQueue = force_queue}};
  world.set_flags(p, flags);
  world.crash(p);
  return {world.report(0).flags.queued, world.report(0).dumps[0].head.kind};
}

TEST(ReportFlags, QueueAndBarTheHeap) {
  using enum DumpKind;
  EXPECT_EQ(failed_with(0), (std::pair{false, heap}));
  EXPECT_EQ(failed_with(0x2), (std::pair{true, heap}));
  EXPECT_EQ(failed_with(0x8), (std::pair{true, heap}));
  EXPECT_EQ(failed_with(0x1), (std::pair{false, mini}));
  EXPECT_EQ(failed_with(0x40), (std::pair{false, heap}));
  EXPECT_EQ(failed_with(0x42), (std::pair{true, mini}));
  EXPECT_EQ(failed_with(0x48), (std::pair{true, mini}));
  EXPECT_EQ(failed_with(0x40, true), (std::pair{true, mini}));
  EXPECT_EQ(failed_with(0x7B4), (std::pair{false, heap}));
}

TEST(ReportFlags, ApplyToHangsAndLeaveTriageDumpsAlone) {
  TestWorld world{WorldSpec{.additionalDataRequested = true},
                  with(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang)};
  const Made child = world.create();
  world.set_flags(p, 0x43);
  world.add(p, child.pid);
  world.hang(p);
  const Report& report = world.report(0);
  EXPECT_TRUE(report.flags.queued);
  EXPECT_EQ(report.dumps[0].head.kind, DumpKind::mini);
  ASSERT_EQ(report.dumps.size(), 2U);
  EXPECT_EQ(report.dumps[1].head.process, child.pid);
}

}  // namespace
}  // namespace procreg::impl
