// Topic: memory that runs out: heap capacity, the n-th allocation for every n, countdowns of the filter and of the recovery API.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;
using enum Win32Error;

constexpr Name main = Story::main;

// A call of main: register @processk, or unregister it.
struct Call {
  bool registers{};
  std::uint32_t k{};
};

Result made(Story& story, Call call) {
  return call.registers ? story.reg(main, nobody_pid(call.k)) : story.unreg(main, nobody_pid(call.k));
}

std::size_t registered(Story& story) { return story.of(main).registered().size(); }

// Answers of the calls as they are without a fault, and how many of them added an entry.
struct Undisturbed {
  std::vector<Result> answers{};
  std::vector<std::size_t> adding{};  // positions
};

Undisturbed undisturbed(Story& story, const std::vector<Call>& calls) {
  Undisturbed run;
  for (const Call call : calls) {
    const std::size_t before = registered(story);
    run.answers.push_back(made(story, call));
    if (registered(story) > before) run.adding.push_back(run.answers.size() - 1);
  }
  return run;
}

// All goes as undisturbed up to the k-th new entry, which runs out of memory and changes nothing.
void fails_at(Story& story, const std::vector<Call>& calls, const Undisturbed& run, std::size_t k) {
  story.fail_allocation(main, static_cast<std::uint32_t>(k));
  for (std::size_t i = 0; i < run.adding[k - 1]; ++i)
    story.must_be(made(story, calls[i]), run.answers[i], "before the n-th allocation all goes well");
  const Seen before = story.seen();
  story.must_be(made(story, calls[run.adding[k - 1]]), E_OUTOFMEMORY, "the n-th allocation fails");
  story.must_be_unchanged(before, "and changes nothing but the countdown",
                          [](Seen& world) { world.machines[0].processes[0].countdowns.clear(); });
  story.must(story.of(main).countdowns.empty(), "which is gone");
  story.must_be(made(story, calls[run.adding[k - 1]]), S_OK, "the next attempt succeeds");
}

void each_allocation_can_fail(Story& story) {
  accept_any_target(story);
  std::vector<Call> calls;
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    const bool registers = story.below(4) != 3;
    calls.push_back({registers, story.between(1, 5)});
  }
  const Undisturbed run = undisturbed(story, calls);
  for (std::size_t k = 1; k <= run.adding.size(); ++k) {
    story.next_act();
    fails_at(story, calls, run, k);
  }
  story.next_act();
  const auto none_left = static_cast<std::uint32_t>(run.adding.size() + 1);
  story.fail_allocation(main, none_left);
  const Undisturbed last = undisturbed(story, calls);
  story.must(last.answers == run.answers, "when no n-th allocation is left nothing fails");
  const auto& pending = story.of(main).countdowns;
  story.must(pending.size() == 1 && pending[0].n == 1, "and the countdown waits for the next");
}

void the_heap_holds_as_many_as_it_may(Story& story) {
  accept_any_target(story);
  const std::uint32_t n = story.below(4);
  story.capacity(main, n);
  for (std::uint32_t k = 1; k <= n; ++k) story.must_be(story.reg(main, nobody_pid(k)), S_OK, "an allocation fits");
  story.must_be(story.reg(main, nobody_pid(7)), E_OUTOFMEMORY, "one more does not");
  if (n == 0) return;
  if (story.coin()) {
    story.must_be(story.unreg(main, nobody_pid(story.between(1, n))), S_OK, "unregistering frees one");
    story.must_be(story.reg(main, nobody_pid(7)), S_OK, "for another");
  } else {
    story.capacity(main, n - 1);
    story.must(registered(story) == n, "a smaller capacity removes nothing");
    story.capacity(main, {});
    story.must_be(story.reg(main, nobody_pid(7)), S_OK, "an unlimited one has room");
  }
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

void the_recovery_api_fails_at_the_nth(Story& story) {
  const std::uint32_t n = story.between(1, 3);
  story.fail_recovery(main, n);
  for (std::uint32_t k = 1; k <= 3; ++k) {
    if (story.coin()) story.must_be(story.recovery(main, 0, 0, 0), E_INVALIDARG, "a bad argument does not count");
    story.must_be(story.recovery(main, 100 + k), k == n ? E_FAIL : S_OK, "the n-th call fails");
    const auto& wer = story.of(main).wer;
    const std::uint32_t kept = k == n ? k - 1 : k;
    story.must(kept == 0 ? !wer || !wer->recovery : wer->recovery->ping == 100 + kept, "and changes nothing");
  }
}

}  // namespace

Suite faults() {
  static const harness::Property all[] = {
      {"Each allocation in turn can fail, and only that call is refused",
       about<"WER-AP-15", "WER-ALL-53", "WER-ALL-54">(), run<each_allocation_can_fail, 100>},
      {"A heap holds as many entries as its capacity", about<"WER-ALL-54", "WER-ALL-55">(),
       run<the_heap_holds_as_many_as_it_may>},
      {"The n-th tag fails when the n-th allocation of the filter does",
       about<"CCF-REG-19", "CCF-FLT-09", "CCF-FLT-10">(), run<the_filter_runs_out_at_the_nth>},
      {"A child whose tag finds no memory is made untagged", about<"CCF-INH-11">(), run<an_heir_goes_without>},
      {"The n-th registration of a recovery callback fails when the n-th internal error is due", about<"WER-REC-29">(),
       run<the_recovery_api_fails_at_the_nth>},
  };
  return all;
}

}  // namespace procreg::scenarios
