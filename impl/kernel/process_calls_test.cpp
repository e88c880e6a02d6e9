#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

class ProcessCalls : public testing::Test, public TestWorld {};

TEST_F(ProcessCalls, CreateProcessGivesTheNextPidTidObjectAndTheTwoLowestHandles) {
  const Answer answer = perform(by<CreateProcess>(main));
  EXPECT_EQ(answer.result, TRUE_);
  EXPECT_EQ(answer.written, 0b1111U);
  EXPECT_EQ(answer.out, (OutWords{4, 8, 1004, 0x10004}));
  EXPECT_EQ(answer.made, 2U);
}

TEST_F(ProcessCalls, AGivenPidIsTakenAndMovesTheNextOne) {
  EXPECT_EQ(create(main, {.pid = {Pid{2000}}}).pid, Pid{2000});
  EXPECT_EQ(create().pid, Pid{2004});
  EXPECT_EQ(result(by(main, CreateProcess{.pid = {Pid{2000}}})), not_applicable);
}

TEST_F(ProcessCalls, ThePidAfterTheLastOneIsNotApplicable) {
  create(main, {.pid = {Pid{0xCFFFFFFC}}});
  EXPECT_EQ(result(by<CreateProcess>(main)), not_applicable);
  EXPECT_EQ(create(main, {.pid = {Pid{8}}}).pid, Pid{8});
}

TEST_F(ProcessCalls, WithoutEnoughTidsNothingIsMade) {
  result(to(main, CreateThread{.tid = {Tid{0xCFFFFFF4}}}));
  const auto before = snapshot();
  EXPECT_EQ(result(by(main, CreateProcess{.threads = {3}})), not_applicable);
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(create(main, {.threads = {2}}).tid, Tid{0xCFFFFFF8});
  EXPECT_EQ(result(to<CreateThread>(main)), not_applicable);
}

TEST_F(ProcessCalls, AnExitedProcessStaysWhileAHandleIsOpenAndItsPidIsTaken) {
  const Made child = create();
  EXPECT_EQ(exit(child.key, 7), no_return);
  EXPECT_EQ(exit_code(main, child.handle).out[0], 7U);
  EXPECT_EQ(result(by(main, CreateProcess{.pid = {child.pid}})), not_applicable);
  EXPECT_EQ(close(main, child.handle), TRUE_);
  EXPECT_EQ(process(child.key), nullptr);
  EXPECT_EQ(create(main, {.pid = {child.pid}}).pid, child.pid);
}

TEST_F(ProcessCalls, AProcessThatHoldsTheLastHandleToItselfGoesWhenItExits) {
  const Made child = create();
  const auto self = duplicate(child.key, current_process, current_process, current_process, {}, DUPLICATE_SAME_ACCESS);
  EXPECT_EQ(self.out[0], 4U);
  close(main, child.handle);
  EXPECT_NE(process(child.key), nullptr);
  exit(child.key);
  EXPECT_EQ(process(child.key), nullptr);
}

TEST_F(ProcessCalls, TwoProcessesThatHoldEachOthersLastHandleGoWhenBothHaveExited) {
  const Made a = create();
  const Made b = create();
  open(a.key, b.pid, PROCESS_TERMINATE);
  open(b.key, a.pid, PROCESS_TERMINATE);
  for (const HandleValue handle : {a.handle, a.thread_handle, b.handle, b.thread_handle}) close(main, handle);
  exit(a.key);
  EXPECT_NE(process(a.key), nullptr);
  exit(b.key);
  EXPECT_EQ(process(a.key), nullptr);
  EXPECT_EQ(process(b.key), nullptr);
}

TEST_F(ProcessCalls, TerminateProcessChecksTheTypeThenTheStateThenTheRight) {
  const Made child = create();
  const HandleValue weak{open(main, child.pid, PROCESS_QUERY_LIMITED_INFORMATION).made};
  const auto terminate = [&](HandleValue handle) {
    return perform(by(main, TerminateProcess{.hProcess = {handle}, .uExitCode = Dword{3}}));
  };
  EXPECT_EQ(terminate(child.thread_handle).lastError, 6U);
  EXPECT_EQ(terminate(weak).lastError, 5U);
  EXPECT_EQ(terminate(child.handle).result, TRUE_);
  EXPECT_EQ(terminate(child.handle).lastError, 5U);
  EXPECT_EQ(exit_code(main, child.handle).out[0], 3U);
}

TEST_F(ProcessCalls, TerminatingOneselfDoesNotReturn) {
  const Answer answer = perform(by(main, TerminateProcess{.hProcess = {current_process}}));
  EXPECT_EQ(answer, (Answer{.result = no_return}));
  EXPECT_EQ(result(by<NewObject>(main)), not_runnable);
}

TEST_F(ProcessCalls, LastErrorStaysUntilTheNextFailure) {
  EXPECT_EQ(close(main, HandleValue{4}), FALSE_);
  EXPECT_EQ(perform(by<NewObject>(main)).lastError, 6U);
  EXPECT_EQ(open(main, Pid{0}, PROCESS_TERMINATE).lastError, 87U);
  EXPECT_EQ(perform(by(main, CreateProcess{.pid = {main_pid}})).lastError, 87U);
}

TEST_F(ProcessCalls, AChildTakesUserAndPrivilegesOfItsParent) {
  TestWorld world{WorldSpec{.processes = {{.name = 1, .se_debug = true}}}};
  const Made child = world.create();
  EXPECT_TRUE(world.process(child.key)->identity.se_debug);
  const Made other = world.create(main, {.user = {world.tables().text(u"user2")}});
  EXPECT_FALSE(world.process(other.key)->identity.se_debug);
}

TEST_F(ProcessCalls, AnotherParentNeedsTheRightAndMustLive) {
  const Made parent = create();
  const auto with = [&](HandleValue handle) {
    return perform(by(main, CreateProcess{.parentHandle = {HandleRef{.raw = handle}}}));
  };
  EXPECT_EQ(with(parent.thread_handle).lastError, 6U);
  EXPECT_EQ(with(null_handle).lastError, 6U);
  const HandleValue weak{open(main, parent.pid, PROCESS_TERMINATE).made};
  EXPECT_EQ(with(weak).lastError, 5U);
  const Answer made = with(parent.handle);
  EXPECT_EQ(made.result, TRUE_);
  EXPECT_EQ(process({{}, ObjectId{made.made}})->identity.parent, parent.key.object);
  EXPECT_EQ(process({{}, ObjectId{made.made}})->identity.creator, main.object);
  exit(parent.key);
  EXPECT_EQ(with(parent.handle).lastError, 5U);
}

TEST_F(ProcessCalls, ANewThreadTakesTheLowestNumberThatIsFree) {
  const Made child = create(main, {.threads = {3}});
  const Tid second{number(child.tid) + 4};
  result(to(child.key, ExitThread{.thread = {second}}));
  const Answer made = perform(to(child.key, CreateThread{.tid = {Tid{0x40}}}));
  EXPECT_EQ(made.made, 0x40U);
  const Object* first = process(child.key)->first_thread;
  EXPECT_EQ(first->tid, Tid{0x40});
  EXPECT_EQ(first->k, 1U);
  EXPECT_EQ(result(to(main, CreateThread{.tid = {Tid{0x40}}})), not_applicable);
}

TEST_F(ProcessCalls, TheEndOfTheLastThreadIsTheEndOfTheProcess) {
  const Made child = create();
  EXPECT_EQ(result(to(child.key, ExitThread{.thread = {main_tid}})), not_applicable);
  EXPECT_EQ(result(to(child.key, ExitThread{.thread = {child.tid}})), applied);
  EXPECT_EQ(exit_code(main, child.handle).out[0], 0U);
}

TEST_F(ProcessCalls, AThreadObjectLivesAsLongAsItsThreadOrAHandle) {
  const Made child = create();
  const auto& machine = world().calls().kernel.machines()[0];
  EXPECT_EQ(machine.other_objects, 2U);
  close(main, child.thread_handle);
  EXPECT_EQ(machine.other_objects, 2U);
  exit(child.key);
  EXPECT_EQ(machine.other_objects, 1U);
}

TEST_F(ProcessCalls, GetExitCodeProcessOfALiveProcessIsStillActive) {
  EXPECT_EQ(exit_code(main, current_process).out[0], 259U);
  EXPECT_EQ(perform(by(main, GetExitCodeProcess{.hProcess = {current_process}, .lpExitCode = {false}})).lastError, 87U);
}

}  // namespace
}  // namespace procreg::impl
