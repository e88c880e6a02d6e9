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

}  // namespace

Suite state_laws() {
  static const harness::Property all[] = {
      {"ApplicationRecoveryInProgress says whether the caller is recovering", about<"WER-ALL-51">(),
       run<in_progress_knows_the_state>},
      {"ApplicationRecoveryFinished ends a recovery, and outside of one what the profile says", about<"WER-ALL-52">(),
       run<finished_ends_what_it_may>},
      {"A pid is never reused before its process is gone, and then by another incarnation", about<"WER-ALL-26">(),
       run<a_pid_waits_for_its_process>},
  };
  return all;
}

}  // namespace procreg::scenarios
