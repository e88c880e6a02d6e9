// Laws of RegisterApplicationRestart and of the process that WER makes.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;
constexpr std::uint32_t may_call = WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION;

bool is_stored(Story& story, TextIn line, std::uint32_t flags) {
  const auto& wer = story.of(main).wer;
  return wer && wer->restart && wer->restart->commandLine == line.value.value_or(empty_text) &&
         wer->restart->flags == flags;
}

void restart_in_any_state(Story& story) {
  story.any(choice::arr_registration_in_recovery);
  story.any(choice::calls_while_crashed);
  const bool undefined_bits = story.any(choice::undefined_flag_bits) == UndefinedFlagBits::accept;
  const std::vector<TextIn> lines{story.text(u"/one"), story.text(u"/two"), story.text(u""), TextIn{}};
  const ProcessState state =
      story.one_of({ProcessState::InRecovery, ProcessState::Running, ProcessState::Hung, ProcessState::Crashed});
  if (state == ProcessState::Crashed) story.must_be(story.set_flags(main, may_call), S_OK, "main may call");
  story.bring_to(main, state);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const TextIn line = story.one_of(lines);
    const std::uint32_t flags = story.below(restart_flags_defined + 2);
    const bool accepted = flags <= restart_flags_defined || undefined_bits;
    const Seen before = story.seen();
    story.must_be(story.reg_restart(main, line, flags), accepted ? S_OK : E_INVALIDARG,
                  "a restart is registered in every state in which a call can be made");
    if (!accepted) story.must_be_unchanged(before, "a bad argument changes nothing");
    if (accepted) story.must(is_stored(story, line, flags), "and stored");
    story.must(story.is(main, state), "nor does the state change");
  }
}

// Main has lived long enough, has both registered, and a crash of it is being recovered.
void recovers_with_restart(Story& story, TextIn line, std::uint32_t flags, std::uint32_t ping) {
  story.advance(restart_life_ms + story.below(2));
  story.must_be(story.reg_restart(main, line, flags), S_OK, "a restart is registered");
  story.must_be(story.recovery(main, ping), S_OK, "and a recovery");
  story.crash(main);
  story.must_be(story.choose(main, story.one_of({UserAction::close, UserAction::check})), applied, "the user chooses");
}

std::size_t live_processes(Story& story) {
  std::size_t live = 0;
  for (const SeenProcess& process : story.machine().processes)
    if (process.live()) ++live;
  return live;
}

// Ends the recovery of main after up to `ms` ms; the end is none that suppresses a restart.
void end_recovery(Story& story, std::uint32_t ms, Name restarted_as) {
  if (ms > 0) story.advance(story.below(ms));
  switch (story.below(4)) {
    case 0:
      story.finished(main, true, restarted_as);
      break;
    case 1:
      story.finished(main, false, restarted_as);
      break;
    case 2:
      story.crash(main, restarted_as);
      break;
    default:
      story.advance(ms + 1, restarted_as);
      break;
  }
}

void recovery_then_end_then_restart(Story& story) {
  story.set(choice::restart_after_failed_recovery, RestartAfterFailedRecovery::apply_rules);
  const TextIn line = story.text(u"/again");
  const std::uint32_t ping = story.between(1, 100);
  recovers_with_restart(story, line, 0, ping);
  story.must(story.is(main, ProcessState::InRecovery), "recovery comes first");
  story.must(!story.last_report().restarted && live_processes(story) == 1, "and nothing is restarted meanwhile");
  if (story.coin()) story.cancel(main);
  const Name again = story.for_a_restart();
  end_recovery(story, ping, again);
  story.must(story.is(main, ProcessState::Exited), "then the process ends");
  story.must(live_processes(story) == 1, "and then there is another one");
  const SeenReport& report = story.last_report();
  story.must(report.recovery.has_value() && report.restarted.has_value(), "the report tells of both");
  story.must(report.restarted->process == story.pid_of(again), "and names it");
}

void the_latest_line_is_used(Story& story) {
  story.set(choice::restart_after_failed_recovery, RestartAfterFailedRecovery::apply_rules);
  const std::vector<TextIn> lines{story.text(u"/one"), story.text(u"/two"), story.text(u"")};
  const std::uint32_t ping = story.between(1, 100);
  recovers_with_restart(story, story.text(u"/first"), story.below(4), ping);
  TextIn line{};
  std::uint32_t flags = 0;
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    line = story.one_of(lines);
    flags = story.below(restart_flags_defined + 1);
    story.must_be(story.reg_restart(main, line, flags), S_OK, "in recovery the restart may be replaced");
    story.must(is_stored(story, line, flags), "with line and flags");
  }
  end_recovery(story, ping, story.for_a_restart());
  const auto& restarted = story.last_report().restarted;
  story.must(restarted.has_value() == ((flags & RESTART_NO_CRASH) == 0), "the new flags decide");
  if (restarted) story.must(restarted->commandLine == *line.value, "and the new line is used");
}

void other_flags_have_no_effect(Story& story) {
  const bool undefined_bits = story.any(choice::undefined_flag_bits) == UndefinedFlagBits::accept;
  const TextIn line = story.text(u"/again");
  const bool hangs = story.coin();
  std::uint32_t flags = story.one_of({8U, 4U, 12U});
  if (undefined_bits && story.coin()) flags |= story.one_of({0x10U, 0x80000000U, 0xFFFFFFF0U});
  const std::uint32_t barred = story.one_of({0U, RESTART_NO_CRASH, RESTART_NO_HANG});
  story.must_be(story.reg_restart(main, line, flags | barred), S_OK,
                "any defined flags are accepted, others by choice");
  story.must(is_stored(story, line, flags | barred), "and stored");
  story.advance(restart_life_ms);
  if (hangs) story.hang(main);
  if (hangs) story.close_hung(main);
  if (!hangs) story.crash(main);
  story.choose(main, UserAction::close, {}, story.for_a_restart());
  const bool restarts = barred != (hangs ? RESTART_NO_HANG : RESTART_NO_CRASH);
  story.must(story.last_report().restarted.has_value() == restarts,
             "only the flag of the cause keeps it from a restart");
}

// --- The new process ---

// A process with something special about most inputs.
Name special_process(Story& story) {
  const TextRef user = story.user(u"special");
  const TextRef package = story.user(u"package");
  ProcessSpec spec{.user = user, .threads = {3}};
  spec.protected_ = story.coin();
  spec.se_debug = story.coin();
  if (story.coin()) spec.dacl = story.dacl({{user, PROCESS_TERMINATE}, {default_user, PROCESS_ALL_ACCESS}});
  if (story.coin()) spec.package = package;
  if (story.coin()) spec.localFolderUsable = story.coin();
  if (story.coin()) spec.dumpable = story.coin();
  spec.stacks = story.stacks({{.range = {0x500000, 0x504000}, .stack_pointer = 0x501000}});
  spec.data = story.ranges({{0x20000, 0x21000}});
  spec.private_ = story.ranges({{0x30000, 0x31000}});
  spec.mapped = story.ranges({{0x40000, 0x41000}});
  return story.process(spec);
}

SeenProcess newborn(const SeenProcess& old, const SeenProcess& now) {
  SeenProcess born;
  born.head = old.head;
  born.head.objectId = now.head.objectId;
  born.head.pid = now.head.pid;
  born.head.name = now.head.name;
  born.head.restartOf = old.head.restarts == 0 ? old.head.name : old.head.restartOf;
  born.head.restarts = old.head.restarts + 1;
  born.head.parent.reset();
  born.head.creator.reset();
  born.head.startTime = now.head.startTime;
  born.dacl = old.dacl;
  for (const SnapThread& thread : now.threads) born.threads = {{thread.tid, thread_name(now.head.name, 0), 0}};
  return born;
}

// Uses what a new process must not have: handles, a tag, storage, threads, an error, faults.
void live_a_little(Story& story, Name process) {
  if (story.coin()) story.open(process, PROCESS_QUERY_INFORMATION, pid(process));
  if (story.coin()) story.tag(process, handle(current_process), {Story::guid(0)}, 1);
  if (story.coin()) story.new_thread(process);
  if (story.coin()) story.reg_block(process, 0x1000);
  if (story.coin()) story.capacity(process, 7);
  if (story.coin()) story.fail_allocation(process, 9);
  if (story.coin()) story.fail_recovery(process, 9);
  if (story.coin()) spoil_last_error(story, process);
}

GivenName expected_name(Name given, const ProcessHead& head) {
  if (given.base != 0) return given_name({given.base, itself_part});
  return restarted_name(head.restartOf, head.restarts);
}

void a_restart_makes_a_process_like_the_old_one(Story& story) {
  Name process = special_process(story);
  const TextIn line = story.text(u"/again");
  for (std::uint32_t k = story.between(1, 3); k > 0; --k) {
    story.must_be(story.reg_restart(process, line), S_OK, "a restart is registered");
    story.advance(restart_life_ms);
    live_a_little(story, process);
    story.crash(process);
    const SeenProcess old = story.of(process);
    const bool named = story.coin();
    const Name again = named ? story.for_a_restart() : Name{};
    story.must_be(story.choose(process, UserAction::check, true, again), applied, "the user chooses");
    const Pid made_pid = story.there(story.last_report().restarted, "it is restarted").process;
    const SeenProcess* made = story.machine().process(made_pid);
    story.must(made != nullptr && made->threads.size() == 1, "there is another process, with one thread");
    SeenProcess expected = newborn(old, *made);
    expected.head.state = ProcessState::Running;
    story.must(same(*made, expected), "it has the inputs of the old one, and else it is new");
    story.must(made->head.startTime == story.seen().head.now, "from now on");
    story.must(story.machine().tag(made->head.objectId) == nullptr, "no tag");
    story.must(made->head.name == expected_name(again, expected.head), "and the name of the step or of the chain");
    if (!named) return;
    process = again;
  }
}

}  // namespace

Suite restart_laws() {
  static const harness::Property all[] = {
      {"A restart is registered alike in every state in which a call can be made", about<"WER-ALL-49">(),
       run<restart_in_any_state>},
      {"Recovery comes first, then the end of the process, then its restart", about<"WER-REC-25">(),
       run<recovery_then_end_then_restart>},
      {"A restart registered in recovery is the one that is made", about<"WER-REC-26">(), run<the_latest_line_is_used>},
      {"Restart flags of patches and reboots and undefined ones are stored and keep nothing from a restart",
       about<"WER-REC-27">(), run<other_flags_have_no_effect>},
      {"A restarted process has the inputs of the old one and nothing else of it",
       about<"WER-ALL-06", "WER-ALL-27", "WER-REC-24">(), run<a_restart_makes_a_process_like_the_old_one>},
  };
  return all;
}

}  // namespace procreg::scenarios
