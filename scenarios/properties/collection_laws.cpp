// Laws of what joins a report: whose registrations are read, and which processes they lead to.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/expected_report.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

bool mentions(const SeenReport& report, Pid process) {
  const bool dumped = std::any_of(report.dumps.begin(), report.dumps.end(),
                                  [&](const SeenDump& dump) { return dump.head.process == process; });
  return dumped || std::any_of(report.not_collected.begin(), report.not_collected.end(),
                               [&](const NotCollectedEntry& entry) { return entry.process == process; });
}

void fail(Story& story, Name process) {
  const bool hangs = story.coin();
  if (hangs) story.hang(process);
  if (hangs) story.close_hung(process);
  if (!hangs) story.crash(process);
  story.must(story.is(process, ProcessState::Crashed), "the process fails");
}

void nothing_of_who_registered_it(Story& story) {
  accept_any_target(story);
  story.set(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang);
  const Name target = story.process();
  const Name other = story.process();
  story.reg(main, pid(target));
  if (story.coin()) story.reg(main, pid(other));
  const bool has_own = story.coin();
  if (has_own) story.reg(target, pid(other));
  fail(story, target);
  const SeenReport& report = story.last_report();
  story.must(report.head.process == story.pid_of(target), "the report is that of the process that failed");
  story.must(!mentions(report, story.pid_of(main)), "it contains nothing of the process that registered it");
  story.must(mentions(report, story.pid_of(other)) == has_own, "and is built from its own registrations");
}

void no_second_level(Story& story) {
  accept_any_target(story);
  story.set(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang);
  const Name first = story.process();
  const Name second = story.process();
  const Name third = story.process();
  story.reg(main, pid(first));
  story.reg(first, pid(second));
  if (story.coin()) story.reg(second, pid(third));
  if (story.coin()) story.reg(first, nobody_pid());
  fail(story, main);
  const SeenReport& report = story.last_report();
  story.must(report.dumps.size() == 2, "main and the process it registered are dumped");
  story.must(mentions(report, story.pid_of(first)) && !mentions(report, story.pid_of(second)), "no second level is");
  story.must(report.not_collected.empty(), "nor noted");
}

void dumped_in_any_state(Story& story) {
  accept_any_target(story);
  const Name target = story.process({.threads = {2}});
  story.bring_to(target, story.one_of({ProcessState::Hung, ProcessState::InRecovery, ProcessState::Crashed}));
  story.must_be(story.reg(main, pid(target)), S_OK, "the process is registered");
  const SeenProcess before = story.of(target);
  story.crash(main);
  const SeenReport& report = story.last_report();
  story.must(report.dumps.size() == 2 && report.not_collected.empty(), "it exists, so it is dumped");
  story.must(report.dumps[1].head.incarnation == before.head.objectId, "itself");
  story.must(threads_of(report.dumps[1]) == threads_of(before), "with all its threads");
  story.must(same(before, story.of(target)), "and stays as it was");
}

void nothing_of_who_was_removed(Story& story) {
  accept_any_target(story);
  const Cast cast = cast_of(story, 3);
  for (std::size_t k = 1; k < cast.size(); ++k) story.reg(main, pid(cast[k]));
  const std::uint32_t removed = story.between(1, 3);
  story.must_be(story.unreg(main, pid(cast[removed])), S_OK, "a registered process is unregistered");
  if (story.coin()) story.exit(cast[removed]);
  story.crash(main);
  const SeenReport& report = story.last_report();
  story.must(!mentions(report, story.pid_of(cast[removed])), "the report has nothing of it");
  story.must(report.dumps.size() == 3, "but of the others");
}

// A registered process about which several clauses have something to say.
struct Overlap {
  PidRef target{};
  std::optional<NotCollected> reason{};  // none: it leaves no trace
};

Overlap own_pid_and_not_dumpable(Story& story) {
  story.spec(main).dumpable = false;
  story.set(choice::additional_process_self, AdditionalProcessSelf::accept_no_dump);
  story.reg(main, pid(main), tid(4));
  return {pid(main), {}};
}

Overlap missing_and_never_dumpable(Story& story) {
  const Name target = story.create(main, {.dumpable = {false}});
  story.reg(main, pid(target), thread(target));
  story.exit(target);
  return {pid(target), NotCollected::process_missing};
}

Overlap reused_and_not_dumpable(Story& story) {
  const auto reuse = story.any(choice::additional_process_pid_reuse);
  const Name target = story.create(main);
  story.reg(main, pid(target), thread(target));
  story.exit(target);
  story.close(main, handle_of(target));
  story.create(main, {.pid = {story.pid_of(target)}, .dumpable = {false}});
  const bool gone = reuse == AdditionalProcessPidReuse::treat_as_gone;
  return {pid(target), gone ? NotCollected::process_missing : NotCollected::access_denied};
}

Overlap not_dumpable_and_no_thread(Story& story) {
  const Name target = story.create(main, {.dumpable = {false}});
  story.reg(main, pid(target), tid(4));
  return {pid(target), NotCollected::access_denied};
}

void the_first_clause_ends_it(Story& story) {
  accept_any_target(story);
  constexpr Overlap (*overlaps[])(Story&) = {own_pid_and_not_dumpable, missing_and_never_dumpable,
                                             reused_and_not_dumpable, not_dumpable_and_no_thread};
  const Overlap overlap = overlaps[story.below(4)](story);
  story.crash(main);
  const SeenReport& report = story.last_report();
  story.must(report.dumps.size() == 1, "only the primary dump is taken");
  story.must(report.not_collected.size() == (overlap.reason ? 1U : 0U), "the first clause that answers ends it");
  if (overlap.reason) story.must(report.not_collected[0].reason == *overlap.reason, "and gives its own reason");
}

}  // namespace

Suite collection_laws() {
  static const harness::Property all[] = {
      {"The report of a registered process contains nothing of who registered it", about<"WER-AP-26">(),
       run<nothing_of_who_registered_it>},
      {"The registrations of a registered process are not consulted", about<"WER-AP-27">(), run<no_second_level>},
      {"A registered process is dumped in whatever state it is, and stays in it", about<"WER-AP-29">(),
       run<dumped_in_any_state>},
      {"A report contains nothing of a process that was unregistered", about<"WER-AP-39">(),
       run<nothing_of_who_was_removed>},
      {"Of several clauses about a registered process the first that answers ends it", about<"WER-AP-40">(),
       run<the_first_clause_ends_it>},
  };
  return all;
}

}  // namespace procreg::scenarios
