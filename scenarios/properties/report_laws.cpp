// Laws of the report of a crash or hang.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/expected_report.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr Name main = Story::main;

// A stack somewhere in the data of its process, and registers that point there or elsewhere.
StacksRef any_stacks(Story& story) {
  Stacks stacks;
  for (std::uint32_t k = 0; k < 2; ++k) {
    const std::uint64_t begin = 0x10000 + 0x800 * story.below(4);
    Stack stack{.range = {begin, begin + 0x800}};
    stack.stack_pointer = begin + story.below(0x900);
    stack.instruction_pointer = 0x10000 + story.below(0x3000);
    for (std::uint64_t& value : stack.registers) value = story.below(3) == 0 ? 0x12000 + story.below(0x400) : 8;
    stacks.push_back(stack);
  }
  return story.stacks(std::move(stacks));
}

// main has registered up to four processes: of the world, children, gone ones, reused pids, itself.
Cast registrations(Story& story) {
  const Name dumpable = story.process({.threads = {2}});
  if (story.coin()) story.spec(dumpable).stacks = any_stacks(story);
  const Name closed = story.process({.dumpable = false});
  Cast cast{main, dumpable, closed};
  const std::uint32_t n = story.between(1, 4);
  for (std::uint32_t k = 0; k < n; ++k) {
    if (story.coin()) cast.push_back(story.create(main, {.threads = {2}}));
    const Name target = story.one_of(cast);
    const std::uint32_t which = story.below(4);
    story.reg(main, pid(target),
              which == 3   ? TidRef{}
              : which == 2 ? tid(4)
                           : thread(target, static_cast<std::uint16_t>(which % story.threads(target))));
  }
  return cast;
}

// What happens to registered processes before the failure.
void life(Story& story, const Cast& cast) {
  for (std::uint32_t left = story.below(4); left > 0; --left) {
    const Name which = cast[story.between(1, static_cast<std::uint32_t>(cast.size()) - 1)];
    const auto last = static_cast<std::uint16_t>(story.threads(which) - 1);
    switch (story.below(5)) {
      case 0:
        story.exit_thread(which, thread(which, last));
        break;
      case 3:
        story.new_thread(which);
        break;
      case 1:
        story.crash(which);
        break;
      case 2:
        story.exit(which);
        break;
      default:
        story.exit(which);
        if (!story.of_world(which)) story.close(main, handle_of(which));
        story.create(main, {.pid = {story.pid_of(which)}});
        break;
    }
  }
}

// main fails; what the snapshot said just before.
Seen failure(Story& story, Cause cause) {
  if (cause == Cause::hang) story.hang(main);
  Seen before = story.seen();
  if (cause == Cause::hang) {
    story.close_hung(main);
  } else {
    story.crash(main);
  }
  story.must(story.is(main, ProcessState::Crashed), "main is Crashed");
  story.must(story.seen().reports.size() == before.reports.size() + 1, "and there is one report more");
  return before;
}

Cause any_cause(Story& story) { return story.coin() ? Cause::hang : Cause::crash; }

// A module that ends the process leaves nothing to collect, although it was asked among others.
void modules_come_first(Story& story) {
  const TextRef path = *story.text(u"C:\\a.txt").value;
  const TextRef dll = *story.text(u"C:\\a.dll").value;
  story.world().additionalDataRequested = true;
  story.world().existingFiles = {path};
  story.world().helperModules = {dll};
  story.world().moduleBehaviours = {{.dll = dll, .event = CallbackDeed::terminates}};
  story.must_be(story.reg_file(main, {path}, 2, 1), Hresult::S_OK, "a file is to be deleted");
  story.must_be(story.reg_module(main, {dll}), Hresult::S_OK, "a module is registered after it");
  const Seen before = story.seen();
  story.must_be(story.crash(main), applied, "main crashes");
  story.must(story.is(main, ProcessState::Exited), "the module is asked before all else, and ends it");
  story.must(story.seen().reports.empty() && same(before.existing_files, story.seen().existing_files),
             "so nothing is collected");
}

void primary_dump_first(Story& story) {
  if (story.below(8) == 0) return modules_come_first(story);
  accept_any_target(story);
  story.set(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang);
  const Cast cast = cast_of(story, 3);
  for (std::size_t k = 1; k < cast.size(); ++k)
    if (story.coin()) story.reg(main, pid(cast[k]));
  if (story.coin()) story.reg(main, pid(main));
  if (story.coin()) story.advance(story.between(1, 100));
  const Seen before = failure(story, any_cause(story));
  const SeenReport& report = story.last_report();
  story.must(report.head.time == story.seen().head.now, "a report has one stamp");
  story.must(report.dumps[0].head.kind == DumpKind::mini, "the primary dump is first");
  story.must(report.dumps[0].head.process == story.pid_of(main), "and is that of the process");
  const std::vector<Pid> registered = story.there(before.process(story.key(main))).registered();
  story.must(report.dumps.size() == registered.size() + 1, "all is collected in the one step");
  for (std::size_t k = 0; k < registered.size(); ++k)
    story.must(report.dumps[k + 1].head.process == registered[k], "triage dumps follow in list order");
}

void storage_survives_collection(Story& story) {
  const Registrations lists{story};
  perhaps_packaged(story, main);
  story.world().additionalDataRequested = story.coin();
  const Cast cast = registrations(story);
  for (std::uint32_t left = story.below(6); left > 0; --left) any_wer_call(story, lists, main, cast);
  life(story, cast);
  if (story.coin()) story.recovery(main);
  if (story.coin()) story.reg_restart(main, lists.any_line());
  const Seen before = failure(story, any_cause(story));
  story.must(same(story.there(before.process(story.key(main))).wer, story.of(main).wer), "collection consumes nothing");
  story.must(same(before.machines[0].app_local_dumps, story.machine().app_local_dumps), "nor does it move anything");
}

void every_entry_is_accounted_for(Story& story) {
  story.any(choice::additional_process_self);
  story.any(choice::additional_process_pid_reuse);
  story.any(choice::additional_process_hang);
  story.any(choice::additional_process_duplicate);
  const Cast cast = registrations(story);
  life(story, cast);
  const Cause cause = any_cause(story);
  const Seen before = failure(story, cause);
  const SeenReport expected = expected_report(story, before, story.key(main), cause);
  story.must(same_additional_processes(story.last_report(), expected),
             "each registered process is dumped or noted, as the clauses say");
}

void forget_recovery(SeenReport& report) {
  report.recovery.reset();
  report.restarted.reset();
}

void collected_before_recovery(Story& story) {
  accept_any_target(story);
  const Registrations lists{story};
  story.world().additionalDataRequested = story.coin();
  story.world().existingFiles = {*story.text(u"C:\\a.txt").value, *story.text(u"C:\\b.txt").value};
  const Cast cast = cast_of(story, 2);
  story.advance(restart_life_ms);
  story.recovery(main);
  if (story.coin()) story.reg_restart(main, story.text(u"/again"));
  story.reg(main, pid(cast[1]));
  if (story.coin()) story.reg(main, pid(cast[2]));
  for (std::uint32_t left = story.below(5); left > 0; --left) {
    const Key key = lists.any_key(2);
    lists.add(main, key, lists.any_attribute());
  }
  const Seen before = failure(story, Cause::crash);
  const SeenReport collected = story.last_report();
  const Seen then = story.seen();
  story.must(same(collected, expected_report(story, before, story.key(main), Cause::crash)),
             "the report is complete before recovery");
  if (story.coin()) story.exit(cast[1]);
  story.choose(main, UserAction::close);
  story.must(story.is(main, ProcessState::InRecovery), "recovery runs");
  if (story.coin()) story.cancel(main);
  if (story.coin()) story.finished(main, true);
  SeenReport later = story.last_report();
  forget_recovery(later);
  story.must(same(collected, later), "and recovery adds how it ended only");
  story.must(same(then.existing_files, story.seen().existing_files), "nor are files deleted once more");
}

void triage_dumps_whatever_is_set(Story& story) {
  accept_any_target(story);
  story.set(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang);
  story.world().additionalDataRequested = story.coin();
  story.world().forceQueue = story.coin();
  const Cast cast = registrations(story);
  story.must_be(story.set_flags(main, story.below(fault_flags_defined + 1)), Hresult::S_OK, "any flags may be set");
  if (story.coin()) story.hold(main, story.any_number());
  const Cause cause = any_cause(story);
  const Seen before = failure(story, cause);
  story.must(same_additional_processes(story.last_report(), expected_report(story, before, story.key(main), cause)),
             "each registered process is dumped all the same");
}

// One successful call of main that changes its storage.
void change_storage(Story& story, const Registrations& lists, std::uint32_t k) {
  switch (story.below(6)) {
    case 0:
      story.must_be(story.set_flags(main, story.below(fault_flags_defined + 1)), Hresult::S_OK, "flags are set");
      break;
    case 3:
      story.must_be(story.reg_restart(main, story.text(u"/again"), k), Hresult::S_OK, "a restart is registered");
      break;
    case 4:
      story.must_be(story.reg_local_dump(main, story.text(u"Dumps")), Hresult::S_OK, "an app-local dump is registered");
      break;
    case 1:
      story.must_be(story.hold(main, k), Hresult::S_OK, "a hold time is set");
      break;
    case 2:
      story.must_be(story.recovery(main, 100 + k), Hresult::S_OK, "a callback is registered");
      break;
    default:
      story.must_be(lists.add(main, {lists.any_list(), k}), Hresult::S_OK, "an entry is registered");
      break;
  }
}

void a_report_is_of_the_past(Story& story) {
  const Registrations lists{story};
  story.set(choice::calls_while_crashed, CallsWhileCrashed::as_running);
  story.spec(main).package = story.user(u"package");
  story.world().additionalDataRequested = story.coin();
  constexpr std::uint32_t may_call = WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION;
  const std::uint32_t flags = may_call | story.below(fault_flags_defined + 1);
  story.must_be(story.set_flags(main, flags), Hresult::S_OK, "the threads of main are not suspended");
  if (story.coin()) lists.add(main, lists.any_key(1));
  failure(story, any_cause(story));
  const SeenReport collected = story.last_report();
  for (std::uint32_t k = story.between(1, 3); k > 0; --k) {
    change_storage(story, lists, k);
    story.must(same(collected, story.last_report()), "the report stays as it was collected");
    story.must(story.is(main, ProcessState::Crashed), "and the process waits for the user");
  }
}

bool is_queued(std::uint32_t flags, bool forced) { return forced || (flags & (0x2U | 0x8U)) != 0; }

// NOHEAP, or NO_HEAP_ON_QUEUE in a queued report.
bool has_heap_bar(std::uint32_t flags, bool queued) { return (flags & 0x1U) != 0 || (queued && (flags & 0x40U) != 0); }

std::uint32_t any_flags(Story& story) {
  std::uint32_t flags = 0;
  for (const std::uint32_t bit : {0x1U, 0x2U, 0x4U, 0x8U, 0x40U, 0x80U, 0x400U})
    if (story.below(4) == 0) flags |= bit;
  return flags;
}

void flags_bar_the_heap(Story& story) {
  const bool requested = story.below(4) != 0;
  const bool forced = story.coin();
  story.world().additionalDataRequested = requested;
  story.world().forceQueue = forced;
  if (story.coin()) story.set_flags(main, 0x1 | 0x2);
  const std::uint32_t flags = any_flags(story);
  story.must_be(story.set_flags(main, flags), Hresult::S_OK, "flags replace those before");
  std::optional<std::uint32_t> ms;
  if (story.coin()) ms = story.any_number();
  if (ms) story.must_be(story.hold(main, *ms), Hresult::S_OK, "any hold time is accepted");
  failure(story, any_cause(story));
  const ReportFlags& report = story.last_report().flags;
  story.must(report.flags == flags && report.holdMs == ms, "the report has the flags and the hold time");
  story.must(report.queued == is_queued(flags, forced), "it is queued by flag or by the world");
  const bool heap = requested && !has_heap_bar(flags, report.queued);
  const DumpHead& primary = story.last_report().dumps[0].head;
  story.must(primary.kind == (heap ? DumpKind::heap : DumpKind::mini), "the heap is dumped on request without a bar");
}

}  // namespace

Suite report_laws() {
  static const harness::Property all[] = {
      {"A report is collected at one stamp, the primary dump first", about<"WER-REP-01">(), run<primary_dump_first>},
      {"Collection leaves the storage as it is", about<"WER-REP-05">(), run<storage_survives_collection>},
      {"A report accounts for each registered process", about<"WER-REP-30">(), run<every_entry_is_accounted_for>},
      {"Collection is complete before recovery begins", about<"WER-REP-32">(), run<collected_before_recovery>},
      {"Triage dumps are taken whatever the flags and whatever is requested", about<"WER-AP-28">(),
       run<triage_dumps_whatever_is_set>},
      {"What a crashed process registers does not change its report", about<"WER-REP-34">(),
       run<a_report_is_of_the_past>},
      {"Flags queue a report and bar the heap from its primary dump",
       about<"WER-REP-06", "WER-REP-07", "WER-REP-08", "WER-REP-40", "WER-FLAG-02", "WER-FLAG-08">(),
       run<flags_bar_the_heap>},
  };
  return all;
}

}  // namespace procreg::scenarios
