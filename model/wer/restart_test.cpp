#include "model/scene_test.h"

namespace procreg::model {
namespace {

using enum Hresult;
using Get = GetApplicationRestartSettings;

struct Texts {
  Tables tables{};
  TextRef line{tables.text(u"/again")};
  TextRef of_1023{tables.text(std::u16string(1023, u'r'))};
  TextRef of_1024{tables.text(std::u16string(1024, u'r'))};
  TextRef of_1025{tables.text(std::u16string(1025, u'r'))};
};
const Texts texts;

RegisterApplicationRestart registers(TextIn line, std::uint32_t flags = 0, ProcessKey key = main_process) {
  return {.by = by(key), .pwzCommandline = line, .dwFlags = Dword{flags}};
}
RegisterApplicationRestart registers(TextRef line, std::uint32_t flags = 0) { return registers(text_in(line), flags); }
constexpr UnregisterApplicationRestart unregisters{.by = by(main_process)};
Get get(std::optional<std::uint32_t> size, bool buffer = true) {
  return {.by = by(main_process), .hProcess = handle(current_process), .pwzCommandline = {buffer}, .pcchSize = {size}};
}

const Profile documented = documented_profile();
const Profile windows11 = windows11_profile();
Profile in_recovery(ArrRegistrationInRecovery option) {
  return documented.with(choice::arr_registration_in_recovery, option);
}
void fails_next(Scene& scene) { scene.must(FailRecoveryApi{.process = on(main_process), .n = Countdown{1}}); }

void expect_restart_rows(std::vector<Row> rows) {
  for (Row& row : rows) row.tables = texts.tables;
  expect_rows(rows);
}

TEST(RestartCalls, AreDecidedByTheirClauses) {
  const Before one = after({registers(texts.line)});
  Get null_process = get(100);
  null_process.hProcess = handle(null_handle);
  Get no_process = get(100);
  no_process.hProcess = handle(0x40);
  expect_restart_rows({
      {"WER-REC-14", nothing, registers(texts.of_1025, 0x10), E_INVALIDARG},
      {"WER-REC-14", nothing, registers(texts.of_1024), E_INVALIDARG, windows11},
      {"WER-REC-15", fails_next, registers(texts.line, 0x10), E_INVALIDARG},
      {"WER-REC-16", nothing, registers(texts.line, 0x10), S_OK, windows11},
      {"WER-REC-16", nothing, registers(texts.of_1024, 0xF), S_OK},
      {"WER-REC-16", nothing, registers(texts.of_1023), S_OK, windows11},
      {"WER-REC-16", nothing, registers(null_text), S_OK},
      {"WER-REC-16", recovering, registers(texts.line), S_OK},
      {"WER-REC-16", crashed_with_calls, registers(texts.line), S_OK,
       documented.with(choice::calls_while_crashed, CallsWhileCrashed::invalid_state)},
      {"WER-REC-29", fails_next, registers(texts.line), E_FAIL},
      {"WER-REC-18", one, unregisters, S_OK},
      {"WER-REC-18", nothing, unregisters, S_OK},
      {"WER-REC-18", recovering, unregisters, S_OK, in_recovery(ArrRegistrationInRecovery::allowed)},
      {"WER-ALL-50", recovering, unregisters, E_FAIL},
      {"WER-ALL-50", recovering, unregisters, WER_E_INVALID_STATE,
       in_recovery(ArrRegistrationInRecovery::invalid_state)},
      {"WER-REC-29", fails_next, unregisters, E_FAIL},
      {"WER-REC-19", one, null_process, E_INVALIDARG},
      {"WER-REC-19", one, get(std::nullopt), E_INVALIDARG},
      {"WER-REC-19", nothing, get(1, false), E_INVALIDARG},
      {"WER-FLAG-05", one, no_process, HR_INVALID_HANDLE},
      {"WER-REC-20", nothing, get(100), WER_E_NOT_FOUND},
      {"WER-REC-21", one, get(0, false), S_OK},
      {"WER-REC-21", one, get(0), WER_E_INSUFFICIENT_BUFFER},
      {"WER-REC-21", one, get(6), WER_E_INSUFFICIENT_BUFFER},
      {"WER-REC-21", one, get(7), S_OK},
  });
}

struct Outputs {
  std::uint32_t written{};
  std::array<std::uint64_t, 3> words{};
  friend bool operator==(const Outputs&, const Outputs&) = default;
};
Outputs outputs(Scene& scene, const Get& call) {
  const Answer& answer = scene.perform(call).answer;
  return {answer.written, {answer.out[0], answer.out[1], answer.out[2]}};
}

TEST(ARestartRegistration, IsReadAsFarAsTheBufferGoes) {
  Scene scene{documented, {}, texts.tables};
  scene.must(registers(texts.line, 5));
  EXPECT_EQ(outputs(scene, get(0, false)), (Outputs{0b110, {0, 7, 5}}));
  EXPECT_EQ(outputs(scene, get(0)), (Outputs{0b010, {0, 7, 0}}));
  EXPECT_EQ(outputs(scene, get(6)), (Outputs{0b011, {empty_text.index, 7, 0}}));
  EXPECT_EQ(outputs(scene, get(7)), (Outputs{0b111, {texts.line.index, 7, 5}}));
  Get without_flags = get(7);
  without_flags.pdwFlags = {false};
  EXPECT_EQ(outputs(scene, without_flags), (Outputs{0b011, {texts.line.index, 7, 0}}));
}

TEST(ARestartRegistration, OfNullOrAnEmptyLineIsReadWithSizeOne) {
  for (const TextIn line : {null_text, text_in(empty_text)}) {
    Scene scene{documented, {}, texts.tables};
    scene.must(registers(line));
    EXPECT_EQ(outputs(scene, get(1)), (Outputs{0b111, {empty_text.index, 1, 0}}));
  }
}

TEST(ARestartThatIsNotRegistered, HasNoSizeOrSizeZeroOnceStorageExists) {
  for (const Profile& profile : {documented, windows11}) {
    Scene scene{profile, {}, texts.tables};
    EXPECT_EQ(outputs(scene, get(5)), Outputs{});
    after({registers(texts.line), unregisters})(scene);
    EXPECT_EQ(outputs(scene, get(5)), (Outputs{profile == windows11 ? 0b010U : 0U, {}}));
  }
}

// --- WER restarts a process ---

constexpr ProcessKey second_process = process_key(2);
constexpr UserChoice close(bool restart = true) {
  return {.process = on(main_process), .action = UserAction::close, .restart = {restart}};
}
constexpr Crash crash{.process = on(main_process)};
AdvanceTime time(std::uint64_t ms) { return {.ms = Duration{ms}}; }

// Main after these steps; whether process 2 then runs.
bool restarts_after(const std::vector<Step>& steps, const Profile& profile = documented) {
  Scene scene{profile, {}, texts.tables};
  after(steps)(scene);
  EXPECT_EQ(scene.main(), nullptr);
  return scene.process(second_process) != nullptr;
}

TEST(WerRestartsAProcess, ThatLivedAMinuteAndRegisteredARestart) {
  EXPECT_TRUE(restarts_after({registers(texts.line), time(60000), crash, close()}));
  EXPECT_FALSE(restarts_after({registers(texts.line), time(59999), crash, time(1000), close()}));
  EXPECT_FALSE(restarts_after({time(60000), crash, close()}));
  EXPECT_FALSE(restarts_after({registers(texts.line), unregisters, time(60000), crash, close()}));
  EXPECT_FALSE(restarts_after({registers(texts.line), time(60000), crash, close(false)}));
}

TEST(WerRestartsAProcess, UnlessTheFlagsExcludeTheCause) {
  const std::vector<Step> hang{StopAnswering{.process = on(main_process)}, time(5001),
                               CloseHung{.process = on(main_process)}, close()};
  for (const std::uint32_t flags : {0U, 1U, 2U, 12U}) {
    EXPECT_EQ(restarts_after({registers(texts.line, flags), time(60000), crash, close()}), flags != 1);
    std::vector<Step> hangs{registers(texts.line, flags), time(60000)};
    hangs.insert(hangs.end(), hang.begin(), hang.end());
    EXPECT_EQ(restarts_after(hangs), flags != 2);
  }
}

TEST(WerRestartsAProcess, WhoseTimeAsHungDoesNotCount) {
  const auto hung_at = [](std::uint64_t stamp) {
    return std::vector<Step>{registers(texts.line),
                             time(stamp - 5001),
                             StopAnswering{.process = on(main_process)},
                             time(30000),
                             CloseHung{.process = on(main_process)},
                             close()};
  };
  EXPECT_FALSE(restarts_after(hung_at(59999)));
  EXPECT_TRUE(restarts_after(hung_at(60000)));
}

TEST(WerRestartsAProcess, ThatRegisteredTooLateUnderHonouredOnly) {
  const std::vector<Step> late{WerSetFlags{.by = by(main_process), .dwFlags = FaultFlags{4}}, time(60000), crash,
                               registers(texts.line), close()};
  EXPECT_FALSE(restarts_after(late));
  EXPECT_TRUE(restarts_after(late, documented.with(choice::late_registration, LateRegistration::honoured)));
}

TEST(WerRestartsAProcess, HoweverItsRecoveryEndedUnlessTheProfileSuppressesIt) {
  const RegisterApplicationRecoveryCallback recovery{
      .by = by(main_process), .pRecoveyCallback = Address{4}, .dwPingInterval = Ping{100}};
  const auto finished = [](bool success) {
    return Step{ApplicationRecoveryFinished{.by = by(main_process), .bSuccess = Bool{success}}};
  };
  const Profile suppress = documented.with(choice::restart_after_failed_recovery, RestartAfterFailedRecovery::suppress);
  for (const Step& end :
       {finished(false), Step{time(101)}, Step{crash}, Step{ExitProcess{.by = by(main_process), .uExitCode = Dword{7}}},
        Step{TerminateProcess{.by = by(main_process), .hProcess = handle(current_process)}}}) {
    const std::vector<Step> steps{recovery, registers(texts.line), time(60000), crash, close(), end};
    EXPECT_TRUE(restarts_after(steps));
    EXPECT_FALSE(restarts_after(steps, suppress));
  }
  EXPECT_TRUE(restarts_after({recovery, registers(texts.line), time(60000), crash, close(), finished(true)}, suppress));
  EXPECT_TRUE(restarts_after(
      {recovery, registers(texts.line), time(60000), crash, close(), CallbackReturns{.process = on(main_process)}},
      documented.with(choice::callback_return, CallbackReturn::finished_false)));
}

TEST(WerRestartsNoProcess, ThatEndsWithoutItsHelp) {
  EXPECT_FALSE(restarts_after({registers(texts.line), time(60000), ExitProcess{.by = by(main_process)}}));
  EXPECT_FALSE(restarts_after(
      {registers(texts.line), time(60000), ApplicationRecoveryFinished{.by = by(main_process), .bSuccess = Bool{1}}}));
}

// A world whose main has everything that a restart passes on.
struct Rich {
  Tables tables = texts.tables;
  WorldSpec world{};

  Rich() {
    ProcessSpec& main = world.processes[0];
    main.user = tables.text(u"user2");
    main.protected_ = true;
    main.se_debug = true;
    main.dacl = tables.dacl({});
    main.threads = {2};
    main.package = tables.text(u"app");
    main.localFolderUsable = false;
    main.stacks = tables.stacks({{.range = {0x30000, 0x34000}}});
    main.data = tables.ranges({{0x1000, 0x2000}});
    main.private_ = tables.ranges({{0x3000, 0x4000}});
    main.mapped = tables.ranges({{0x5000, 0x6000}});
  }
};

TEST(TheRestartedProcess, IsTheOldOneWithoutItsPast) {
  Rich rich;
  Scene scene{documented, rich.world, rich.tables};
  const Birth old = scene.main()->birth;
  after({registers(texts.line), time(60000), crash})(scene);
  UserChoice choice = close();
  choice.restartedAs = {9};
  const Ruling& ruling = scene.perform(choice);
  const Process& made = *scene.process(second_process);

  Birth expected = old;
  expected.object = ObjectId{2};
  expected.pid = Pid{1004};
  expected.name = GivenName{9};
  expected.restart_of = GivenName{1};
  expected.restarts = 1;
  EXPECT_TRUE(made.birth == expected);
  EXPECT_EQ(made.core.start_time, 60000U);
  EXPECT_FALSE(made.wer.storage_exists);
  EXPECT_TRUE(made.handles.empty());
  ASSERT_EQ(made.threads.size(), 1U);
  EXPECT_EQ(made.threads[0].name, (NameRef{9, first_thread_part}));

  const Restarted told{second_process, GivenName{9}, Pid{1004}, Tid{0x10008}};
  ASSERT_EQ(ruling.restarted.size(), 1U);
  EXPECT_EQ(ruling.restarted[0], told);
  EXPECT_EQ(restarted(choice, ruling.answer), told);
  ASSERT_TRUE(scene.state().reports[0].restarted.has_value());
  EXPECT_EQ(scene.state().reports[0].restarted->process, Pid{1004});
  EXPECT_EQ(scene.state().reports[0].restarted->commandLine, texts.line);
}

TEST(TheRestartedProcess, HasNoParentAndNoCreator) {
  Scene scene{documented, {}, texts.tables};
  const ProcessKey child = scene.child();
  after({registers(text_in(texts.line), 0, child), time(60000), Crash{.process = on(child)},
         UserChoice{.process = on(child), .action = UserAction::check}})(scene);
  const Process& made = *scene.process(process_key(3));
  EXPECT_FALSE(made.birth.parent.has_value());
  EXPECT_FALSE(made.birth.creator.has_value());
}

TEST(TheRestartedProcess, IsNamedByTheFirstOfItsChain) {
  Scene scene{documented, {}, texts.tables};
  ProcessKey failing = main_process;
  for (std::uint32_t k = 1; k <= 3; ++k) {
    after({registers(text_in(texts.line), 0, failing), time(60000), Crash{.process = on(failing)}})(scene);
    UserChoice choice{.process = on(failing), .action = UserAction::close};
    if (k == 2) choice.restartedAs = {9};
    scene.must(choice);
    failing = process_key(k + 1);
    const Birth& birth = scene.process(failing)->birth;
    EXPECT_EQ(birth.name, k == 2 ? GivenName{9} : restarted_name(GivenName{1}, k));
    EXPECT_EQ(birth.restart_of, GivenName{1});
    EXPECT_EQ(birth.restarts, k);
    EXPECT_EQ(scene.process(failing)->threads[0].name, thread_name(birth.name, 0));
  }
}

TEST(TheRestartedProcess, OfOneWithoutANameHasNoneButIsCounted) {
  Scene scene{documented, {}, texts.tables};
  const ProcessKey child = scene.child();
  after({registers(text_in(texts.line), 0, child), time(60000), Crash{.process = on(child)},
         UserChoice{.process = on(child), .action = UserAction::check}})(scene);
  const Birth& birth = scene.process(process_key(3))->birth;
  EXPECT_EQ(birth.name, GivenName{});
  EXPECT_EQ(birth.restart_of, GivenName{});
  EXPECT_EQ(birth.restarts, 1U);
}

TEST(ARestart, DoesNotHappenWhenNoPidOrTidIsLeft) {
  for (const bool pids : {true, false}) {
    Scene scene{documented, {}, texts.tables};
    CreateProcess last;
    if (pids) {
      last.pid = {Pid{0xCFFFFFFC}};
      scene.child(last);
    } else {
      scene.must(CreateThread{.process = on(main_process), .tid = {Tid{0xCFFFFFFC}}});
    }
    const std::size_t before = scene.machine().processes.size();
    after({registers(texts.line), time(60000), crash})(scene);
    const Ruling& ruling = scene.perform(close());
    EXPECT_EQ(ruling.answer.made, 0U);
    EXPECT_TRUE(ruling.restarted.empty());
    EXPECT_EQ(scene.machine().processes.size(), before - 1);
    EXPECT_FALSE(scene.state().reports[0].restarted.has_value());
  }
}

TEST(ARestart, OfASystemProcessHasThePidOfItsKind) {
  WorldSpec world;
  world.processes.push_back({.name = 2, .kind = ProcessKind::system});
  Scene scene{documented, world, texts.tables};
  after({registers(text_in(texts.line), 0, second_process), time(60000), Crash{.process = on(second_process)},
         UserChoice{.process = on(second_process), .action = UserAction::close}})(scene);
  EXPECT_EQ(scene.process(process_key(3))->birth.pid, Pid{4});
}

TEST(AdvanceTime, TellsOfEveryProcessThatItRestartsInTheOrderOfTheTimers) {
  WorldSpec world;
  world.processes.push_back({.name = 2});
  Scene scene{documented, world, texts.tables};
  for (const ProcessKey key : {main_process, second_process}) {
    scene.must(registers(text_in(texts.line), 0, key));
    scene.registers_recovery(key, key == main_process ? 200 : 100);
  }
  scene.advance(60000);
  for (const ProcessKey key : {main_process, second_process}) {
    scene.crashes(key);
    scene.must(UserChoice{.process = on(key), .action = UserAction::close});
  }
  AdvanceTime step = time(1000);
  step.restartedAs = {9};
  const Ruling& ruling = scene.perform(step);
  ASSERT_EQ(ruling.restarted.size(), 2U);
  EXPECT_EQ(ruling.restarted[0], (Restarted{process_key(3), GivenName{9}, Pid{1008}, Tid{0x10008}}));
  EXPECT_EQ(ruling.restarted[1], (Restarted{process_key(4), restarted_name(GivenName{1}, 1), Pid{1012}, Tid{0x1000C}}));
  EXPECT_EQ(restarted(step, ruling.answer), ruling.restarted[0]);
  EXPECT_EQ(scene.process(process_key(3))->core.start_time, 60101U);
  EXPECT_EQ(scene.process(process_key(4))->core.start_time, 60201U);
  EXPECT_EQ(scene.state().now, 61000U);
}

TEST(AStepThatRestartsNothing, TellsNothingOfTheStepBefore) {
  Scene scene{documented, {}, texts.tables};
  after({registers(texts.line), time(60000), crash, close()})(scene);
  EXPECT_TRUE(scene.perform(time(1)).restarted.empty());
}

// wer.md 8.3
TEST(ThePingArithmeticAndRestart, OfTheExample) {
  Tables tables;
  const TextRef again = tables.text(u"/again");
  const TextRef again2 = tables.text(u"/again2");
  Scene scene{documented, {}, tables};
  scene.advance(1000);
  const ProcessKey q = scene.child();
  scene.registers_recovery(q, 2500);
  scene.must(registers(text_in(again), 0, q));
  scene.advance(69000);
  scene.crashes(q);
  scene.advance(400);
  scene.must(UserChoice{.process = on(q), .action = UserAction::close});
  scene.advance(2500);
  const ApplicationRecoveryInProgress ping{.by = by(q)};
  EXPECT_EQ(scene.does(ping), S_OK);
  scene.advance(100);
  scene.must(UserCancel{.process = on(q)});
  scene.advance(2000);
  EXPECT_EQ(scene.must(ping).out[0], 1U);
  scene.must(registers(text_in(again2), 0, q));
  scene.advance(2500);
  EXPECT_EQ(scene.process(q)->core.state, ProcessState::InRecovery);
  scene.advance(1);
  EXPECT_EQ(scene.process(q)->core.exit_code, crash_exit_code);
  EXPECT_EQ(scene.process(process_key(3))->core.start_time, 77501U);
  EXPECT_EQ(scene.state().reports[0].restarted->commandLine, again2);
  EXPECT_EQ(scene.state().reports[0].recovery->outcome, RecoveryOutcome::timed_out);
}

}  // namespace
}  // namespace procreg::model
