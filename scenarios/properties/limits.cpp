// Topic: the limits of additional processes: 4, lowered, raised, 0, and the budget of all entries.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// Registers new pids until one is refused; how many were accepted.
std::uint32_t accepted(Story& story, std::uint32_t most) {
  for (std::uint32_t k = 1; k <= most; ++k) {
    const Result answer = story.reg(main, nobody_pid(k));
    if (answer == S_OK) continue;
    story.must_be(answer, WER_E_INSUFFICIENT_BUFFER, "a full list answers like one");
    return k - 1;
  }
  return most;
}

void the_limit_is_met_exactly(Story& story) {
  accept_any_target(story);
  const bool as_usual = story.below(3) == 0;
  const std::uint32_t n = as_usual ? 4 : story.below(7);
  if (!as_usual) story.world().limits.dumpCollection = n;
  story.must(accepted(story, n + 2) == n, "exactly as many are accepted as the limit says");
  story.must(story.of(main).registered().size() == n, "and they are in the list");
  story.must_be(story.reg(main, pid(main)), WER_E_INSUFFICIENT_BUFFER, "no other pid is accepted either");
}

std::uint32_t room(AdditionalProcessEntryBudget budget, const Limits& limits) {
  switch (budget) {
    case AdditionalProcessEntryBudget::gate_only:
      return limits.entries == 0 ? 0 : limits.dumpCollection;
    case AdditionalProcessEntryBudget::counts:
      return std::min(limits.entries, limits.dumpCollection);
    default:
      return limits.dumpCollection;
  }
}

void the_entry_budget_is_by_the_choice(Story& story) {
  accept_any_target(story);
  const auto budget = story.any(choice::additional_process_entry_budget);
  Limits& limits = story.world().limits;
  limits.entries = story.below(5);
  limits.dumpCollection = story.below(5);
  const std::uint32_t expected = room(budget, limits);
  story.must(accepted(story, 6) == expected, "the budget of all entries gates, counts or does not matter");
  if (expected == 0) return;
  story.must_be(story.unreg(main, nobody_pid(1)), S_OK, "one is unregistered");
  story.must_be(story.reg(main, nobody_pid(9)), S_OK, "and its place taken by another");
  story.must(accepted(story, 1) == 0, "once");
}

void second_entries_count(Story& story) {
  accept_any_target(story);
  story.set(choice::additional_process_duplicate, AdditionalProcessDuplicate::second_entry);
  const std::uint32_t n = story.between(1, 4);
  limit_processes_to(story, n);
  for (std::uint32_t k = 0; k < n; ++k)
    story.must_be(story.reg(main, nobody_pid(), tid(4 * k)), S_OK, "a second entry");
  story.must_be(story.reg(main, nobody_pid()), WER_E_INSUFFICIENT_BUFFER, "takes a place of its own");
  story.must_be(story.unreg(main, nobody_pid()), S_OK, "and the oldest goes first");
  if (n == 1) return;
  story.must(story.there(story.of(main).entry(nobody_pid().raw)).threadId == Tid{4}, "so that the next one leads");
}

}  // namespace

Suite limits() {
  static const harness::Property all[] = {
      {"As many additional processes are accepted as the limit says, and no more", about<"WER-AP-11", "WER-AP-17">(),
       run<the_limit_is_met_exactly>},
      {"The budget of all entries gates additional processes, counts them, or does not matter", about<"WER-AP-13">(),
       run<the_entry_budget_is_by_the_choice>},
      {"Under second-entry each entry takes a place", about<"WER-AP-09", "WER-AP-37">(), run<second_entries_count>},
  };
  return all;
}

}  // namespace procreg::scenarios
