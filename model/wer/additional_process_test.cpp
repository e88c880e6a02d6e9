#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

WerRegisterAdditionalProcess registers(std::uint32_t process, std::uint32_t thread = 0,
                                       ProcessKey caller = main_process) {
  return {.by = by(caller), .processId = pid(process), .captureExtraInfoForThreadId = tid(thread)};
}
WerUnregisterAdditionalProcess unregisters(std::uint32_t process, ProcessKey caller = main_process) {
  return {.by = by(caller), .processId = pid(process)};
}

const Before full = after({registers(40), registers(44, 12), registers(48), registers(52, 36)});
const Before one = after({registers(40)});
void registered_and_recovering(Scene& scene) {
  scene.must(registers(40));
  scene.recovers();
}
void full_and_exhausted(Scene& scene) {
  full(scene);
  scene.must(SetHeapCapacity{.process = on(main_process), .n = {0}});
}
void next_allocation_fails(Scene& scene) { scene.must(FailAllocation{.process = on(main_process), .n = Countdown{1}}); }

const Profile documented = documented_profile();
const Profile no_self = documented.with(choice::additional_process_self, AdditionalProcessSelf::reject);
const Profile must_exist = documented.with(choice::additional_process_target, AdditionalProcessTarget::must_exist);
const Profile must_belong = documented.with(choice::additional_process_thread, AdditionalProcessThread::must_belong);
const Profile state_first = documented.with(choice::argument_vs_state_order, ArgumentVsStateOrder::state_first);
const Profile keep_first =
    documented.with(choice::additional_process_duplicate, AdditionalProcessDuplicate::keep_first);
const Profile second_entry =
    documented.with(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry);
const Profile counts = documented.with(choice::additional_process_entry_budget, AdditionalProcessEntryBudget::counts);
const Profile independent =
    documented.with(choice::additional_process_entry_budget, AdditionalProcessEntryBudget::independent);
const Profile not_while_crashed = documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state);
const Profile as_register = documented.with(choice::unregister_invalid_key, UnregisterInvalidKey::as_register);

TEST(WerRegisterAdditionalProcess, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"WER-AP-02", nothing,               registers(0, 28),        E_INVALIDARG},
      {"WER-AP-02", full,                  registers(0, 28),        E_INVALIDARG},
      {"WER-AP-02", recovering,            registers(0),            E_INVALIDARG},
      {"WER-AP-05", nothing,               registers(1000),         E_INVALIDARG, no_self},
      {"WER-AP-06", nothing,               registers(40),           E_INVALIDARG, must_exist},
      {"WER-AP-07", nothing,               registers(1000, 4),      E_INVALIDARG, must_belong},
      {"WER-AP-07", nothing,               registers(40, 0x10000),  E_INVALIDARG, must_belong},
      {"WER-AP-08", recovering,            registers(0),            WER_E_INVALID_STATE, state_first},
      {"WER-AP-08", recovering,            registers(40),           WER_E_INVALID_STATE},
      {"WER-AP-09", full,                  registers(44, 28),       S_OK},
      {"WER-AP-09", full,                  registers(44, 28),       S_OK, keep_first},
      {"WER-AP-11", full,                  registers(60),           WER_E_INSUFFICIENT_BUFFER},
      {"WER-AP-11", full,                  registers(44),           WER_E_INSUFFICIENT_BUFFER, second_entry},
      {"WER-AP-11", full_and_exhausted,    registers(60),           WER_E_INSUFFICIENT_BUFFER},
      {"WER-AP-13", nothing,               registers(40),           WER_E_INSUFFICIENT_BUFFER, documented, limited({.entries = 0})},
      {"WER-AP-13", one,                   registers(44),           WER_E_INSUFFICIENT_BUFFER, counts, limited({.entries = 1})},
      {"WER-AP-15", exhausted,             registers(40),           E_OUTOFMEMORY},
      {"WER-AP-15", next_allocation_fails, registers(40),           E_OUTOFMEMORY},
      {"WER-ALL-46", crashed_with_calls,   registers(40),           WER_E_INVALID_STATE, not_while_crashed},
      {"WER-AP-17", crashed_with_calls,    registers(40),           S_OK},
      {"WER-AP-17", nothing,               registers(40),           S_OK},
      {"WER-AP-17", nothing,               registers(1000, 0x10000), S_OK, must_belong},
      {"WER-AP-17", one,                   registers(44),           S_OK, documented, limited({.entries = 1})},
      {"WER-AP-17", nothing,               registers(40),           S_OK, independent, limited({.entries = 0})},
      {"WER-AP-17", one,                   registers(40),           S_OK, second_entry},
  });
  // clang-format on
}

TEST(WerUnregisterAdditionalProcess, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"WER-AP-32", nothing,                   unregisters(40), WER_E_NOT_FOUND},
      {"WER-AP-32", nothing,                   unregisters(0),  WER_E_NOT_FOUND},
      {"WER-AP-33", nothing,                   unregisters(0),  E_INVALIDARG, as_register},
      {"WER-AP-34", recovering,                unregisters(40), WER_E_INVALID_STATE},
      {"WER-AP-34", registered_and_recovering, unregisters(40), WER_E_INVALID_STATE},
      {"WER-AP-35", one,                       unregisters(40), S_OK},
  });
  // clang-format on
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> listed(const Process& process) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
  for (const auto& entry : process.wer.processes) list.emplace_back(number(entry.processId), number(entry.threadId));
  return list;
}
using List = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

TEST(WerRegisterAdditionalProcess, ReplacesTheThreadInPlace) {
  Scene scene;
  full(scene);
  scene.must(registers(44, 28));
  EXPECT_EQ(listed(*scene.main()), (List{{40, 0}, {44, 28}, {48, 0}, {52, 36}}));
}

TEST(WerRegisterAdditionalProcess, KeepsTheFirstEntryWhenTheProfileSaysSo) {
  Scene scene{keep_first};
  full(scene);
  scene.must(registers(44, 28));
  EXPECT_EQ(listed(*scene.main()), (List{{40, 0}, {44, 12}, {48, 0}, {52, 36}}));
}

TEST(WerUnregisterAdditionalProcess, RemovesTheOldestOfSeveral) {
  Scene scene{second_entry};
  after({registers(40, 4), registers(44), registers(40, 8)})(scene);
  scene.must(unregisters(40));
  EXPECT_EQ(listed(*scene.main()), (List{{44, 0}, {40, 8}}));
}

TEST(WerUnregisterAdditionalProcess, FreesAPlaceInTheTableAndInTheHeap) {
  Scene scene;
  scene.must(SetHeapCapacity{.process = on(main_process), .n = {4}});
  full(scene);
  scene.must(unregisters(40));
  scene.must(registers(40));
  EXPECT_EQ(listed(*scene.main()), (List{{44, 12}, {48, 0}, {52, 36}, {40, 0}}));
  EXPECT_EQ(scene.main()->wer.alive, 4U);
}

TEST(WerRegisterAdditionalProcess, MakesOneAttemptWhenItReachesTheHeapAndNoneBefore) {
  Scene scene;
  after({registers(40), FailAllocation{.process = on(main_process), .n = Countdown{2}}})(scene);
  EXPECT_EQ(scene.does(registers(0)), E_INVALIDARG);
  EXPECT_EQ(scene.does(registers(40, 8)), S_OK);
  EXPECT_EQ(scene.main()->heap.countdowns, (Countdowns{2}));
  EXPECT_EQ(scene.does(registers(44)), S_OK);
  EXPECT_EQ(scene.does(registers(48)), E_OUTOFMEMORY);
  EXPECT_TRUE(scene.main()->heap.countdowns.empty());
  EXPECT_EQ(scene.does(registers(48)), S_OK);
}

TEST(WerRegisterAdditionalProcess, RemembersWhichProcessHadThePid) {
  Scene scene;
  scene.child();
  scene.must(registers(1004));
  scene.must(registers(2000));
  EXPECT_EQ(scene.main()->wer.processes[0].incarnation, ObjectId{2});
  EXPECT_EQ(scene.main()->wer.processes[1].incarnation, no_object);
}

}  // namespace
}  // namespace procreg::model
