// Laws of process states and pids.
#include <set>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

ProcessState any_calling_state(Story& story, Name process) {
  return story.bring_to(process, story.one_of({ProcessState::Running, ProcessState::Hung, ProcessState::InRecovery}));
}

void in_progress_knows_the_state(Story& story) {
  const ProcessState state = any_calling_state(story, main);
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const Answer answer = story.in_progress(main);
    story.must_be(answer.result, state == ProcessState::InRecovery ? S_OK : E_FAIL,
                  "recovery is in progress or is not");
    story.must(answer.written == 1 && answer.out[0] == 0, "nobody cancelled it");
  }
}

void finished_ends_what_it_may(Story& story) {
  const auto outside = story.any(choice::recovery_finished_outside);
  const Name watcher = story.process();
  const Name kept = story.open(watcher, PROCESS_QUERY_INFORMATION, pid(main));
  const ProcessState state = any_calling_state(story, main);
  const bool ends = state == ProcessState::InRecovery || outside == RecoveryFinishedOutside::terminate;
  const Seen before = story.seen();
  story.must_be(story.finished(main, story.coin()), ends ? no_return : returned,
                "it returns only where it may do nothing");
  if (!ends) return story.must_be_unchanged(before, "and then does nothing");
  story.must(story.is(main, ProcessState::Exited), "the process is Exited");
  story.must(story.exit_code(watcher, handle(kept)).out[0] == 0, "with exit code 0");
}

void a_pid_waits_for_its_process(Story& story) {
  const Cast cast = cast_of(story, 2);
  Cast all = cast;
  std::set<ObjectId> objects;
  for (const Name name : all) objects.insert(story.of(name).head.objectId);
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    const Name which = all[story.below(static_cast<std::uint32_t>(all.size()))];
    const std::uint32_t what = story.below(4);
    if (what == 0 && which != main) story.exit(which);
    if (what == 1 && !story.of_world(which)) story.close(main, handle_of(which));
    if (what < 2) continue;
    const Seen before = story.seen();
    const bool taken = before.machines[0].process(story.pid_of(which)) != nullptr;
    const Name made = story.create(main, {.pid = {story.pid_of(which)}});
    if (taken) {
      story.must_be(story.last().result, not_applicable, "a pid is not reused while a process has it");
      story.must_be_unchanged(before, "nor does trying change anything");
      continue;
    }
    story.must_be(story.last().result, TRUE_, "a pid is free when its process is gone");
    story.must(story.pid_of(made) == story.pid_of(which), "the new process has the pid");
    story.must(objects.insert(story.of(made).head.objectId).second, "and is another incarnation");
    all.push_back(made);
  }
}

// main is in any state in which it can call; Crashed it had the flag that lets it.
ProcessState any_state_with_calls(Story& story) {
  constexpr std::uint32_t may_call = WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION;
  const ProcessState state =
      story.one_of({ProcessState::Running, ProcessState::Hung, ProcessState::InRecovery, ProcessState::Crashed});
  if (state == ProcessState::Crashed) story.must_be(story.set_flags(main, may_call), S_OK, "the flag is set");
  return story.bring_to(main, state);
}

void reads_flags(Story& story) {
  const SeenProcess& process = story.of(main);
  const std::uint32_t flags = process.wer ? process.wer->head.flags : 0;
  const Answer& answer = story.get_flags(main);
  story.must_be(answer.result, S_OK, "flags are read in every state");
  story.must(answer.written == 1 && answer.out[0] == flags, "as they are");
}

Result no_recovery(const Story& story, bool ever) {
  const bool null = story.profile()[choice::get_recovery_after_unregister] == GetRecoveryAfterUnregister::ok_null;
  if (ever && null) return S_OK;
  const bool s_false = story.profile()[choice::get_recovery_not_registered] == GetRecoveryNotRegistered::s_false;
  return s_false ? S_FALSE : WER_E_NOT_FOUND;
}

void reads_recovery(Story& story) {
  const std::optional<SeenWer> wer = story.of(main).wer;
  const Answer& answer = story.get_recovery(main);
  if (!wer || !wer->recovery)
    return story.must_be(answer.result, no_recovery(story, wer && wer->head.recoveryEver), "no callback is registered");
  const bool in_ms = story.profile()[choice::get_recovery_ping_unit] == GetRecoveryPingUnit::milliseconds;
  const std::uint64_t ping = std::uint64_t{wer->recovery->ping} * (in_ms ? 1 : 10000);
  story.must_be(answer.result, S_OK, "a callback is read in every state");
  story.must(answer.out == OutWords{0x1000, 7, ping & 0xFFFFFFFFU, 0}, "as it is");
}

void reads_restart(Story& story) {
  const std::optional<SeenWer> wer = story.of(main).wer;
  const Answer& answer = story.get_restart(main, 0, false);
  if (!wer || !wer->restart) return story.must_be(answer.result, WER_E_NOT_FOUND, "no restart is registered");
  story.must_be(answer.result, S_OK, "a restart is read in every state");
  const std::size_t need = story.tables().at(wer->restart->commandLine).size() + 1;
  story.must(answer.out[1] == need && answer.out[2] == wer->restart->flags, "as it is");
}

void flags_and_getters_in_any_state(Story& story) {
  const TextIn line = story.text(u"/again");
  story.any(choice::calls_while_crashed);
  story.any(choice::get_recovery_ping_unit);
  if (story.coin()) story.recovery(main, story.between(1, 300000));
  if (story.coin()) story.unreg_recovery(main);
  if (story.coin()) story.reg_restart(main, line, story.below(restart_flags_defined + 1));
  any_state_with_calls(story);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const std::uint32_t value = story.any_number();
    switch (story.below(5)) {
      case 0:
        story.must_be(story.set_flags(main, value & fault_flags_defined), S_OK, "flags are set in every state");
        story.must(story.of(main).wer->head.flags == (value & fault_flags_defined), "and stored");
        break;
      case 1:
        story.must_be(story.hold(main, value), S_OK, "a hold time is set in every state");
        story.must(story.of(main).wer->head.holdMs == value, "and stored");
        break;
      case 2:
        reads_flags(story);
        break;
      case 3:
        reads_restart(story);
        break;
      default:
        reads_recovery(story);
        break;
    }
  }
}

}  // namespace

Suite state_laws() {
  static const harness::Property all[] = {
      {"ApplicationRecoveryInProgress says whether the caller is recovering", about<"WER-ALL-51">(),
       run<in_progress_knows_the_state>},
      {"ApplicationRecoveryFinished ends a recovery, and outside of one what the profile says", about<"WER-ALL-52">(),
       run<finished_ends_what_it_may>},
      {"Flags and hold time are set, and flags, recovery and restart read, in every state in which a call can be made",
       about<"WER-ALL-48">(), run<flags_and_getters_in_any_state>},
      {"A pid is never reused before its process is gone, and then by another incarnation", about<"WER-ALL-26">(),
       run<a_pid_waits_for_its_process>},
  };
  return all;
}

}  // namespace procreg::scenarios
