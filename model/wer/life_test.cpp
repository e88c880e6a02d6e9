#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;
using enum ProcessState;

const Target main_target = on(main_process);
constexpr std::uint64_t forever = ~std::uint64_t{0};

void running(Scene&) {}
void unanswered(Scene& scene) { scene.must(StopAnswering{.process = main_target}); }
void hung(Scene& scene) { scene.hangs(); }
void crashed(Scene& scene) { scene.crashes(); }
void crashed_with_recovery(Scene& scene) {
  scene.registers_recovery();
  scene.crashes();
}
void debugged(Scene& scene) {
  scene.crashes();
  scene.must(UserChoice{.process = main_target, .action = UserAction::debug});
}
void returned_from_callback(Scene& scene) {
  scene.recovers();
  scene.must(CallbackReturns{.process = main_target});
}
void exited(Scene& scene) { scene.must(ExitProcess{.by = by(main_process)}); }

const StopAnswering stop{.process = main_target};
const Answering answer{.process = main_target};
const CloseHung close_hung{.process = main_target};
const Crash crash{.process = main_target};
const Crash crash_elsewhere{.process = main_target, .thread = {tid(4)}};
const UserChoice check{.process = main_target, .action = UserAction::check};
const UserChoice debug{.process = main_target, .action = UserAction::debug};
const UserCancel cancel{.process = main_target};
const CallbackReturns callback_returns{.process = main_target};
const CreateThread create_thread{.process = main_target};
const CreateThread create_known_thread{.process = main_target, .tid = {Tid{0x10000}}};
const ExitThread exit_thread{.process = main_target, .thread = tid(0x10000)};
const ExitThread exit_no_thread{.process = main_target, .thread = tid(4)};
const ExitProcess exit_process{.by = by(main_process), .uExitCode = Dword{7}};
const WerUnregisterAdditionalProcess any_call{.by = by(main_process), .processId = pid(40)};

TEST(ALife, MovesByTheClauseOfItsStateAndEvent) {
  // clang-format off
  expect_rows({
      {"WER-ALL-23", running,                AdvanceTime{.ms = Duration{5}},       applied},
      {"WER-ALL-23", [](Scene& scene) { scene.advance(1); }, AdvanceTime{.ms = Duration{forever}}, not_applicable},
      {"WER-ALL-28", running,                stop,             applied},
      {"WER-ALL-44", unanswered,             answer,           applied},
      {"WER-ALL-29", hung,                   answer,           applied},
      {"WER-ALL-30", running,                crash,            applied},
      {"WER-ALL-30", hung,                   crash,            applied},
      {"WER-ALL-31", hung,                   close_hung,       applied},
      {"WER-ALL-32", crashed_with_recovery,  check,            applied},
      {"WER-ALL-33", crashed,                check,            applied},
      {"WER-ALL-34", crashed,                debug,            applied},
      {"WER-ALL-35", recovering,             cancel,           applied},
      {"WER-ALL-40", recovering,             callback_returns, applied},
      {"WER-ALL-41", recovering,             crash,            applied},
      {"WER-ALL-42", recovering,             exit_process,     no_return},
      {"WER-ALL-43", running,                exit_process,     no_return},
      {"WER-ALL-43", hung,                   exit_process,     no_return},
      {"WER-ALL-43", crashed_with_calls,     exit_process,     no_return},
      {"WER-AP-32",  crashed_with_calls,     any_call,         WER_E_NOT_FOUND},
      {"WER-ALL-45", running,                create_thread,    applied},
      {"WER-ALL-45", hung,                   create_thread,    applied},
      {"WER-ALL-45", running,                exit_thread,      applied},
      {"OBJ-PROC-18", running,               create_known_thread, not_applicable},
      {"WER-ALL-58", crashed,                any_call,         not_runnable},
      {"WER-ALL-58", returned_from_callback, any_call,         not_runnable},
      {"WER-ALL-58", exited,                 any_call,         not_runnable},
  });
  // clang-format on
}

TEST(ALife, RefusesEventsThatAreNotListedForItsState) {
  // clang-format off
  expect_rows({
      {"WER-ALL-44", running,                answer,           not_applicable},
      {"WER-ALL-44", running,                close_hung,       not_applicable},
      {"WER-ALL-44", running,                check,            not_applicable},
      {"WER-ALL-44", running,                cancel,           not_applicable},
      {"WER-ALL-44", running,                callback_returns, not_applicable},
      {"WER-ALL-44", running,                crash_elsewhere,  not_applicable},
      {"WER-ALL-44", running,                exit_no_thread,   not_applicable},
      {"WER-ALL-44", unanswered,             stop,             not_applicable},
      {"WER-ALL-44", hung,                   stop,             not_applicable},
      {"WER-ALL-44", crashed,                crash,            not_applicable},
      {"WER-ALL-44", crashed,                create_thread,    not_applicable},
      {"WER-ALL-44", crashed,                exit_thread,      not_applicable},
      {"WER-ALL-44", debugged,               check,            not_applicable},
      {"WER-ALL-44", recovering,             create_thread,    not_applicable},
      {"WER-ALL-44", returned_from_callback, callback_returns, not_applicable},
      {"WER-ALL-44", exited,                 crash,            not_applicable},
      {"WER-ALL-44", exited,                 FailAllocation{.process = main_target, .n = Countdown{1}}, not_applicable},
  });
  // clang-format on
}

TEST(Time, KeepsADeadlineAtItsMillisecondAndMissesItAtTheNext) {
  Scene scene;
  unanswered(scene);
  scene.advance(5000);
  EXPECT_EQ(scene.main()->core.state, Running);
  scene.advance(1);
  EXPECT_EQ(scene.main()->core.state, Hung);
  EXPECT_EQ(scene.main()->core.failure_time, 5001U);
}

TEST(Time, StampsEveryTimerThatOneStepPasses) {
  Scene scene;
  const ProcessKey other = scene.child();
  unanswered(scene);
  scene.advance(10);
  scene.must(StopAnswering{.process = on(other)});
  scene.advance(100000);
  EXPECT_EQ(scene.main()->core.failure_time, 5001U);
  EXPECT_EQ(scene.process(other)->core.failure_time, 5011U);
  EXPECT_EQ(scene.state().now, 100010U);
}

TEST(Time, NeverReachesATimerPastTheEndOfTheClock) {
  Scene scene;
  scene.advance(forever - 5000);
  unanswered(scene);
  EXPECT_EQ(scene.main()->core.answer_due, forever);
  scene.advance(5000);
  EXPECT_EQ(scene.main()->core.state, Running);
}

TEST(AHungProcess, RemembersWhatWasRegisteredInTime) {
  Scene scene;
  scene.registers_recovery();
  scene.hangs();
  EXPECT_TRUE(scene.main()->core.recovery_in_time);
  scene.must(answer);
  EXPECT_FALSE(scene.main()->core.recovery_in_time);
  EXPECT_EQ(scene.main()->core.failure_time, std::nullopt);
}

TEST(AHungProcess, IsNotRecoveredByALateRegistrationUnlessHonoured) {
  for (const auto option : {LateRegistration::ignored, LateRegistration::honoured}) {
    Scene scene{documented_profile().with(choice::late_registration, option)};
    scene.hangs();
    scene.registers_recovery();
    scene.must(close_hung);
    scene.must(check);
    EXPECT_EQ(scene.main() != nullptr, option == LateRegistration::honoured);
  }
}

TEST(AnExit, LeavesOnlyTheObjectWhileAHandleIsOpen) {
  Scene scene;
  const ProcessKey child = scene.child({.threads = {2}});
  scene.registers_recovery(child);
  scene.must(SetHeapCapacity{.process = on(child), .n = {3}});
  scene.must(NewObject{.by = by(child), .type = ObjectType::Event});
  scene.must(ExitProcess{.by = by(child), .uExitCode = Dword{9}});
  Process expected;
  expected.birth = scene.process(child)->birth;
  expected.core.state = Exited;
  expected.core.exit_code = 9;
  EXPECT_TRUE(*scene.process(child) == expected);
  EXPECT_EQ(scene.machine().objects.size(),
            2U);  // the threads of main and, held by its handle, the first one of the child
}

TEST(AnExit, HasTheCodeOfItsCause) {
  const auto code = [](const std::function<void(Scene&, ProcessKey)>& fail) {
    Scene scene;
    const ProcessKey child = scene.child();
    fail(scene, child);
    return scene.process(child)->core.exit_code;
  };
  const auto after_hang = [](Scene& scene, ProcessKey child) {
    scene.hangs(child);
    scene.must(CloseHung{.process = on(child)});
    scene.must(UserChoice{.process = on(child)});
  };
  const auto timed_out = [](Scene& scene, ProcessKey child) {
    scene.recovers(child, 100);
    scene.advance(101);
  };
  const auto finished = [](Scene& scene, ProcessKey child) {
    scene.recovers(child);
    scene.must(ApplicationRecoveryFinished{.by = by(child)});
  };
  const auto last_thread = [](Scene& scene, ProcessKey child) {
    scene.must(ExitThread{.process = on(child), .thread = tid(0x10004)});
  };
  EXPECT_EQ(code(after_hang), hang_exit_code);
  EXPECT_EQ(code(timed_out), crash_exit_code);
  EXPECT_EQ(code(finished), 0U);
  EXPECT_EQ(code(last_thread), 0U);
}

TEST(ACallbackThatReturns, EndsTheRecoveryAsTheProfileSays) {
  Scene scene{documented_profile().with(choice::callback_return, CallbackReturn::finished_false)};
  scene.recovers();
  scene.must(callback_returns);
  EXPECT_EQ(scene.main(), nullptr);
  EXPECT_EQ(scene.state().reports[0].recovery->outcome, RecoveryOutcome::finished_false);
}

}  // namespace
}  // namespace procreg::model
