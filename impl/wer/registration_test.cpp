// WerRegisterAdditionalProcess, WerUnregisterAdditionalProcess, RegisterApplicationRecoveryCallback and the faults of their heap.
#include "impl/wer/registration.h"

#include <gtest/gtest.h>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_argument{Hresult::E_INVALIDARG};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result full{Hresult::WER_E_INSUFFICIENT_BUFFER};
constexpr Result no_memory{Hresult::E_OUTOFMEMORY};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};
constexpr Result failed{Hresult::E_FAIL};

class RegistrationTest : public testing::Test, public TestWorld {
 protected:
  std::uint32_t size() { return process(main)->block == nullptr ? 0 : process(main)->block->processes.size(); }
  const AdditionalProcesses::Entry* entry(std::uint32_t pid) { return process(main)->block->processes.find(Pid{pid}); }
};

void enter_recovery(TestWorld& world, ProcessKey who) {
  world.set_recovery(who);
  world.crash(who);
  world.choose(who, UserAction::close);
  ASSERT_EQ(world.state(who), ProcessState::InRecovery);
}

TEST_F(RegistrationTest, TheFifthProcessIsRefusedAndAKnownOneIsNot) {
  for (const std::uint32_t pid : {40U, 44U, 48U, 52U}) EXPECT_EQ(add(main, Pid{pid}), ok);
  EXPECT_EQ(add(main, Pid{56}), full);
  EXPECT_EQ(add(main, Pid{44}, Tid{28}), ok);
  EXPECT_EQ(entry(44)->thread, Tid{28});
  EXPECT_EQ(remove(main, Pid{48}), ok);
  EXPECT_EQ(remove(main, Pid{48}), not_found);
  EXPECT_EQ(add(main, Pid{56}), ok);
}

TEST_F(RegistrationTest, PidZeroIsRefusedWhateverElseIsWrong) {
  for (const std::uint32_t pid : {40U, 44U, 48U, 52U}) add(main, Pid{pid});
  EXPECT_EQ(add(main, Pid{0}, Tid{28}), bad_argument);
  EXPECT_EQ(remove(main, Pid{0}), not_found);
}

TEST_F(RegistrationTest, ARefusedCallMakesNoStorage) {
  add(main, Pid{0});
  set_recovery(main, 300001);
  remove(main, Pid{40});
  EXPECT_EQ(process(main)->block, nullptr);
  EXPECT_EQ(add(main, Pid{40}), ok);
  EXPECT_EQ(remove(main, Pid{40}), ok);
  EXPECT_NE(process(main)->block, nullptr);
}

TEST_F(RegistrationTest, RemembersWhichProcessHadThePid) {
  const Made child = create();
  add(main, child.pid);
  add(main, Pid{40});
  EXPECT_EQ(entry(number(child.pid))->incarnation, child.key.object);
  EXPECT_EQ(entry(40)->incarnation, no_object);
  exit(child.key);
  EXPECT_NE(process(child.key), nullptr);
  add(main, child.pid);
  EXPECT_EQ(entry(number(child.pid))->incarnation, no_object);
}

TEST_F(RegistrationTest, TheHeapIsAskedForANewEntryOnlyAndAfterTheLimit) {
  result(to(main, FailAllocation{.n = Countdown{2}}));
  EXPECT_EQ(add(main, Pid{40}), ok);
  EXPECT_EQ(add(main, Pid{40}, Tid{4}), ok);
  EXPECT_EQ(add(main, Pid{0}), bad_argument);
  EXPECT_EQ(add(main, Pid{44}), no_memory);
  EXPECT_EQ(add(main, Pid{44}), ok);
  result(to(main, SetHeapCapacity{.n = {2}}));
  EXPECT_EQ(add(main, Pid{48}), no_memory);
  EXPECT_EQ(remove(main, Pid{40}), ok);
  EXPECT_EQ(add(main, Pid{48}), ok);
  result(to(main, SetHeapCapacity{}));
  add(main, Pid{52});
  add(main, Pid{56});
  EXPECT_EQ(add(main, Pid{60}), full);
}

TEST_F(RegistrationTest, FaultsHappenToProcessesThatExist) {
  const Made child = create();
  exit(child.key);
  EXPECT_EQ(result(to(child.key, SetHeapCapacity{})), not_applicable);
  EXPECT_EQ(result(to(child.key, FailAllocation{})), not_applicable);
  EXPECT_EQ(result(to(child.key, FailRecoveryApi{})), not_applicable);
  EXPECT_EQ(result(to(nobody, FailAllocation{})), not_applicable);
}

TEST_F(RegistrationTest, WhoCannotRunIsNotAsked) {
  const Made child = create();
  exit(child.key);
  EXPECT_EQ(add(child.key, Pid{40}), not_runnable);
  EXPECT_EQ(remove(child.key, Pid{40}), not_runnable);
  EXPECT_EQ(set_recovery(nobody), not_runnable);
  crash(main);
  EXPECT_EQ(add(main, Pid{0}), not_runnable);
}

TEST(RegistrationChoices, TargetSelfAndThread) {
  TestWorld target{with(choice::additional_process_target, AdditionalProcessTarget::must_exist)};
  EXPECT_EQ(target.add(TestWorld::main, Pid{40}), bad_argument);
  const Made child = target.create();
  EXPECT_EQ(target.add(TestWorld::main, child.pid, Tid{4}), ok);
  target.exit(child.key);
  EXPECT_EQ(target.add(TestWorld::main, child.pid), bad_argument);

  TestWorld self{with(choice::additional_process_self, AdditionalProcessSelf::reject)};
  EXPECT_EQ(self.add(TestWorld::main, TestWorld::main_pid), bad_argument);

  TestWorld thread{with(choice::additional_process_thread, AdditionalProcessThread::must_belong)};
  const Made other = thread.create();
  EXPECT_EQ(thread.add(TestWorld::main, other.pid, TestWorld::main_tid), bad_argument);
  EXPECT_EQ(thread.add(TestWorld::main, Pid{40}, other.tid), bad_argument);
  EXPECT_EQ(thread.add(TestWorld::main, other.pid, other.tid), ok);
  EXPECT_EQ(thread.add(TestWorld::main, Pid{40}), ok);
}

TEST(RegistrationChoices, ADuplicate) {
  TestWorld keep{with(choice::additional_process_duplicate, AdditionalProcessDuplicate::keep_first)};
  keep.add(TestWorld::main, Pid{40}, Tid{4});
  EXPECT_EQ(keep.add(TestWorld::main, Pid{40}, Tid{8}), ok);
  EXPECT_EQ(keep.process(TestWorld::main)->block->processes.first()->thread, Tid{4});

  TestWorld second{with(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry)};
  for (std::uint32_t tid = 1; tid <= 4; ++tid) EXPECT_EQ(second.add(TestWorld::main, Pid{40}, Tid{tid}), ok);
  EXPECT_EQ(second.add(TestWorld::main, Pid{40}), full);
  EXPECT_EQ(second.remove(TestWorld::main, Pid{40}), ok);
  EXPECT_EQ(second.process(TestWorld::main)->block->processes.first()->thread, Tid{2});
}

TEST(RegistrationChoices, TheBudgetOfEntries) {
  using enum AdditionalProcessEntryBudget;
  const auto answers = [](AdditionalProcessEntryBudget option, std::uint32_t entries) {
    TestWorld world{WorldSpec{.limits = {.entries = entries}}, with(choice::additional_process_entry_budget, option)};
    const Result first = world.add(TestWorld::main, Pid{40});
    return std::pair{first, world.add(TestWorld::main, Pid{44})};
  };
  EXPECT_EQ(answers(gate_only, 0), (std::pair{full, full}));
  EXPECT_EQ(answers(gate_only, 1), (std::pair{ok, ok}));
  EXPECT_EQ(answers(counts, 1), (std::pair{ok, full}));
  EXPECT_EQ(answers(independent, 0), (std::pair{ok, ok}));
}

TEST(RegistrationChoices, ArgumentAgainstState) {
  for (const bool state_first : {false, true}) {
    const auto order = state_first ? ArgumentVsStateOrder::state_first : ArgumentVsStateOrder::arguments_first;
    TestWorld world{with(choice::argument_vs_state_order, order)
                        .with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register)};
    EXPECT_EQ(world.remove(TestWorld::main, Pid{0}), bad_argument);
    enter_recovery(world, TestWorld::main);
    EXPECT_EQ(world.add(TestWorld::main, Pid{0}), state_first ? bad_state : bad_argument);
    EXPECT_EQ(world.remove(TestWorld::main, Pid{0}), state_first ? bad_state : bad_argument);
    EXPECT_EQ(world.set_recovery(TestWorld::main, 300001), state_first ? failed : bad_argument);
    EXPECT_EQ(world.add(TestWorld::main, Pid{40}), bad_state);
    EXPECT_EQ(world.remove(TestWorld::main, Pid{40}), bad_state);
  }
}

TEST(RegistrationChoices, CallsWhileCrashed) {
  for (const auto option : {CallsWhileCrashed::as_running, CallsWhileCrashed::invalid_state}) {
    TestWorld world{with(choice::calls_while_crashed, option)};
    world.set_flags(TestWorld::main, 0x4);
    world.crash(TestWorld::main);
    const Result answer = option == CallsWhileCrashed::as_running ? ok : bad_state;
    EXPECT_EQ(world.add(TestWorld::main, Pid{40}), answer);
    EXPECT_EQ(world.remove(TestWorld::main, Pid{40}), answer);
    EXPECT_EQ(world.set_recovery(TestWorld::main), ok);
    const Answer progress = world.in_progress(TestWorld::main);
    EXPECT_EQ(progress.result, failed);
    EXPECT_EQ(progress.written, 1U);
    EXPECT_EQ(progress.out[0], 0U);
    EXPECT_EQ(world.exit(TestWorld::main, 3), no_return);
  }
}

TEST_F(RegistrationTest, RecoveryIsReplacedAsAWholeAndPingZeroMeansTheDefault) {
  EXPECT_EQ(set_recovery(main, 250), ok);
  EXPECT_EQ(process(main)->block->recovery.ping_ms, 250U);
  EXPECT_EQ(set_recovery(main, 0, 0, 0x2000), ok);
  EXPECT_EQ(process(main)->block->recovery.ping_ms, 5000U);
  EXPECT_EQ(process(main)->block->recovery.callback, Address{0x2000});
  EXPECT_EQ(set_recovery(main, 300000), ok);
  EXPECT_EQ(set_recovery(main, 300001), bad_argument);
  EXPECT_EQ(set_recovery(main, 0, 0, 0), bad_argument);
  EXPECT_EQ(set_recovery(main, 0, 1), bad_argument);
  EXPECT_EQ(process(main)->block->recovery.ping_ms, 300000U);
}

TEST_F(RegistrationTest, AFailingRecoveryApiChangesNothingAndCountsOnlyWhatGotThatFar) {
  result(to(main, FailRecoveryApi{.n = Countdown{2}}));
  EXPECT_EQ(set_recovery(main, 250), ok);
  EXPECT_EQ(set_recovery(main, 300001), bad_argument);
  EXPECT_EQ(set_recovery(main, 500), failed);
  EXPECT_EQ(process(main)->block->recovery.ping_ms, 250U);
  EXPECT_EQ(set_recovery(main, 500), ok);
}

TEST(RegistrationChoices, RecoveryRegistrationDuringRecovery) {
  using enum ArrRegistrationInRecovery;
  for (const auto& [option, answer] : {std::pair{internal_error, failed}, {invalid_state, bad_state}, {allowed, ok}}) {
    TestWorld world{with(choice::arr_registration_in_recovery, option)};
    enter_recovery(world, TestWorld::main);
    world.result(TestWorld::to(TestWorld::main, FailRecoveryApi{.n = Countdown{2}}));
    EXPECT_EQ(world.set_recovery(TestWorld::main, 250), answer);
    EXPECT_EQ(world.process(TestWorld::main)->recovery_faults.left(0), option == allowed ? 1U : 2U);
    EXPECT_EQ(world.process(TestWorld::main)->failing.ping, 5000U);
  }
}

TEST(RegistrationChoices, UndefinedRecoveryFlags) {
  TestWorld world{with(choice::undefined_flag_bits, UndefinedFlagBits::accept)};
  EXPECT_EQ(world.set_recovery(TestWorld::main, 0, 0x80), ok);
  EXPECT_EQ(world.process(TestWorld::main)->block->recovery.flags, 0x80U);
}

TEST_F(RegistrationTest, ExitingDestroysStorageAndHeap) {
  const Made child = create();
  add(child.key, Pid{40});
  set_recovery(child.key);
  result(to(child.key, SetHeapCapacity{.n = {1}}));
  result(to(child.key, FailAllocation{.n = Countdown{9}}));
  result(to(child.key, FailRecoveryApi{.n = Countdown{9}}));
  exit(child.key);
  EXPECT_EQ(process(child.key)->block, nullptr);
  EXPECT_EQ(process(child.key)->heap.capacity(), std::nullopt);
  EXPECT_EQ(process(child.key)->heap.countdowns().size(), 0U);
  EXPECT_EQ(process(child.key)->recovery_faults.size(), 0U);
}

}  // namespace
}  // namespace procreg::impl
