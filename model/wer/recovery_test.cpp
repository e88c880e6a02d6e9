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
const ApplicationRecoveryInProgress in_progress{.by = by(main_process)};
const ApplicationRecoveryInProgress in_progress_null{.by = by(main_process), .pbCancelled = {false}};
const ApplicationRecoveryFinished finished{.by = by(main_process), .bSuccess = Bool{1}};

void recovering(Scene& scene) { scene.recovers(); }
const Before internal_error = after({FailRecoveryApi{.process = on(main_process), .n = Countdown{1}}});

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
  EXPECT_EQ(scene.state().reports[0].head.outcome, RecoveryOutcome::timed_out);
  EXPECT_TRUE(scene.state().reports[0].head.cancelled);
}

TEST(Recovery, SaysNotCancelledOutsideRecovery) {
  Scene scene;
  const Answer answer = scene.perform(in_progress).answer;
  EXPECT_EQ(answer.written, 1U);
  EXPECT_EQ(answer.out[0], 0U);
}

}  // namespace
}  // namespace procreg::model
