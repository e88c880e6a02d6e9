// Laws of precedence: which of several answers a register or unregister call gives, and what it never asks.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// Registers @process1 ... @processn.
void fill(Story& story, Name by, std::uint32_t n) {
  for (std::uint32_t k = 1; k <= n; ++k) story.must_be(story.reg(by, nobody_pid(k)), S_OK, "there is room");
}

void the_state_wins(Story& story) {
  const Registrations lists{story};
  const List list = lists.any_list();
  const std::uint32_t n = story.below(3);
  lists.limit(list, n);
  const std::uint32_t filled = story.below(n + 1);
  lists.fill(main, list, filled);
  story.recover(main);
  story.must(story.is(main, ProcessState::InRecovery), "main is recovering");
  if (story.coin()) story.fail_allocation(main, 1);
  if (story.coin()) story.capacity(main, 0);
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const Key which{list, story.below(4)};
    const Result answer = story.coin() ? lists.add(main, which) : lists.remove(main, which);
    story.must_be(answer, WER_E_INVALID_STATE, "the state answers before lookup, limits and heap");
  }
}

void limits_before_heap(Story& story) {
  const Registrations lists{story};
  const List list = lists.any_list();
  const std::uint32_t n = story.below(4);
  lists.limit(list, n);
  lists.fill(main, list, n);
  story.fail_allocation(main, 1);
  for (std::uint32_t left = story.between(1, 2); left > 0; --left) {
    story.must_be(lists.add(main, {list, n + left}), WER_E_INSUFFICIENT_BUFFER, "limits answer before the heap");
    story.must(story.of(main).countdowns.size() == 1, "and no allocation is attempted");
  }
}

void a_full_list_hides_an_exhausted_heap(Story& story) {
  accept_any_target(story);
  const std::uint32_t n = story.below(5);
  story.world().limits.dumpCollection = n;
  fill(story, main, n);
  story.capacity(main, story.below(n + 1));
  story.must_be(story.reg(main, nobody_pid(n + 1)), WER_E_INSUFFICIENT_BUFFER, "the list is full and so is the heap");
}

void a_known_pid_needs_no_room(Story& story) {
  accept_any_target(story);
  const auto duplicates = story.any(choice::additional_process_duplicate);
  const std::uint32_t n = story.between(1, 4);
  limit_processes_to(story, n);
  fill(story, main, n);
  const PidRef known = nobody_pid(story.between(1, n));
  const Result answer = story.reg(main, known, tid(44));
  if (duplicates == AdditionalProcessDuplicate::second_entry) {
    story.must_be(answer, WER_E_INSUFFICIENT_BUFFER, "a second entry needs room");
  } else {
    story.must_be(answer, S_OK, "a known pid is looked up before the limits");
    const bool updated = duplicates == AdditionalProcessDuplicate::update;
    story.must(story.there(story.of(main).entry(known.raw)).threadId == Tid{updated ? 44U : 0U},
               "and its thread is by the choice");
  }
  story.must(story.of(main).registered().size() == n, "the list is as long as before");
}

void any_two_numbers(Story& story) {
  accept_any_target(story);
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const std::uint32_t least = story.one_of({1U, 2U, 4U});  // not 0
    const std::uint32_t process = story.any_number() | least;
    const std::uint32_t thread = story.any_number();
    story.must_be(story.reg(main, pid(process), tid(thread)), S_OK, "any two numbers are accepted");
    const AdditionalProcessEntry* entry = story.of(main).entry(Pid{process});
    story.must(entry != nullptr && entry->threadId == Tid{thread}, "and stored as they are");
    story.must_be(story.unreg(main, pid(process)), S_OK, "and found again");
  }
}

}  // namespace

Suite order_laws() {
  static const harness::Property all[] = {
      {"The state answers before lookup, limits and heap", about<"WER-ALL-12">(), run<the_state_wins>},
      {"Limits answer before the heap, which is not asked then", about<"WER-ALL-14">(), run<limits_before_heap>},
      {"A full list answers like one although the heap is exhausted too", about<"WER-AP-16">(),
       run<a_full_list_hides_an_exhausted_heap>},
      {"A pid that is registered already needs no room, unless it makes a second entry", about<"WER-AP-10">(),
       run<a_known_pid_needs_no_room>},
      {"Any two 32-bit numbers can be registered", about<"WER-AP-01">(), run<any_two_numbers>},
  };
  return all;
}

}  // namespace procreg::scenarios
