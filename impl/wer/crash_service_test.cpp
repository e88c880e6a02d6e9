// Process states, virtual time, recovery and the reports of crashes and hangs.
#include "impl/wer/crash_service.h"

#include <gtest/gtest.h>

#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

using enum ProcessState;

// (pid, extraThread, extraThreadMissing) of the triage dumps, and (pid, reason) of what was not collected.
using Dumped = std::vector<std::array<std::uint32_t, 3>>;
using Missed = std::vector<std::pair<std::uint32_t, NotCollected>>;

Dumped triage_of(const Report& report) {
  Dumped all;
  for (const Dump& dump : report.dumps.subspan(1))
    all.push_back({number(dump.head.process), number(dump.head.extraThread), number(dump.head.extraThreadMissing)});
  return all;
}
Missed missed_of(const Report& report) {
  Missed all;
  for (const auto& note : report.not_collected) all.emplace_back(number(note.process), note.reason);
  return all;
}

class CrashServiceTest : public testing::Test, public TestWorld {
 protected:
  void enter_recovery(std::uint32_t ping = 1000) {
    set_recovery(main, ping);
    crash(main);
    choose(main, UserAction::check);
    ASSERT_EQ(state(main), InRecovery);
  }
  // Another process keeps the object of main, so that its end can be seen.
  Made watch_main() {
    const Made watcher = create();
    open(watcher.key, main_pid, PROCESS_QUERY_LIMITED_INFORMATION);
    return watcher;
  }
};

// wer.md 8.1, with pids of this world
void example_8_1(AdditionalProcessPidReuse option, const Missed& missed, const Dumped& dumped) {
  TestWorld world{with(choice::additional_process_pid_reuse, option)};
  const auto p = TestWorld::main;
  std::vector<Made> made;
  for (const std::uint32_t pid : {40U, 44U, 48U, 52U, 60U}) made.push_back(world.create(p, {.pid = {Pid{pid}}}));
  for (const Tid tid : {Tid{12}, Tid{28}}) world.result(TestWorld::to(made[1].key, CreateThread{.tid = {tid}}));
  EXPECT_EQ(world.add(p, Pid{40}), Result{Hresult::S_OK});
  EXPECT_EQ(world.add(p, Pid{44}, Tid{12}), Result{Hresult::S_OK});
  EXPECT_EQ(world.add(p, Pid{48}), Result{Hresult::S_OK});
  EXPECT_EQ(world.add(p, Pid{52}, Tid{36}), Result{Hresult::S_OK});
  EXPECT_EQ(world.add(p, Pid{44}, Tid{28}), Result{Hresult::S_OK});
  EXPECT_EQ(world.add(p, Pid{60}), Result{Hresult::WER_E_INSUFFICIENT_BUFFER});
  world.exit(made[2].key);
  EXPECT_EQ(world.add(p, Pid{60}), Result{Hresult::WER_E_INSUFFICIENT_BUFFER});
  EXPECT_EQ(world.add(p, Pid{0}, Tid{28}), Result{Hresult::E_INVALIDARG});

  world.close(p, made[2].handle);
  world.create(p, {.pid = {Pid{48}}});
  world.exit(made[3].key);
  world.result(TestWorld::to(made[1].key, ExitThread{.thread = {Tid{28}}}));
  EXPECT_EQ(world.crash(p), applied);
  EXPECT_EQ(world.report(0).dumps[0].head.process, TestWorld::main_pid);
  EXPECT_EQ(triage_of(world.report(0)), dumped);
  EXPECT_EQ(missed_of(world.report(0)), missed);
}

TEST(CrashServiceExamples, AFullListAChangedThreadAReusedPid) {
  example_8_1(AdditionalProcessPidReuse::dump_current, {{52, NotCollected::process_missing}},
              {{40, 0, 0}, {44, 0, 28}, {48, 0, 0}});
  example_8_1(AdditionalProcessPidReuse::treat_as_gone,
              {{48, NotCollected::process_missing}, {52, NotCollected::process_missing}}, {{40, 0, 0}, {44, 0, 28}});
}

TEST_F(CrashServiceTest, AReportSaysWhatCrashedAndWithWhichThreads) {
  advance(123);
  const Tid second{static_cast<std::uint32_t>(perform(to<CreateThread>(main)).made)};
  EXPECT_EQ(result(to(main, Crash{.thread = {TidRef{.raw = Tid{4}}}})), not_applicable);
  EXPECT_EQ(result(to(main, Crash{.thread = {TidRef{.raw = second}}})), applied);
  const Report& made = report(0);
  EXPECT_EQ(made.head.id, ReportId{1});
  EXPECT_EQ(made.head.time, 123U);
  EXPECT_EQ(made.head.thread, second);
  EXPECT_EQ(made.head.event, APPCRASH);
  EXPECT_EQ(made.dumps[0].head.kind, DumpKind::mini);
  EXPECT_EQ(made.dumps[0].head.mask, AccessMask{mini_dump_mask});
  ASSERT_EQ(made.dumps[0].threads.size(), 2U);
  EXPECT_EQ(made.dumps[0].threads[0].tid, main_tid);
  EXPECT_EQ(made.dumps[0].threads[1].tid, second);
  EXPECT_EQ(crash(main), not_applicable);
}

TEST_F(CrashServiceTest, TheWorldDecidesKindAndQueue) {
  TestWorld world{WorldSpec{.additionalDataRequested = true, .forceQueue = true}};
  const Made packaged = world.create(main, {.package = {default_user}});
  world.crash(packaged.key);
  EXPECT_EQ(world.report(0).head.event, MoAppCrash);
  EXPECT_TRUE(world.report(0).flags.queued);
  EXPECT_EQ(world.report(0).dumps[0].head.kind, DumpKind::heap);
  EXPECT_EQ(world.report(0).dumps[0].head.mask, AccessMask{heap_dump_mask});
}

TEST_F(CrashServiceTest, AdditionalProcessesAreDumpedInOrderWithTheirThread) {
  const Made child = create();
  const Made closed = create(main, {.protected_ = {true}});
  add(main, closed.pid);
  add(main, child.pid, child.tid);
  add(main, main_pid, child.tid);
  crash(main);
  EXPECT_EQ(triage_of(report(0)), (Dumped{{number(child.pid), number(child.tid), 0}, {1000, 0, number(child.tid)}}));
  EXPECT_EQ(missed_of(report(0)), (Missed{{number(closed.pid), NotCollected::access_denied}}));
  EXPECT_EQ(report(0).dumps[1].head.mask, AccessMask{triage_dump_mask_with_thread});
  EXPECT_EQ(report(0).dumps[2].head.mask, AccessMask{triage_dump_mask});
}

TEST_F(CrashServiceTest, OnesOwnPidMayBePassedOver) {
  TestWorld world{with(choice::additional_process_self, AdditionalProcessSelf::accept_no_dump)};
  EXPECT_EQ(world.add(main, main_pid), Result{Hresult::S_OK});
  world.crash(main);
  EXPECT_EQ(world.report(0).dumps.size(), 1U);
  EXPECT_TRUE(world.report(0).not_collected.empty());
}

TEST_F(CrashServiceTest, AHangHasTriageDumpsByChoice) {
  for (const auto option : {AdditionalProcessHang::crash_only, AdditionalProcessHang::crash_and_hang}) {
    TestWorld world{with(choice::additional_process_hang, option)};
    world.add(main, Pid{40});
    EXPECT_EQ(world.hang(main), applied);
    EXPECT_EQ(world.report(0).head.event, AppHang);
    EXPECT_EQ(world.report(0).head.thread, no_thread);
    EXPECT_EQ(world.report(0).not_collected.size(), option == AdditionalProcessHang::crash_only ? 0U : 1U);
  }
}

TEST_F(CrashServiceTest, AWindowHangsAfterFiveSecondsWithoutAnAnswer) {
  EXPECT_EQ(result(to<Answering>(main)), not_applicable);
  EXPECT_EQ(result(to<StopAnswering>(main)), applied);
  EXPECT_EQ(result(to<StopAnswering>(main)), not_applicable);
  advance(5000);
  EXPECT_EQ(state(main), Running);
  EXPECT_EQ(result(to<CloseHung>(main)), not_applicable);
  advance(1);
  EXPECT_EQ(state(main), Hung);
  EXPECT_EQ(process(main)->failing.failure_time, 5001U);
  EXPECT_EQ(result(to<Answering>(main)), applied);
  EXPECT_EQ(state(main), Running);
  result(to<StopAnswering>(main));
  EXPECT_EQ(result(to<Answering>(main)), applied);
  advance(6000);
  EXPECT_EQ(state(main), Running);
}

TEST_F(CrashServiceTest, TheFailureTimeOfAHangIsWhenItBeganAndOfACrashTheCrash) {
  result(to<StopAnswering>(main));
  advance(9000);
  crash(main);
  EXPECT_EQ(process(main)->failing.failure_time, 9000U);
  TestWorld other;
  other.hang(main);
  EXPECT_EQ(other.process(main)->failing.failure_time, 5001U);
  EXPECT_EQ(other.process(main)->failing.cause, Cause::hang);
}

TEST_F(CrashServiceTest, WhatIsRegisteredWhileHungIsLate) {
  for (const auto option : {LateRegistration::ignored, LateRegistration::honoured}) {
    TestWorld world{with(choice::late_registration, option)};
    world.result(to<StopAnswering>(main));
    world.advance(5001);
    world.set_recovery(main);
    world.crash(main);
    world.choose(main, UserAction::close);
    EXPECT_EQ(world.process(main) != nullptr, option == LateRegistration::honoured);
  }
}

TEST_F(CrashServiceTest, WithoutRecoveryTheUsersChoiceEndsTheProcess) {
  const Made watcher = watch_main();
  crash(main);
  EXPECT_EQ(choose(main, UserAction::check), applied);
  EXPECT_EQ(exit_code(watcher.key, HandleValue{4}).out[0], crash_exit_code);
  EXPECT_FALSE(report(0).recovery.has_value());
  EXPECT_EQ(choose(main, UserAction::check), not_applicable);
}

TEST_F(CrashServiceTest, ADebuggedProcessStaysCrashed) {
  set_recovery(main);
  crash(main);
  EXPECT_EQ(choose(main, UserAction::debug), applied);
  EXPECT_EQ(choose(main, UserAction::close), not_applicable);
  EXPECT_EQ(state(main), Crashed);
}

TEST_F(CrashServiceTest, PingsMoveTheDeadlineAndAMissedOneEndsTheProcess) {
  const Made watcher = watch_main();
  enter_recovery(2500);
  advance(2500);
  EXPECT_EQ(in_progress(main), (Answer{.result = Hresult::S_OK, .written = 1}));
  EXPECT_EQ(result(to<UserCancel>(main)), applied);
  advance(2000);
  EXPECT_EQ(in_progress(main).out[0], 1U);
  advance(2500);
  EXPECT_EQ(state(main), InRecovery);
  advance(1);
  EXPECT_EQ(exit_code(watcher.key, HandleValue{4}).out[0], crash_exit_code);
  EXPECT_EQ(report(0).recovery->outcome, RecoveryOutcome::timed_out);
  EXPECT_TRUE(report(0).recovery->cancelled);
}

TEST_F(CrashServiceTest, OutsideRecoveryThereIsNoProgress) {
  EXPECT_EQ(in_progress(main), (Answer{.result = Hresult::E_FAIL, .written = 1}));
  EXPECT_EQ(perform(by(main, ApplicationRecoveryInProgress{.pbCancelled = {false}})),
            (Answer{.result = Hresult::E_INVALIDARG}));
}

TEST_F(CrashServiceTest, RecoveryEndsInEveryOtherWay) {
  struct End {
    Step step;
    RecoveryOutcome outcome;
    std::uint32_t exit_code;
  };
  const Step finished_true = by(main, ApplicationRecoveryFinished{.bSuccess = Bool{1}});
  const Step finished_false = by<ApplicationRecoveryFinished>(main);
  const Step exits = by(main, ExitProcess{.uExitCode = Dword{9}});
  const Step crashes = to<Crash>(main);
  for (const End& end :
       {End{finished_true, RecoveryOutcome::finished_true, 0}, End{finished_false, RecoveryOutcome::finished_false, 0},
        End{exits, RecoveryOutcome::exited, 9}, End{crashes, RecoveryOutcome::crashed_again, hang_exit_code}}) {
    TestWorld world;
    const Made watcher = world.create();
    world.open(watcher.key, main_pid, PROCESS_QUERY_LIMITED_INFORMATION);
    world.set_recovery(main);
    world.hang(main);
    world.choose(main, UserAction::close);
    world.perform(end.step);
    EXPECT_EQ(world.report(0).recovery->outcome, end.outcome);
    EXPECT_EQ(world.exit_code(watcher.key, HandleValue{4}).out[0], end.exit_code);
    EXPECT_EQ(world.reports(), 1U);
  }
}

TEST_F(CrashServiceTest, FinishingOutsideRecoveryEndsTheProcessByChoice) {
  EXPECT_EQ(result(by<ApplicationRecoveryFinished>(main)), no_return);
  EXPECT_EQ(process(main), nullptr);
  TestWorld lenient{with(choice::recovery_finished_outside, RecoveryFinishedOutside::no_effect)};
  EXPECT_EQ(lenient.result(by<ApplicationRecoveryFinished>(main)), returned);
  EXPECT_EQ(lenient.state(main), Running);
}

TEST_F(CrashServiceTest, AReturningCallbackWaitsOrFinishesByChoice) {
  enter_recovery();
  EXPECT_EQ(result(to<CallbackReturns>(main)), applied);
  EXPECT_EQ(result(to<CallbackReturns>(main)), not_applicable);
  EXPECT_EQ(in_progress(main).result, not_runnable);
  EXPECT_EQ(add(main, Pid{40}), not_runnable);
  EXPECT_EQ(result(to<UserCancel>(main)), applied);
  advance(1001);
  EXPECT_EQ(report(0).recovery->outcome, RecoveryOutcome::timed_out);
  TestWorld finishing{with(choice::callback_return, CallbackReturn::finished_false)};
  finishing.set_recovery(main);
  finishing.crash(main);
  finishing.choose(main, UserAction::check);
  EXPECT_EQ(finishing.result(to<CallbackReturns>(main)), applied);
  EXPECT_EQ(finishing.report(0).recovery->outcome, RecoveryOutcome::finished_false);
}

TEST_F(CrashServiceTest, TimeEndsAtTheLastNumber) {
  EXPECT_EQ(advance(0), applied);
  EXPECT_EQ(advance(~std::uint64_t{0} - 100), applied);
  EXPECT_EQ(advance(101), not_applicable);
  result(to<StopAnswering>(main));
  EXPECT_EQ(process(main)->failing.answer_due, ~std::uint64_t{0});
  EXPECT_EQ(advance(100), applied);
  EXPECT_EQ(state(main), Running);
}

TEST_F(CrashServiceTest, EventsThatTheStateDoesNotKnowAreNotApplicable) {
  crash(main);
  for (const Step& step : {Step{to<CreateThread>(main)}, Step{to(main, ExitThread{.thread = {main_tid}})},
                           Step{to<StopAnswering>(main)}, Step{to<Answering>(main)}, Step{to<CloseHung>(main)},
                           Step{to<Crash>(main)}, Step{to<UserCancel>(main)}, Step{to<CallbackReturns>(main)}})
    EXPECT_EQ(result(step), not_applicable) << info(step).name;
}

TEST_F(CrashServiceTest, LeavingRunningStopsTheTimer) {
  result(to<StopAnswering>(main));
  crash(main);
  EXPECT_EQ(process(main)->failing.answer_due, std::nullopt);
  advance(100000);
  EXPECT_EQ(state(main), Crashed);
}

}  // namespace
}  // namespace procreg::impl
