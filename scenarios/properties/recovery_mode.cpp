// Topic: what a process may register in which state, recovery above all.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// The arguments of a call, and what they answer where the state has no objection.
struct Attempt {
  bool registers{};
  std::uint32_t process{};
  bool bad_argument{};
};

Attempt any_attempt(Story& story) {
  const bool registers = story.coin();
  const bool zero = story.below(3) == 0;
  const bool checked =
      registers || story.profile()[choice::unregister_invalid_key] == UnregisterInvalidKey::as_register;
  return {registers, zero ? 0 : number(unowned_pid) + 4, zero && checked};
}

void registering_is_refused_in_recovery(Story& story) {
  accept_any_target(story);
  const auto order = story.any(choice::argument_vs_state_order);
  story.any(choice::unregister_invalid_key);
  story.any(choice::callback_return);
  if (story.coin()) story.reg(main, nobody_pid());
  story.recover(main);
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const Attempt attempt = any_attempt(story);
    const Seen before = story.seen();
    const Result answer =
        attempt.registers ? story.reg(main, pid(attempt.process)) : story.unreg(main, pid(attempt.process));
    const bool argument_answers = attempt.bad_argument && order == ArgumentVsStateOrder::arguments_first;
    story.must_be(answer, argument_answers ? E_INVALIDARG : WER_E_INVALID_STATE, "recovery refuses");
    story.must_be_unchanged(before, "and keeps all as it is");
    if (story.coin()) story.in_progress(main);
  }
}

void other_states_do_not_matter(Story& story) {
  accept_any_target(story);
  const ProcessState state = story.bring_to(
      main, story.one_of({ProcessState::Running, ProcessState::Hung, ProcessState::Crashed, ProcessState::Exited}));
  const Result answer = story.reg(main, nobody_pid());
  const bool calls = state == ProcessState::Running || state == ProcessState::Hung;
  story.must_be(answer, calls ? Result{S_OK} : not_runnable, "who can call may register");
  if (!calls) return;
  if (state == ProcessState::Hung) story.answering(main);
  story.must_be(story.unreg(main, nobody_pid()), S_OK, "and unregister");
}

// Every list, registered there or not.
void the_lists_in_recovery(Story& story) {
  const Registrations lists{story};
  story.any(choice::argument_vs_state_order);
  const Key known = lists.any_key(2);
  story.must_be(lists.add(main, known), S_OK, "there is one entry");
  story.recover(main);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const Seen before = story.seen();
    const Key key{known.list, story.below(3)};
    const Result answer = story.coin() ? lists.add(main, key, 1) : lists.remove(main, key);
    story.must_be(answer, WER_E_INVALID_STATE, "recovery refuses");
    story.must_be_unchanged(before, "and keeps all as it is");
  }
}

void a_crashed_process_may_call(Story& story) {
  const Registrations lists{story};
  const bool as_running = story.any(choice::calls_while_crashed) == CallsWhileCrashed::as_running;
  const bool suspended = story.below(3) == 0;
  const List list = lists.any_list();
  story.must_be(lists.add(main, {list, 0}), S_OK, "there is one entry");
  story.must_be(story.set_flags(main, suspended ? 0 : WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION), S_OK,
                "the flag is set or not");
  story.crash(main);
  const Seen before = story.seen();
  const Result added = lists.add(main, {list, 1});
  const Result refusal = suspended ? not_runnable : Result{WER_E_INVALID_STATE};
  const bool may = !suspended && as_running;
  story.must_be(added, may ? Result{S_OK} : refusal, "it calls iff the flag was set, and registers by the choice");
  story.must_be(lists.remove(main, {list, 0}), may ? Result{S_OK} : refusal, "and unregisters alike");
  if (!may) return story.must_be_unchanged(before, "a refusal changes nothing");
  story.must(lists.of(main, list) == std::vector<Registered>{{1, 0}}, "as if it were running");
}

void a_returned_callback_calls_no_more(Story& story) {
  const auto returning = story.any(choice::callback_return);
  story.recover(main);
  story.must_be(story.callback_returns(main), applied, "the callback returns");
  const bool waits = returning == CallbackReturn::wait_for_timeout;
  story.must(story.is(main, waits ? ProcessState::InRecovery : ProcessState::Exited), "recovery waits or ends");
  story.must_be(story.reg(main, nobody_pid()), not_runnable, "nothing can be called any more");
  story.must_be(story.callback_returns(main), not_applicable, "nor can it return again");
  const SeenReport& report = story.last_report();
  if (waits) return story.must(!report.recovery, "there is no outcome yet");
  const bool success = returning == CallbackReturn::finished_true;
  story.must(story.there(report.recovery).outcome ==
                 (success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false),
             "the outcome is by the choice");
}

void recovery_callbacks_in_recovery(Story& story) {
  const auto option = story.any(choice::arr_registration_in_recovery);
  story.recover(main);
  const std::uint64_t callback = 0x2000;
  const Result answer = story.recovery(main, 100, 0, callback);
  switch (option) {
    case ArrRegistrationInRecovery::internal_error:
      story.must_be(answer, E_FAIL, "an internal error");
      break;
    case ArrRegistrationInRecovery::invalid_state:
      story.must_be(answer, WER_E_INVALID_STATE, "an invalid state");
      break;
    default:
      story.must_be(answer, S_OK, "it is allowed");
      break;
  }
  const bool stored = option == ArrRegistrationInRecovery::allowed;
  const RecoveryEntry& kept = story.there(story.there(story.of(main).wer).recovery);
  story.must(kept.callback == Address{stored ? callback : 0x1000}, "and stored iff allowed");
  story.must(story.of(main).life.ping == 5000U, "the running recovery keeps its ping");
}

void only_timely_recovery_is_used(Story& story) {
  const bool ignored = story.any(choice::late_registration) == LateRegistration::ignored;
  const bool before = story.coin();
  if (before) story.recovery(main);
  story.hang(main);
  const bool late = story.coin();
  if (late) story.must_be(story.recovery(main, 7000), S_OK, "a hung process may register");
  story.close_hung(main);
  story.choose(main, story.one_of({UserAction::check, UserAction::close}));
  const bool usable = before || (late && !ignored);
  story.must(story.is(main, usable ? ProcessState::InRecovery : ProcessState::Exited),
             "recovery runs iff it is usable");
}

}  // namespace

Suite recovery_mode() {
  static const harness::Property all[] = {
      {"In recovery registering and unregistering are refused, by the order of the profile",
       about<"WER-AP-08", "WER-AP-34", "WER-ALL-11", "WER-ALL-46", "WER-AP-02", "WER-AP-33">(),
       run<registering_is_refused_in_recovery>},
      {"Running and hung processes may register, crashed and exited ones cannot call",
       about<"WER-ALL-46", "WER-ALL-58">(), run<other_states_do_not_matter>},
      {"In recovery no list changes", about<"WER-ALL-46">(), run<the_lists_in_recovery>},
      {"A crashed process calls iff its threads were not to be suspended, and registers by the choice",
       about<"WER-ALL-46", "WER-ALL-58", "WER-ALL-30">(), run<a_crashed_process_may_call>},
      {"After the recovery callback has returned its process calls nothing", about<"WER-ALL-40", "WER-ALL-58">(),
       run<a_returned_callback_calls_no_more>},
      {"A recovery callback registered in recovery is by the choice and does not change the running one",
       about<"WER-ALL-50">(), run<recovery_callbacks_in_recovery>},
      {"Recovery runs iff it was registered in time or late registration is honoured",
       about<"WER-REC-17", "WER-ALL-28">(), run<only_timely_recovery_is_used>},
  };
  return all;
}

}  // namespace procreg::scenarios
