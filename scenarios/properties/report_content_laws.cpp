// Laws of what the contents of a report do not depend on: the cause, a claim, whether the process is dumpable, triage dumps.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/drawn_world.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// Registrations of main that can be made once more in another act.
struct Planned {
  Key key{};
  std::uint32_t attribute{};
};
struct Plan {
  std::vector<Planned> registrations{};
  std::uint32_t flags{};
  std::optional<std::uint32_t> hold{};
};

Plan any_plan(Story& story, const Registrations& lists) {
  story.world().limits.dumpCollection = 16;  // nothing is refused, also where the same process makes a second entry
  Plan plan;
  // One of each list but modules, so that no part is always empty.
  for (const List list : {List::processes, List::files, List::blocks, List::excluded, List::metadata})
    plan.registrations.push_back({{list, story.below(4)}, lists.any_attribute()});
  for (std::uint32_t left = story.below(8); left > 0; --left) {
    const Key key = lists.any_key(5);
    plan.registrations.push_back({key, lists.any_attribute()});
  }
  plan.flags = story.one_of({0U, 1U, 2U, 0x40U, 0x48U});
  if (story.coin()) plan.hold = story.any_number();
  return plan;
}

void follow(Story& story, const Registrations& lists, const Plan& plan) {
  for (const Planned& one : plan.registrations)
    story.must_be(lists.add(main, one.key, one.attribute), S_OK, "an entry is registered");
  story.must_be(story.set_flags(main, plan.flags), S_OK, "flags are set");
  if (plan.hold) story.must_be(story.hold(main, *plan.hold), S_OK, "a hold time is set");
}

void fail(Story& story, Cause cause) {
  if (cause == Cause::crash) story.advance(hung_after_ms + 1);
  if (cause == Cause::hang) story.hang(main);
  if (cause == Cause::hang) story.close_hung(main);
  if (cause == Cause::crash) story.crash(main);
  story.must(story.is(main, ProcessState::Crashed), "main fails");
}

// What a failure leads to: the report, and what it leaves of the files.
struct Outcome {
  SeenReport report{};
  std::vector<SnapText> existing_files{};
};

Outcome outcome_of(Story& story, const Registrations& lists, const Plan& plan, Cause cause) {
  follow(story, lists, plan);
  fail(story, cause);
  return {story.last_report(), story.seen().existing_files};
}

void are_the_same(const Outcome& one, const Outcome& other, std::string_view what) {
  const std::string_view part = difference(one.report, other.report);
  if (!part.empty()) throw Broken{std::string{what} + ": " + std::string{part}};
  Story::must(same(one.existing_files, other.existing_files), "the same files are deleted");
}

void forget_the_cause(Outcome& outcome) {
  SeenReport& report = outcome.report;
  report.head.cause = {};
  report.head.thread = {};
  report.head.event = {};
  report.modules.clear();
  report.dumps.resize(1);
  report.not_collected.clear();
}

void both_causes_alike(Story& story) {
  const Registrations lists{story};
  any_report_choices(story);
  any_report_world(story);
  const Plan plan = any_plan(story, lists);
  Outcome crash = outcome_of(story, lists, plan, Cause::crash);
  story.next_act();
  Outcome hang = outcome_of(story, lists, plan, Cause::hang);
  forget_the_cause(crash);
  forget_the_cause(hang);
  are_the_same(crash, hang, "a crash and a hang have the same contents");
}

void forget_the_claim(Outcome& outcome) {
  outcome.report.head.event = {};
  outcome.report.signature.clear();
  outcome.report.modules.clear();
  outcome.report.debugger = {};
}

void a_claim_changes_nothing_else(Story& story) {
  const Registrations lists{story};
  any_report_choices(story);
  any_report_world(story);
  Plan plan = any_plan(story, lists);
  plan.registrations.push_back({{List::modules, story.below(2)}, 0});
  const TextRef dll = *story.text(u"C:\\a.dll").value;
  const TextRef event = *story.text(u"OwnEvent").value;
  story.world().helperModules = {dll};
  story.world().moduleBehaviours = {{.dll = dll, .claims = event, .count = 1, .signatures = {{}}}};
  Outcome claimed = outcome_of(story, lists, plan, Cause::crash);
  story.must(claimed.report.head.event == event, "a module claims the crash");
  story.next_act();
  if (story.coin()) {
    story.world().helperModules.clear();
  } else {
    story.world().moduleBehaviours[0].event = CallbackDeed::fails;
  }
  Outcome unclaimed = outcome_of(story, lists, plan, Cause::crash);
  story.must(unclaimed.report.head.event != event, "or none does");
  forget_the_claim(claimed);
  forget_the_claim(unclaimed);
  are_the_same(claimed, unclaimed, "everything else is collected as usual");
}

void not_dumpable_and_dumped(Story& story) {
  const Registrations lists{story};
  any_report_choices(story);
  any_report_world(story);
  const Plan plan = any_plan(story, lists);
  const Cause cause = story.coin() ? Cause::crash : Cause::hang;
  const bool protected_ = story.coin();
  const Outcome dumpable = outcome_of(story, lists, plan, cause);
  story.next_act();
  if (protected_) story.spec(main).protected_ = true;
  if (!protected_) story.spec(main).dumpable = false;
  const Outcome not_dumpable = outcome_of(story, lists, plan, cause);
  story.must(!story.of(main).head.dumpable, "main is not dumpable");
  are_the_same(dumpable, not_dumpable, "the primary dump is taken all the same, and all else");
}

void the_local_dump_is_the_primary_one(Story& story) {
  accept_any_target(story);
  story.any(choice::app_local_dump_scope);
  story.set(choice::app_local_dump_trigger, AppLocalDumpTrigger::crash_and_hang);
  story.set(choice::additional_process_hang, AdditionalProcessHang::crash_and_hang);
  story.world().additionalDataRequested = story.coin();
  const TextRef package = story.user(u"package");
  const TextIn path = story.text(u"Dumps");
  const TextIn another = story.text(u"Others");
  const Cast cast = cast_of(story, 2);
  for (const Name process : cast)
    if (process == main || story.coin()) story.spec(process).package = package;
  story.must_be(story.reg_local_dump(main, path), S_OK, "main wants a dump of its own");
  for (const Name process : cast) {
    if (process != main && story.coin()) story.reg_local_dump(process, another);
    if (process != main || story.coin()) story.must_be(story.reg(main, pid(process)), S_OK, "main registers processes");
  }
  fail(story, story.coin() ? Cause::crash : Cause::hang);
  const SeenReport& report = story.last_report();
  story.must(report.dumps.size() >= cast.size(), "there are triage dumps");
  const auto& local = report.app_local_dump;
  story.must(local && local->path == *path.value, "and the app-local dump of main");
  story.must(local->kind == report.dumps[0].head.kind, "which is the primary one, and none of the others");
}

}  // namespace

Suite report_content_laws() {
  static const harness::Property all[] = {
      {"What is registered goes into the reports of crashes and hangs alike", about<"WER-REP-03">(),
       run<both_causes_alike, 100>},
      {"A claim of a module changes nothing else of a report", about<"WER-REP-28">(),
       run<a_claim_changes_nothing_else, 100>},
      {"The primary dump is taken of a process that is not dumpable too", about<"WER-REP-35">(),
       run<not_dumpable_and_dumped, 100>},
      {"The app-local dump is the primary one, whatever triage dumps there are", about<"WER-AP-31">(),
       run<the_local_dump_is_the_primary_one>},
  };
  return all;
}

}  // namespace procreg::scenarios
