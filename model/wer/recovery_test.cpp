#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;

RegisterApplicationRecoveryCallback registers(std::uint64_t callback, std::uint32_t ping = 0, std::uint32_t flags = 0) {
  return {.by = by(main_process),
          .pRecoveyCallback = Address{callback},
          .pvParameter = Address{0x99},
          .dwPingInterval = Ping{ping},
          .dwFlags = Dword{flags}};
}
const UnregisterApplicationRecoveryCallback unregisters{.by = by(main_process)};
GetApplicationRecoveryCallback gets(HandleValue process = current_process) {
  return {.by = by(main_process), .hProcess = handle(process)};
}
const GetApplicationRecoveryCallback gets_without_callback{
    .by = by(main_process), .hProcess = handle(current_process), .pRecoveryCallback = {false}};
const GetApplicationRecoveryCallback gets_without_parameter{
    .by = by(main_process), .hProcess = handle(current_process), .ppvParameter = {false}};
const ApplicationRecoveryInProgress in_progress{.by = by(main_process)};
const ApplicationRecoveryInProgress in_progress_null{.by = by(main_process), .pbCancelled = {false}};
const ApplicationRecoveryFinished finished{.by = by(main_process), .bSuccess = Bool{1}};

const Before internal_error = after({FailRecoveryApi{.process = on(main_process), .n = Countdown{1}}});

const Before registered_and_gone = after({registers(1, 250), unregisters});

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();
const Profile refused = documented.with(choice::arr_registration_in_recovery, ArrRegistrationInRecovery::invalid_state);
const Profile allowed = documented.with(choice::arr_registration_in_recovery, ArrRegistrationInRecovery::allowed);
const Profile state_first = documented.with(choice::argument_vs_state_order, ArgumentVsStateOrder::state_first);

TEST(Recovery, IsDecidedByEachOfItsClauses) {
  // clang-format off
  expect_rows({
      {"WER-REC-01", nothing,        registers(0, 300001, 1), E_INVALIDARG},
      {"WER-REC-01", recovering,     registers(0),            E_INVALIDARG},
      {"WER-REC-02", nothing,        registers(1, 300001, 1), E_INVALIDARG},
      {"WER-REC-03", nothing,        registers(1, 300000, 1), E_INVALIDARG},
      {"WER-ALL-50", recovering,     registers(0),            E_FAIL, state_first},
      {"WER-ALL-50", recovering,     registers(1),            E_FAIL},
      {"WER-ALL-50", recovering,     registers(1),            WER_E_INVALID_STATE, refused},
      {"WER-REC-29", internal_error, registers(1),            E_FAIL},
      {"WER-REC-29", nothing,        FailRecoveryApi{.process = on(main_process), .n = Countdown{1}}, procreg::applied},
      {"WER-REC-04", nothing,        registers(1, 300000),    S_OK},
      {"WER-REC-04", nothing,        registers(1, 0, 1),      S_OK, windows11},
      {"WER-REC-04", recovering,     registers(1),            S_OK, allowed},
      {"WER-ALL-50", recovering,     unregisters,             E_FAIL},
      {"WER-ALL-50", recovering,     unregisters,             WER_E_INVALID_STATE, refused},
      {"WER-REC-29", internal_error, unregisters,             E_FAIL},
      {"WER-REC-05", nothing,        unregisters,             S_OK},
      {"WER-REC-05", registered_and_gone, unregisters,        S_OK},
      {"WER-REC-05", recovering,     unregisters,             S_OK, allowed},
      {"WER-REC-05", crashed_with_calls, unregisters,         S_OK},
      {"WER-REC-04", crashed_with_calls, registers(1),        S_OK},
      {"WER-REC-06", nothing,        gets(null_handle),       E_INVALIDARG},
      {"WER-REC-06", nothing,        gets_without_callback,   E_INVALIDARG},
      {"WER-REC-06", nothing,        gets_without_parameter,  E_INVALIDARG},
      {"WER-FLAG-05", nothing,       gets(HandleValue{64}),   HR_INVALID_HANDLE},
      {"WER-REC-07", nothing,        gets(),                  S_FALSE},
      {"WER-REC-07", nothing,        gets(),                  WER_E_NOT_FOUND, windows11},
      {"WER-REC-08", registered_and_gone, gets(),             S_FALSE},
      {"WER-REC-08", registered_and_gone, gets(),             S_OK, windows11},
      {"WER-REC-09", recovering,     gets(),                  S_OK},
      {"WER-REC-11", crashed_with_calls, in_progress,         E_FAIL},
      {"WER-REC-13", crashed_with_calls, finished,            no_return},
      {"WER-REC-10", nothing,        in_progress_null,        E_INVALIDARG},
      {"WER-REC-10", recovering,     in_progress_null,        E_INVALIDARG},
      {"WER-REC-11", nothing,        in_progress,             E_FAIL},
      {"WER-REC-12", recovering,     in_progress,             S_OK},
      {"WER-REC-13", nothing,        finished,                no_return},
      {"WER-REC-13", nothing,        finished,                returned, windows11},
      {"WER-ALL-38", recovering,     finished,                no_return},
  });
  // clang-format on
}

TEST(Recovery, IsReplacedAsAWhole) {
  Scene scene;
  scene.must(registers(1, 250));
  scene.must(registers(2, 0));
  EXPECT_EQ(scene.main()->wer.recovery, (Recovery{Address{2}, Address{0x99}, 5000, 0}));
  EXPECT_TRUE(scene.main()->wer.storage_exists);
  EXPECT_TRUE(scene.main()->wer.recovery_ever);
}

TEST(Recovery, CountsOnlyCallsThatPassArgumentsAndState) {
  Scene scene;
  internal_error(scene);
  EXPECT_EQ(scene.does(registers(0)), E_INVALIDARG);
  EXPECT_EQ(scene.does(registers(1)), E_FAIL);
  EXPECT_EQ(scene.does(registers(1)), S_OK);
}

TEST(Recovery, LivesFromPingToPing) {
  Scene scene;
  scene.recovers(main_process, 2500);
  scene.advance(2500);
  EXPECT_EQ(scene.must(in_progress).out[0], 0U);
  scene.must(UserCancel{.process = on(main_process)});
  scene.advance(2000);
  EXPECT_EQ(scene.must(in_progress).out[0], 1U);
  scene.advance(2500);
  EXPECT_EQ(scene.main()->core.state, ProcessState::InRecovery);
  scene.advance(1);
  EXPECT_EQ(scene.main(), nullptr);
  EXPECT_EQ(scene.state().reports[0].recovery->outcome, RecoveryOutcome::timed_out);
  EXPECT_TRUE(scene.state().reports[0].recovery->cancelled);
}

using Words = OutWords;

TEST(Recovery, IsReadBackInTheUnitOfTheProfile) {
  for (const Profile& profile : {documented, windows11}) {
    Scene scene{profile};
    scene.must(registers(0x40, 250));
    const Answer answer = scene.must(gets());
    EXPECT_EQ(answer.written, 0xFU);
    EXPECT_EQ(answer.out, (Words{0x40, 0x99, profile.option == windows11.option ? 250U : 2500000U, 0}));
  }
}

TEST(Recovery, WritesOnlyThroughThePointersThatAreGiven) {
  Scene scene{windows11};
  scene.must(registers(0x40, 300000, 7));
  GetApplicationRecoveryCallback call = gets();
  call.pdwPingInterval = {false};
  EXPECT_EQ(scene.must(call).written, 0xBU);
  EXPECT_EQ(scene.must(call).out, (Words{0x40, 0x99, 0, 7}));
}

TEST(Recovery, ReadsNullOnceItIsGoneWhereTheProfileSaysSo) {
  Scene scene{windows11};
  registered_and_gone(scene);
  const Answer answer = scene.must(gets());
  EXPECT_EQ(answer.written, 0xFU);
  EXPECT_EQ(answer.out, (Words{}));
}

TEST(Recovery, StaysUnwrittenWhereNoneIsRegistered) {
  Scene scene;
  EXPECT_EQ(scene.perform(gets()).answer.written, 0U);
  EXPECT_FALSE(scene.main()->wer.storage_exists);
  registered_and_gone(scene);
  EXPECT_EQ(scene.perform(gets()).answer.written, 0U);
}

TEST(Recovery, IsReadFromTheProcessThatTheHandleNames) {
  Scene scene;
  const ProcessKey child = scene.child();
  scene.registers_recovery(child, 7);
  const Answer answer = scene.must(gets(HandleValue{4}));
  EXPECT_EQ(answer.out, (Words{0x40, 0, 70000, 0}));
  EXPECT_FALSE(scene.main()->wer.storage_exists);
}

TEST(Recovery, IsForgottenByUnregisteringButNotThatItWas) {
  Scene scene;
  EXPECT_FALSE(scene.perform(unregisters).changed);
  EXPECT_FALSE(scene.main()->wer.storage_exists);
  registered_and_gone(scene);
  EXPECT_EQ(scene.main()->wer.recovery, std::nullopt);
  EXPECT_TRUE(scene.main()->wer.recovery_ever);
  EXPECT_TRUE(scene.main()->wer.storage_exists);
}

TEST(Recovery, SaysNotCancelledOutsideRecovery) {
  Scene scene;
  const Answer answer = scene.perform(in_progress).answer;
  EXPECT_EQ(answer.written, 1U);
  EXPECT_EQ(answer.out[0], 0U);
}

}  // namespace
}  // namespace procreg::model
