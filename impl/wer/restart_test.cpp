// RegisterApplicationRestart, its relatives, and WER restarting processes (wer.md 4.9).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "impl/world_fixture.h"

namespace procreg::impl {
namespace {

using enum ProcessState;

constexpr Result ok{Hresult::S_OK};
constexpr Result bad_argument{Hresult::E_INVALIDARG};
constexpr Result bad_state{Hresult::WER_E_INVALID_STATE};
constexpr Result too_small{Hresult::WER_E_INSUFFICIENT_BUFFER};
constexpr Result not_found{Hresult::WER_E_NOT_FOUND};
constexpr Result failed{Hresult::E_FAIL};

class RestartTest : public testing::Test, public TestWorld {
 protected:
  TextIn line(std::size_t length) { return text(std::u16string(length, u'x')); }
  std::optional<ApplicationRestart> registered(ProcessKey of = main) {
    return process(of)->block == nullptr ? std::nullopt : process(of)->block->restart;
  }
  Answer settings(std::optional<std::uint32_t> size, bool buffer = true, bool flags = true) {
    GetApplicationRestartSettings call{.hProcess = {current_process}};
    call.pwzCommandline.valid = buffer;
    call.pcchSize.value = size;
    call.pdwFlags.valid = flags;
    return perform(by(main, call));
  }
};

// --- Registering ---

TEST_F(RestartTest, IsRegisteredAsAWholeAndNullIsAnEmptyLine) {
  EXPECT_EQ(set_restart(main, text(u"/again"), 0xF), ok);
  EXPECT_EQ(registered()->command_line, *text(u"/again").value);
  EXPECT_EQ(registered()->flags, 0xFU);
  EXPECT_EQ(set_restart(main, {}, 1), ok);
  EXPECT_EQ(registered()->command_line, empty_text);
  EXPECT_EQ(registered()->flags, 1U);
  EXPECT_EQ(set_restart(main, text(u"")), ok);
  EXPECT_EQ(registered()->command_line, empty_text);
  EXPECT_EQ(unset_restart(main), ok);
  EXPECT_EQ(unset_restart(main), ok);
  EXPECT_FALSE(registered().has_value());
}

TEST_F(RestartTest, ALineHasUpTo1024CharactersWithOrWithoutTheNul) {
  EXPECT_EQ(set_restart(main, line(1024)), ok);
  EXPECT_EQ(set_restart(main, line(1025)), bad_argument);
  EXPECT_EQ(registered()->command_line, *line(1024).value);
  begin_again({}, with(choice::string_limits, StringLimits::characters_with_nul));
  EXPECT_EQ(set_restart(main, line(1024)), bad_argument);
  EXPECT_EQ(process(main)->block, nullptr);
  EXPECT_EQ(set_restart(main, line(1023)), ok);
}

TEST_F(RestartTest, UndefinedFlagsAreAChoice) {
  EXPECT_EQ(set_restart(main, {}, 0x10), bad_argument);
  begin_again({}, with(choice::undefined_flag_bits, UndefinedFlagBits::accept));
  EXPECT_EQ(set_restart(main, {}, 0x80000010), ok);
  EXPECT_EQ(registered()->flags, 0x80000010U);
}

TEST_F(RestartTest, UnregisteringMakesNoStorage) {
  EXPECT_EQ(unset_restart(main), ok);
  EXPECT_EQ(settings(1).result, not_found);
  EXPECT_EQ(process(main)->block, nullptr);
}

TEST_F(RestartTest, InternalErrorsCountCallsThatPassTheirArguments) {
  result(to(main, FailRecoveryApi{.n = Countdown{3}}));
  EXPECT_EQ(set_restart(main, {}, 0x10), bad_argument);
  EXPECT_EQ(settings(1).result, not_found);
  EXPECT_EQ(set_restart(main, text(u"a")), ok);
  EXPECT_EQ(unset_restart(main), ok);
  EXPECT_EQ(set_restart(main, text(u"b")), failed);
  EXPECT_FALSE(registered().has_value());
  EXPECT_EQ(set_restart(main, text(u"b")), ok);
  result(to(main, FailRecoveryApi{.n = Countdown{1}}));
  EXPECT_EQ(unset_restart(main), failed);
  EXPECT_TRUE(registered().has_value());
}

TEST_F(RestartTest, InRecoveryItMayBeRegisteredAndByChoiceUnregistered) {
  using enum ArrRegistrationInRecovery;
  for (const auto& [option, answer] : {std::pair{internal_error, failed}, {invalid_state, bad_state}, {allowed, ok}}) {
    begin_again({}, with(choice::arr_registration_in_recovery, option));
    set_recovery(main);
    crash(main);
    close_crashed(main);
    EXPECT_EQ(set_restart(main, text(u"a")), ok);
    EXPECT_EQ(unset_restart(main), answer);
    EXPECT_EQ(registered().has_value(), option != allowed);
  }
}

// --- Reading ---

TEST_F(RestartTest, PointersThatMayNotBeNull) {
  set_restart(main, text(u"four"));
  EXPECT_EQ(settings(std::nullopt), Answer{.result = bad_argument});
  EXPECT_EQ(settings(1, false), Answer{.result = bad_argument});
  EXPECT_EQ(perform(by(main, GetApplicationRestartSettings{.pcchSize = {0}})), Answer{.result = bad_argument});
  EXPECT_EQ(perform(by(main, GetApplicationRestartSettings{.hProcess = {unowned_handle}, .pcchSize = {0}})),
            Answer{.result = Hresult::HR_INVALID_HANDLE});
}

TEST_F(RestartTest, ABufferGetsTheLineOrOnlyANulOrNothing) {
  const TextIn four = text(u"four");
  set_restart(main, four, 3);
  const std::uint64_t copied = four.value->index;
  EXPECT_EQ(settings(0, false), (Answer{.result = ok, .written = 0b110, .out = {0, 5, 3}}));
  EXPECT_EQ(settings(0), (Answer{.result = too_small, .written = 0b010, .out = {0, 5}}));
  EXPECT_EQ(settings(1), (Answer{.result = too_small, .written = 0b011, .out = {empty_text.index, 5}}));
  EXPECT_EQ(settings(4), (Answer{.result = too_small, .written = 0b011, .out = {empty_text.index, 5}}));
  EXPECT_EQ(settings(5), (Answer{.result = ok, .written = 0b111, .out = {copied, 5, 3}}));
  EXPECT_EQ(settings(0xFFFFFFFF), (Answer{.result = ok, .written = 0b111, .out = {copied, 5, 3}}));
  EXPECT_EQ(settings(5, true, false), (Answer{.result = ok, .written = 0b011, .out = {copied, 5}}));
  EXPECT_EQ(settings(0, false, false), (Answer{.result = ok, .written = 0b010, .out = {0, 5}}));
  set_restart(main, {}, 0);
  EXPECT_EQ(settings(1), (Answer{.result = ok, .written = 0b111, .out = {empty_text.index, 1, 0}}));
}

TEST_F(RestartTest, TheSizeOfNothingIsAChoice) {
  EXPECT_EQ(settings(9), Answer{.result = not_found});
  set_hold(main, 1);
  EXPECT_EQ(settings(9), Answer{.result = not_found});
  begin_again({}, with(choice::restart_absent_size, RestartAbsentSize::zero_when_storage_exists));
  EXPECT_EQ(settings(9), Answer{.result = not_found});
  set_hold(main, 1);
  EXPECT_EQ(settings(9), (Answer{.result = not_found, .written = 0b010}));
}

TEST_F(RestartTest, IsReadOfAnyProcessWithTheRightsOfTheProfile) {
  set_restart(main, text(u"a"));
  const Made reader = create();
  const auto read = [&](AccessMask mask) {
    const HandleValue handle{open(reader.key, main_pid, mask).made};
    return result(by(reader.key, GetApplicationRestartSettings{.hProcess = {handle}, .pcchSize = {2}}));
  };
  EXPECT_EQ(read(PROCESS_VM_READ), ok);
  EXPECT_EQ(read(PROCESS_QUERY_INFORMATION), Result{Hresult::HR_ACCESS_DENIED});
}

// --- Restarting ---

class RestartingTest : public RestartTest {
 protected:
  static constexpr ProcessKey second{MachineIndex{}, ObjectId{2}};
  // Main, 60000 ms old, is to be restarted when it ends.
  void prepare(std::uint32_t flags = 0) {
    set_restart(main, text(u"/again"), flags);
    advance(restart_life_ms);
  }
  bool was_restarted() { return reports() == 1 && report(0).restarted.has_value() && process(second) != nullptr; }
};

TEST_F(RestartingTest, HappensAfterALifeOfAMinuteAndNotAMillisecondEarlier) {
  for (const std::uint64_t life : {restart_life_ms - 1, restart_life_ms}) {
    begin_again({});
    set_restart(main, text(u"/again"));
    advance(life);
    crash(main);
    EXPECT_EQ(reports(), 1U);
    close_crashed(main);
    EXPECT_EQ(was_restarted(), life == restart_life_ms);
  }
}

TEST_F(RestartingTest, TheLifeOfAHungProcessEndsWhenItHangs) {
  for (const std::uint64_t until : {restart_life_ms - 1, restart_life_ms}) {
    begin_again({});
    set_restart(main, text(u"/again"));
    advance(until - hung_after_ms - 1);
    hang(main);
    advance(100000);
    close_crashed(main);
    EXPECT_EQ(was_restarted(), until == restart_life_ms);
  }
}

TEST_F(RestartingTest, TheNewProcessIsLikeTheOldOneButWithoutWhatItHad) {
  create();
  const DaclRef dacl = tables().dacl({{default_user, PROCESS_ALL_ACCESS}});
  const StacksRef stacks = tables().stacks({{.range = {0x1000, 0x2000}}});
  const RangesRef data = tables().ranges({{0x5000, 0x6000}});
  const Made app = create(main, {.as = {4},
                                 .user = {*text(u"u").value},
                                 .protected_ = {true},
                                 .dacl = {dacl},
                                 .threads = {3},
                                 .package = {*text(u"p").value},
                                 .localFolderUsable = {false},
                                 .dumpable = {true},
                                 .stacks = {stacks},
                                 .data = {data},
                                 .private_ = {data},
                                 .mapped = {data}});
  tag(main, app.handle, g, 1);
  set_restart(app.key, text(u"/again"));
  perform(by<NewObject>(app.key));
  advance(restart_life_ms);
  crash(app.key);
  advance(5);
  const Answer answer = perform(to(app.key, UserChoice{.action = UserAction::close}));
  const Step step = UserChoice{};
  const auto told = restarted(step, answer);
  ASSERT_TRUE(told.has_value());
  const Process& fresh = *process(told->process);
  EXPECT_EQ(told->process.object, ObjectId{4});
  EXPECT_EQ(told->pid, fresh.identity.pid);
  EXPECT_EQ(told->thread, fresh.first_thread->tid);
  EXPECT_EQ(fresh.identity.pid, Pid{1012});
  EXPECT_EQ(fresh.first_thread, fresh.last_thread);
  EXPECT_EQ(fresh.identity.parent, no_object);
  EXPECT_EQ(fresh.identity.creator, no_object);
  EXPECT_EQ(fresh.identity.start_time, restart_life_ms + 5);
  EXPECT_EQ(fresh.state, Running);
  EXPECT_EQ(fresh.block, nullptr);
  EXPECT_EQ(fresh.table.size(), 0U);
  EXPECT_EQ(opened(told->process), std::nullopt);
  const Identity& old = process(app.key)->identity;
  EXPECT_EQ(fresh.identity.user, old.user);
  EXPECT_EQ(fresh.identity.dacl, old.dacl);
  EXPECT_EQ(fresh.identity.package, old.package);
  EXPECT_TRUE(fresh.identity.protected_);
  EXPECT_TRUE(fresh.identity.dumpable);
  EXPECT_FALSE(fresh.identity.local_folder_usable);
  EXPECT_EQ(fresh.identity.stacks, stacks);
  EXPECT_EQ(fresh.identity.data, data);
  EXPECT_EQ(fresh.identity.private_, data);
  EXPECT_EQ(fresh.identity.mapped, data);
  EXPECT_EQ(report(0).restarted->process, told->pid);
  EXPECT_EQ(report(0).restarted->commandLine, *text(u"/again").value);
}

TEST_F(RestartingTest, ARestartedProcessLivesAMinuteOfItsOwnFirst) {
  prepare();
  crash(main);
  close_crashed(main);
  set_restart(second, text(u"/again"));
  crash(second);
  close_crashed(second);
  EXPECT_FALSE(report(1).restarted.has_value());
}

TEST_F(RestartingTest, TheNamesOfAChain) {
  ProcessKey current = main;
  std::vector<GivenName> names;
  for (const Binds as : {Binds{}, Binds{7}, Binds{}}) {
    set_restart(current, text(u"/again"));
    advance(restart_life_ms);
    crash(current);
    const Step choice = to(current, UserChoice{.action = UserAction::close, .restartedAs = as});
    const auto told = restarted(choice, perform(choice));
    ASSERT_TRUE(told.has_value());
    names.push_back(told->name);
    current = told->process;
    const Identity& identity = process(current)->identity;
    EXPECT_EQ(identity.name, told->name);
    EXPECT_EQ(identity.restart_of, GivenName{1});
    EXPECT_EQ(identity.restarts, names.size());
    EXPECT_EQ(process(current)->first_thread->name, thread_name(told->name, 0));
  }
  EXPECT_EQ(names, (std::vector{restarted_name(GivenName{1}, 1), GivenName{7}, restarted_name(GivenName{1}, 3)}));
}

TEST_F(RestartingTest, OneWithoutANameHasNoneEitherAndIsCountedAllTheSame) {
  const Made child = create();
  set_restart(child.key, {});
  advance(restart_life_ms);
  crash(child.key);
  close_crashed(child.key);
  const Process& fresh = *process({MachineIndex{}, ObjectId{3}});
  EXPECT_EQ(fresh.identity.name, GivenName{});
  EXPECT_EQ(fresh.identity.restart_of, GivenName{});
  EXPECT_EQ(fresh.identity.restarts, 1U);
  EXPECT_FALSE(fresh.first_thread->name);
}

TEST_F(RestartingTest, FlagsBarTheCauseTheyName) {
  for (const std::uint32_t flags : {0x0U, 0x1U, 0x2U, 0xCU}) {
    for (const bool hangs : {false, true}) {
      begin_again({});
      prepare(flags);
      hangs ? hang(main) : crash(main);
      close_crashed(main);
      EXPECT_EQ(was_restarted(), (flags & (hangs ? RESTART_NO_HANG : RESTART_NO_CRASH)) == 0);
    }
  }
}

TEST_F(RestartingTest, TheUserMaySayNo) {
  prepare();
  crash(main);
  EXPECT_EQ(result(to(main, UserChoice{.action = UserAction::close, .restart = {false}})), applied);
  EXPECT_FALSE(was_restarted());
}

TEST_F(RestartingTest, OnlyTheEndsThatTheUserOrTheRecoveryMakesCount) {
  const auto ended = [&](const std::vector<Step>& steps) {
    begin_again({});
    set_flags(main, 0x4);
    prepare();
    const Made killer = create();
    open(killer.key, main_pid, PROCESS_TERMINATE);
    for (const Step& step : steps) result(step);
    EXPECT_EQ(process(main), nullptr);
    return process({MachineIndex{}, ObjectId{3}}) != nullptr;
  };
  const Step crashes = to<Crash>(main);
  const Step exits = by<ExitProcess>(main);
  const Step killed = by(ProcessKey{MachineIndex{}, ObjectId{2}}, TerminateProcess{.hProcess = {HandleValue{4}}});
  // The handle of the killer keeps the object, so it is closed in the end.
  const Step closed = by(ProcessKey{MachineIndex{}, ObjectId{2}}, CloseHandle{.hObject = {HandleValue{4}}});
  const Step debugged = to(main, UserChoice{.action = UserAction::debug});
  const Step chosen = to(main, UserChoice{.action = UserAction::check});
  EXPECT_FALSE(ended({exits, closed}));
  EXPECT_FALSE(ended({killed, closed}));
  EXPECT_FALSE(ended({crashes, exits, closed}));
  EXPECT_FALSE(ended({crashes, killed, closed}));
  EXPECT_FALSE(ended({crashes, debugged, killed, closed}));
  EXPECT_FALSE(ended({crashes, debugged, exits, closed}));
  EXPECT_FALSE(ended({crashes, by<ApplicationRecoveryFinished>(main), closed}));
  EXPECT_TRUE(ended({crashes, chosen, closed}));
}

TEST_F(RestartingTest, EveryEndOfARecoveryRestartsUnlessAFailedOneSuppressesIt) {
  const Made killer{.key = {MachineIndex{}, ObjectId{2}}};
  const std::vector<std::pair<Step, bool>> ends{
      {by(main, ApplicationRecoveryFinished{.bSuccess = Bool{1}, .restartedAs = {9}}), true},
      {by(main, ApplicationRecoveryFinished{.restartedAs = {9}}), false},
      {by(main, ExitProcess{.restartedAs = {9}}), false},
      {by(killer.key, TerminateProcess{.hProcess = {HandleValue{4}}, .restartedAs = {9}}), false},
      {to(main, Crash{.restartedAs = {9}}), false},
      {AdvanceTime{.ms = Duration{5001}, .restartedAs = {9}}, false}};
  for (const auto option : {RestartAfterFailedRecovery::apply_rules, RestartAfterFailedRecovery::suppress}) {
    for (const auto& [end, succeeds] : ends) {
      begin_again({}, with(choice::restart_after_failed_recovery, option));
      create();
      open(killer.key, main_pid, PROCESS_TERMINATE);
      prepare();
      set_recovery(main);
      crash(main);
      close_crashed(main);
      ASSERT_EQ(state(main), InRecovery);
      const auto told = restarted(end, perform(end));
      EXPECT_EQ(state(main), Exited);
      EXPECT_EQ(told.has_value(), succeeds || option == RestartAfterFailedRecovery::apply_rules) << info(end).name;
      EXPECT_EQ(report(0).restarted.has_value(), told.has_value());
      EXPECT_EQ(told.value_or(Restarted{.name = GivenName{9}}).name, GivenName{9});
      EXPECT_TRUE(report(0).recovery.has_value());
    }
  }
}

TEST_F(RestartingTest, ACallbackThatReturnsMayFinishAndRestart) {
  begin_again({}, with(choice::callback_return, CallbackReturn::finished_true));
  prepare();
  set_recovery(main);
  crash(main);
  close_crashed(main);
  const Step returns = to(main, CallbackReturns{.restartedAs = {9}});
  const auto told = restarted(returns, perform(returns));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->name, GivenName{9});
}

TEST_F(RestartingTest, WhatIsRegisteredLateCountsByChoice) {
  for (const auto option : {LateRegistration::ignored, LateRegistration::honoured}) {
    begin_again({}, with(choice::late_registration, option));
    advance(restart_life_ms);
    set_flags(main, 0x4);
    crash(main);
    EXPECT_EQ(set_restart(main, text(u"/late")), ok);
    EXPECT_FALSE(process(main)->failing.restart_in_time);
    close_crashed(main);
    EXPECT_EQ(was_restarted(), option == LateRegistration::honoured);
  }
}

TEST_F(RestartingTest, OneThatIsRegisteredAgainWhileHungCountsAsInTime) {
  prepare();
  result(to<StopAnswering>(main));
  advance(hung_after_ms + 1);
  EXPECT_TRUE(process(main)->failing.restart_in_time);
  unset_restart(main);
  set_restart(main, text(u"/other"));
  result(to<CloseHung>(main));
  close_crashed(main);
  ASSERT_TRUE(was_restarted());
  EXPECT_EQ(report(0).restarted->commandLine, *text(u"/other").value);
}

TEST_F(RestartingTest, AnUnregisteredOneDoesNotHappen) {
  prepare();
  set_flags(main, 0x4);
  crash(main);
  unset_restart(main);
  close_crashed(main);
  EXPECT_FALSE(was_restarted());
}

// wer.md 8.3
TEST_F(RestartingTest, PingArithmeticAndRestart) {
  advance(1000);
  const ProcessKey q = create().key;
  open(main, Pid{1004}, PROCESS_QUERY_INFORMATION);
  set_recovery(q, 2500);
  set_restart(q, text(u"/again"));
  advance(69000);
  crash(q);
  advance(400);
  close_crashed(q);
  advance(2500);
  EXPECT_EQ(in_progress(q).result, ok);
  advance(100);
  result(to<UserCancel>(q));
  advance(2000);
  EXPECT_EQ(in_progress(q).out[0], 1U);
  EXPECT_EQ(add_file(q, text(u"f")), bad_state);
  EXPECT_EQ(set_restart(q, text(u"/again2")), ok);
  advance(2500);
  EXPECT_EQ(state(q), InRecovery);
  const Step later = AdvanceTime{.ms = Duration{10}};
  const auto told = restarted(later, perform(later));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(process(told->process)->identity.start_time, 77501U);
  EXPECT_EQ(report(0).restarted->commandLine, *text(u"/again2").value);
  EXPECT_EQ(report(0).recovery->outcome, RecoveryOutcome::timed_out);
  EXPECT_TRUE(report(0).recovery->cancelled);
}

TEST_F(RestartingTest, SeveralOfOneAdvanceComeInTheirOrderAndOnlyTheFirstTakesTheName) {
  begin_again({.processes = {{.name = 1}, {.name = 3}, {.name = 5}}});
  std::vector<ProcessKey> all{main, second, {MachineIndex{}, ObjectId{3}}};
  for (const ProcessKey each : all) set_restart(each, {});
  advance(restart_life_ms);
  std::uint32_t ping = 3000;
  for (const ProcessKey each : all) {
    set_recovery(each, ping);
    ping -= 1000;
    crash(each);
    close_crashed(each);
  }
  const Step step = AdvanceTime{.ms = Duration{5000}, .restartedAs = {9}};
  const auto told = restarted(step, perform(step));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->process.object, ObjectId{4});
  EXPECT_EQ(told->name, GivenName{9});
  const auto made = [&](std::uint64_t object) { return process({MachineIndex{}, ObjectId{object}})->identity; };
  EXPECT_EQ(made(4).restart_of, GivenName{5});
  EXPECT_EQ(made(5).name, restarted_name(GivenName{3}, 1));
  EXPECT_EQ(made(6).name, restarted_name(GivenName{1}, 1));
  EXPECT_EQ(made(4).start_time, restart_life_ms + 1001);
  EXPECT_EQ(made(6).start_time, restart_life_ms + 3001);
}

TEST_F(RestartingTest, WithoutAPidThereIsNone) {
  create(main, {.pid = {Pid{assignable_end - 4}}});
  prepare();
  crash(main);
  const Answer answer = perform(to(main, UserChoice{.action = UserAction::close}));
  EXPECT_EQ(answer, Answer{.result = applied});
  EXPECT_EQ(process(main), nullptr);
  EXPECT_FALSE(report(0).restarted.has_value());
}

}  // namespace
}  // namespace procreg::impl
