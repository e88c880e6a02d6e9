#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr AccessMask query{0x1000};

class HandleCalls : public testing::Test, public TestWorld {
 protected:
  AccessMask mask_of(ProcessKey owner, std::uint64_t handle) {
    return world().calls().kernel.find(owner).memory->table.find(HandleValue{handle})->mask;
  }
  // The error of opening, 0 when it succeeded.
  std::uint32_t open_error(ProcessKey caller, Pid pid, std::uint32_t mask) {
    const Answer answer = open(caller, pid, AccessMask{mask});
    return answer.result == Result{null_handle} ? answer.lastError : 0;
  }
};

TEST_F(HandleCalls, OpenProcessRefusesWhatIsNotThere) {
  EXPECT_EQ(open_error(main, Pid{0}, 1), 87U);
  EXPECT_EQ(open_error(main, Pid{1001}, 1), 87U);
  EXPECT_EQ(open_error(main, Pid{unowned_pid}, 1), 87U);
  EXPECT_EQ(open_error(main, main_pid, 0), 5U);
}

TEST_F(HandleCalls, QueryInformationBringsLimitedQueryAlong) {
  const Answer opened = open(main, main_pid, PROCESS_QUERY_INFORMATION);
  EXPECT_EQ(mask_of(main, opened.made), AccessMask{0x1400});
  const Answer event = perform(by(main, NewObject{.mask = {PROCESS_QUERY_INFORMATION}}));
  EXPECT_EQ(mask_of(main, event.made), PROCESS_QUERY_INFORMATION);
  const Answer copy =
      duplicate(main, current_process, HandleValue{event.made}, current_process, {}, DUPLICATE_SAME_ACCESS);
  EXPECT_EQ(mask_of(main, copy.made), PROCESS_QUERY_INFORMATION);
}

TEST_F(HandleCalls, AnotherUserGetsWhatTheDaclSaysAndSeDebugEverything) {
  TestWorld world{};
  const TextRef other = world.tables().text(u"user2");
  const Made stranger = world.create(main, {.user = {other}});
  EXPECT_EQ(world.open(stranger.key, main_pid, PROCESS_TERMINATE).lastError, 5U);
  const DaclRef open_to_all =
      world.tables().dacl({{default_user, PROCESS_TERMINATE}, {other, PROCESS_TERMINATE | query}});
  const Made child = world.create(main, {.dacl = {open_to_all}});
  EXPECT_NE(world.open(stranger.key, child.pid, PROCESS_TERMINATE | query).made, 0U);
  EXPECT_EQ(world.open(main, child.pid, query).lastError, 5U);
  const Answer most = world.open(main, child.pid, MAXIMUM_ALLOWED);
  EXPECT_EQ(world.process(main)->table.size(), 5U);
  EXPECT_EQ(const_cast<Process*>(world.process(main))->table.find(HandleValue{most.made})->mask, PROCESS_TERMINATE);
  EXPECT_EQ(world.open(main, child.pid, MAXIMUM_ALLOWED | query).lastError, 5U);

  TestWorld debugger{WorldSpec{.processes = {{.name = 1}, {.name = 2, .user = {1}, .se_debug = true}}}};
  EXPECT_NE(debugger.open({{}, ObjectId{2}}, main_pid, PROCESS_ALL_ACCESS).made, 0U);
}

TEST_F(HandleCalls, AProtectedProcessGivesOthersOnlyTheHarmlessRights) {
  const Made shielded = create(main, {.protected_ = {true}});
  EXPECT_EQ(open_error(main, shielded.pid, 0x1FFFFF), 5U);
  EXPECT_EQ(open_error(main, shielded.pid, 0x0400), 5U);
  EXPECT_EQ(open_error(main, shielded.pid, 0x101801), 0U);
  EXPECT_EQ(mask_of(main, open(main, shielded.pid, MAXIMUM_ALLOWED).made), PROCESS_ALL_ACCESS & ~protected_refused);
  const Made twin = create(main, {.protected_ = {true}});
  EXPECT_EQ(open_error(twin.key, shielded.pid, 0x1FFFFF), 0U);
}

TEST_F(HandleCalls, SystemProcessesCannotBeOpened) {
  TestWorld world{WorldSpec{.processes = {{.name = 1, .se_debug = true},
                                          {.name = 2, .kind = ProcessKind::system},
                                          {.name = 3, .kind = ProcessKind::system_idle},
                                          {.name = 4, .kind = ProcessKind::csrss}}}};
  EXPECT_EQ(world.open(main, Pid{4}, query).lastError, 5U);
  EXPECT_EQ(world.open(main, Pid{0}, query).lastError, 87U);
  EXPECT_EQ(world.open(main, Pid{1004}, query).lastError, 5U);
}

TEST_F(HandleCalls, AnExitedProcessOpensByChoice) {
  const Made child = create();
  exit(child.key);
  EXPECT_EQ(open_error(main, child.pid, 1), 0U);
  TestWorld strict{documented_profile().with(choice::open_exited_process, OpenExitedProcess::fail_invalid_parameter)};
  const Made dead = strict.create();
  strict.exit(dead.key);
  EXPECT_EQ(strict.open(main, dead.pid, PROCESS_TERMINATE).lastError, 87U);
}

TEST_F(HandleCalls, AHandleWithDuplicationAloneGivesFullAccess) {
  const Made child = create();
  const HandleValue weak{open(main, child.pid, PROCESS_DUP_HANDLE).made};
  const Answer full = duplicate(main, weak, current_process, current_process, {}, DUPLICATE_SAME_ACCESS);
  EXPECT_EQ(mask_of(main, full.out[0]), PROCESS_ALL_ACCESS);
  EXPECT_EQ(duplicate(main, weak, current_thread, current_process, {}, DUPLICATE_SAME_ACCESS).lastError, 6U);
}

TEST_F(HandleCalls, DuplicateHandleChecksBothProcesses) {
  const Made child = create();
  const HandleValue weak{open(main, child.pid, PROCESS_TERMINATE).made};
  EXPECT_EQ(duplicate(main, child.thread_handle, current_process, current_process, {}).lastError, 6U);
  EXPECT_EQ(duplicate(main, weak, current_process, current_process, {}).lastError, 5U);
  EXPECT_EQ(duplicate(main, current_process, current_process, weak, {}).lastError, 5U);
  EXPECT_EQ(duplicate(main, current_process, HandleValue{400}, current_process, {}).lastError, 6U);
  EXPECT_EQ(duplicate(main, current_process, current_process, null_handle, {}).lastError, 6U);
}

TEST_F(HandleCalls, ADuplicateMayNotGrowBeyondWhatTheCallerCouldOpen) {
  const HandleValue weak{open(main, main_pid, PROCESS_TERMINATE).made};
  EXPECT_EQ(duplicate(main, current_process, weak, current_process, PROCESS_ALL_ACCESS).result, TRUE_);
  const Made shielded = create(main, {.protected_ = {true}});
  const HandleValue thin{open(main, shielded.pid, PROCESS_TERMINATE).made};
  EXPECT_EQ(duplicate(main, current_process, thin, current_process, PROCESS_TERMINATE | query).result, TRUE_);
  EXPECT_EQ(duplicate(main, current_process, thin, current_process, PROCESS_QUERY_INFORMATION).lastError, 5U);
  const HandleValue event{perform(by(main, NewObject{.mask = {AccessMask{2}}})).made};
  EXPECT_EQ(duplicate(main, current_process, event, current_process, AccessMask{3}).lastError, 5U);
  TestWorld strict{documented_profile().with(choice::duplicate_access_growth, DuplicateAccessGrowth::subset_only)};
  const HandleValue own{strict.open(main, main_pid, PROCESS_TERMINATE).made};
  EXPECT_EQ(strict.duplicate(main, current_process, own, current_process, query).lastError, 5U);
}

TEST_F(HandleCalls, ClosingTheSourceHappensOnSuccessOnRefusalAndWithoutATarget) {
  const auto event = [&] { return HandleValue{perform(by(main, NewObject{.mask = {AccessMask{2}}})).made}; };
  const HandleValue moved = event();
  EXPECT_EQ(duplicate(main, current_process, moved, current_process, {}, 3).made, 8U);
  EXPECT_EQ(close(main, moved), FALSE_);
  const HandleValue refused = event();
  EXPECT_EQ(duplicate(main, current_process, refused, current_process, AccessMask{3}, DUPLICATE_CLOSE_SOURCE).result,
            FALSE_);
  EXPECT_EQ(close(main, refused), FALSE_);
  const HandleValue dropped = event();
  EXPECT_EQ(duplicate(main, current_process, dropped, null_handle, {}, DUPLICATE_CLOSE_SOURCE).result, TRUE_);
  EXPECT_EQ(close(main, dropped), FALSE_);
  const HandleValue kept = event();
  EXPECT_EQ(duplicate(main, HandleValue{400}, kept, current_process, {}, 3).result, FALSE_);
  EXPECT_EQ(close(main, kept), TRUE_);
}

TEST_F(HandleCalls, WithoutAPointerTheDuplicateIsMadeAllTheSame) {
  DuplicateHandle call{.hSourceProcessHandle = {current_process},
                       .hSourceHandle = {current_thread},
                       .hTargetProcessHandle = {current_process},
                       .lpTargetHandle = {false},
                       .dwOptions = Dword{DUPLICATE_SAME_ACCESS}};
  const Answer answer = perform(by(main, call));
  EXPECT_EQ(answer.written, 0U);
  EXPECT_EQ(answer.made, 4U);
  EXPECT_EQ(mask_of(main, 4), THREAD_ALL_ACCESS);
}

TEST_F(HandleCalls, PseudoHandlesCloseWithoutEffect) {
  EXPECT_EQ(close(main, current_process), TRUE_);
  EXPECT_EQ(close(main, current_thread), TRUE_);
  EXPECT_EQ(close(main, null_handle), FALSE_);
}

TEST_F(HandleCalls, AChildInheritsTheInheritableHandlesOnly) {
  NewObject inheritable{.type = ObjectType::File, .inheritable = {true}};
  perform(by<NewObject>(main));
  const HandleValue file{perform(by(main, inheritable)).made};
  const Made child = create(main, {.inheritHandles = {true}});
  EXPECT_EQ(mask_of(child.key, number(file)), FILE_ALL_ACCESS);
  EXPECT_EQ(process(child.key)->table.size(), 1U);
  EXPECT_EQ(perform(by<NewObject>(child.key)).made, 4U);
}

}  // namespace
}  // namespace procreg::impl
