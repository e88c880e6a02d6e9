// Topic: a pid that another process has now.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/expected_report.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;
using enum Win32Error;

constexpr Name main = Story::main;

// Another process with the pid of `former`, which is a child of main.
Name successor(Story& story, Name former) {
  story.exit(former);
  story.close(main, handle_of(former));
  const Name next = story.create(main, {.pid = {story.pid_of(former)}});
  story.must(story.find(next) != nullptr, "the pid is free again");
  return next;
}

void an_entry_remembers_the_incarnation(Story& story) {
  accept_any_target(story);
  const auto reuse = story.any(choice::additional_process_pid_reuse);
  const auto duplicates = story.any(choice::additional_process_duplicate);
  const Name former = story.create(main);
  story.must_be(story.reg(main, pid(former), thread(former)), S_OK, "a child is registered");
  const ObjectId remembered = story.key(former).object;
  const Name next = successor(story, former);
  story.must(story.there(story.of(main).entry(story.pid_of(next))).incarnation == remembered,
             "the entry remembers who it was");
  const bool again = story.coin();
  if (again) story.reg(main, pid(next), thread(next));
  const bool updated = again && duplicates == AdditionalProcessDuplicate::update;
  const bool second = again && duplicates == AdditionalProcessDuplicate::second_entry;
  story.crash(main);
  const bool current = reuse == AdditionalProcessPidReuse::dump_current;
  const std::size_t dumps = (current || updated ? 1U : 0U) + (second ? 1U : 0U);
  story.must(story.last_report().dumps.size() == 1 + dumps,
             "the new process is dumped by the choice, or as registered again");
  for (const SeenDump& dump : story.last_report().dumps)
    story.must(dump.head.incarnation == story.key(main).object || dump.head.incarnation == story.key(next).object,
               "and never the old one");
  story.must(story.last_report().not_collected.size() == (current || updated ? 0U : 1U), "else it is noted as missing");
}

void a_number_may_come_first(Story& story) {
  accept_any_target(story);
  const auto reuse = story.any(choice::additional_process_pid_reuse);
  const Pid later{4 * story.between(1000, 1003)};
  story.must_be(story.reg(main, pid(number(later))), S_OK, "a pid that nobody has is registered");
  story.must(!story.there(story.of(main).entry(later)).incarnation, "and no incarnation remembered");
  story.create(main, {.pid = {later}});
  story.crash(main);
  const bool current = reuse == AdditionalProcessPidReuse::dump_current;
  story.must(story.last_report().dumps.size() == (current ? 2U : 1U), "whoever has it then is dumped by the choice");
}

void a_tag_does_not_pass_to_the_successor(Story& story) {
  const Name former = story.create(main);
  story.must_be(story.tag(main, handle_of(former), {story.guid()}, 1), ERROR_SUCCESS, "a child is tagged");
  const Name next = successor(story, former);
  story.must(story.tag_of(next) == nullptr, "a process with its pid is not");
  story.must(story.tag_of(former) == nullptr, "and the tag is gone");
}

void a_kept_object_keeps_its_pid(Story& story) {
  const Name former = story.create(main);
  const Name kept = story.open(main, PROCESS_QUERY_INFORMATION, pid(former));
  story.exit(former, 3);
  story.close(main, handle_of(former));
  story.create(main, {.pid = {story.pid_of(former)}});
  story.must_be(story.last().result, not_applicable, "a handle keeps the pid");
  const Name other = story.create(main);
  story.must(story.pid_of(other) != story.pid_of(former), "a new process gets another");
  story.must(story.exit_code(main, handle(kept)).out[0] == 3, "the old one is still known");
  story.close(main, handle(kept));
  story.create(main, {.pid = {story.pid_of(former)}});
  story.must_be(story.last().result, TRUE_, "the last handle frees it");
}

}  // namespace

Suite pid_reuse() {
  static const harness::Property all[] = {
      {"An entry remembers the incarnation, and a reused pid is dumped or missing by the choice",
       about<"WER-AP-24", "WER-AP-09">(), run<an_entry_remembers_the_incarnation>},
      {"A pid registered before its process existed counts as reused", about<"WER-AP-24">(),
       run<a_number_may_come_first>},
      {"A tag does not pass to the next process with the pid", about<"CCF-FLT-07">(),
       run<a_tag_does_not_pass_to_the_successor>},
      {"A handle to an exited process keeps its pid from being reused", about<"OBJ-PROC-05", "OBJ-NEW-01">(),
       run<a_kept_object_keeps_its_pid>},
  };
  return all;
}

}  // namespace procreg::scenarios
