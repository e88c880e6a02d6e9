// Topic: memory that runs out: heap capacity, the n-th allocation for every n, countdowns of the filter and of the recovery API.
#include <string>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;
using enum Win32Error;

constexpr Name main = Story::main;

// A call of main: registers the key or unregisters it.
struct Call {
  bool registers{};
  Key key{};
};

Result made(const Registrations& lists, Call call) {
  return call.registers ? lists.add(main, call.key) : lists.remove(main, call.key);
}

// Answers of the calls as they are without a fault, and which of them added an entry that was allocated.
struct Undisturbed {
  std::vector<Result> answers{};
  std::vector<std::size_t> adding{};  // positions
};

Undisturbed undisturbed(const Registrations& lists, const std::vector<Call>& calls) {
  Undisturbed run;
  for (const Call call : calls) {
    const std::size_t before = lists.of(main, call.key.list).size();
    run.answers.push_back(made(lists, call));
    const bool added = lists.of(main, call.key.list).size() > before;
    if (added && lists.allocates(call.key.list)) run.adding.push_back(run.answers.size() - 1);
  }
  return run;
}

// All goes as undisturbed up to the k-th allocated entry, which runs out of memory and changes nothing.
void fails_at(Story& story, const Registrations& lists, const std::vector<Call>& calls, const Undisturbed& run,
              std::size_t k) {
  story.fail_allocation(main, static_cast<std::uint32_t>(k));
  for (std::size_t i = 0; i < run.adding[k - 1]; ++i)
    story.must_be(made(lists, calls[i]), run.answers[i], "before the n-th allocation all goes well");
  const Seen before = story.seen();
  story.must_be(made(lists, calls[run.adding[k - 1]]), E_OUTOFMEMORY, "the n-th allocation fails");
  story.must_be_unchanged(before, "and changes nothing but the countdown",
                          [](Seen& world) { world.machines[0].processes[0].countdowns.clear(); });
  story.must(story.of(main).countdowns.empty(), "which is gone");
  story.must_be(made(lists, calls[run.adding[k - 1]]), S_OK, "the next attempt succeeds");
}

// Of one list or two, so that keys are met again.
std::vector<Call> some_calls(Story& story, const Registrations& lists) {
  const List one = lists.any_list();
  const List other = lists.any_list();
  std::vector<Call> calls;
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    const bool registers = story.below(4) != 3;
    const List list = story.coin() ? other : one;
    calls.push_back({registers, {list, story.below(4)}});
  }
  return calls;
}

void each_allocation_can_fail(Story& story) {
  const Registrations lists{story};
  story.any(choice::unlisted_out_of_memory);
  const std::vector<Call> calls = some_calls(story, lists);
  const Undisturbed run = undisturbed(lists, calls);
  for (std::size_t k = 1; k <= run.adding.size(); ++k) {
    story.next_act();
    fails_at(story, lists, calls, run, k);
  }
  story.next_act();
  const auto none_left = static_cast<std::uint32_t>(run.adding.size() + 1);
  story.fail_allocation(main, none_left);
  const Undisturbed last = undisturbed(lists, calls);
  story.must(last.answers == run.answers, "when no n-th allocation is left nothing fails");
  const auto& pending = story.of(main).countdowns;
  story.must(pending.size() == 1 && pending[0].n == 1, "and the countdown waits for the next");
}

List any_allocating_list(Story& story, const Registrations& lists) {
  const List list = lists.any_list();
  return lists.allocates(list) ? list : story.one_of({List::processes, List::excluded, List::metadata});
}

void the_heap_holds_as_many_as_it_may(Story& story) {
  const Registrations lists{story};
  story.any(choice::unlisted_out_of_memory);
  const std::uint32_t n = story.below(4);
  story.capacity(main, n);
  std::vector<Key> alive;
  for (std::uint32_t k = 0; k < n; ++k) {
    alive.push_back({any_allocating_list(story, lists), k});
    story.must_be(lists.add(main, alive.back()), S_OK, "an allocation fits");
  }
  const Key another{any_allocating_list(story, lists), n};
  story.must_be(lists.add(main, another), E_OUTOFMEMORY, "one more does not");
  if (!lists.allocates(List::files))
    story.must_be(lists.add(main, {List::files, n}), S_OK, "what never fails needs no room");
  if (n == 0) return;
  if (story.coin()) {
    story.must_be(lists.remove(main, story.one_of(alive)), S_OK, "unregistering frees one");
    story.must_be(lists.add(main, another), S_OK, "for another");
    return;
  }
  const SeenProcess before = story.of(main);
  story.capacity(main, n - 1);
  story.must(same(before.wer, story.of(main).wer), "a smaller capacity removes nothing");
  story.capacity(main, {});
  story.must_be(lists.add(main, another), S_OK, "an unlimited one has room");
}

void the_filter_runs_out_at_the_nth(Story& story) {
  const std::uint32_t n = story.between(1, 4);
  const Cast cast = cast_of(story, 4);
  story.fail_ccf(n);
  for (std::uint32_t k = 1; k <= 5; ++k) {
    const Name process = cast[k - 1];
    const Result expected = k == n ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
    story.must_be(story.tag(process, handle(current_process), {Story::guid(0)}), expected,
                  "the n-th tag finds no memory");
    story.must((story.tag_of(process) != nullptr) == (k != n), "and is not given");
  }
}

void an_heir_goes_without(Story& story) {
  story.must_be(story.tag(main, handle(current_process), {Story::guid(0)}, 1), ERROR_SUCCESS, "main is tagged");
  const std::uint32_t n = story.between(1, 3);
  story.fail_ccf(n);
  for (std::uint32_t k = 1; k <= 3; ++k) {
    const Name child = story.create(main);
    story.must_be(story.last().result, TRUE_, "a child is made whether or not its tag finds memory");
    story.must((story.tag_of(child) != nullptr) == (k != n), "and is tagged unless it does not");
  }
}

// One of the four functions that can meet an internal error.
Result any_recovery_api_call(Story& story, std::uint32_t k) {
  switch (story.below(4)) {
    case 0:
      return story.recovery(main, 100 + k);
    case 1:
      return story.reg_restart(main, story.text(u"/again"), k);
    case 2:
      return story.unreg_restart(main);
    default:
      return story.unreg_recovery(main);
  }
}

void the_recovery_api_fails_at_the_nth(Story& story) {
  const TextIn too_long = story.text(std::u16string(RESTART_MAX_CMD_LINE + 1, u'l'));
  story.text(u"/again");
  const std::uint32_t n = story.between(1, 3);
  story.fail_recovery(main, n);
  for (std::uint32_t k = 1; k <= 3; ++k) {
    const bool bad = story.coin();
    if (bad && story.coin())
      story.must_be(story.recovery(main, 0, 0, 0), E_INVALIDARG, "a bad argument does not count");
    if (bad) story.must_be(story.reg_restart(main, too_long), E_INVALIDARG, "nor does a line that is too long");
    const Seen before = story.seen();
    story.must_be(any_recovery_api_call(story, k), k == n ? E_FAIL : S_OK, "the n-th call fails");
    const std::size_t pending = story.of(main).recovery_faults.size();
    story.must(pending == (k < n ? 1U : 0U), "and uses up the error");
    if (k == n)
      story.must(same(story.there(before.process(story.key(main))).wer, story.of(main).wer), "changing nothing");
  }
}

}  // namespace

Suite faults() {
  static const harness::Property all[] = {
      {"Each allocation in turn can fail, and only that call is refused",
       about<"WER-AP-15", "WER-FILE-08", "WER-MEM-09", "WER-XMEM-05", "WER-META-10", "WER-REM-07", "WER-ALL-53",
             "WER-ALL-54">(),
       run<each_allocation_can_fail>},
      {"A heap holds as many entries as its capacity", about<"WER-ALL-54", "WER-ALL-55">(),
       run<the_heap_holds_as_many_as_it_may>},
      {"The n-th tag fails when the n-th allocation of the filter does",
       about<"CCF-REG-19", "CCF-FLT-09", "CCF-FLT-10">(), run<the_filter_runs_out_at_the_nth>},
      {"A child whose tag finds no memory is made untagged", about<"CCF-INH-11">(), run<an_heir_goes_without>},
      {"The n-th call of the recovery and restart functions fails when the n-th internal error is due",
       about<"WER-REC-29">(), run<the_recovery_api_fails_at_the_nth>},
  };
  return all;
}

}  // namespace procreg::scenarios
