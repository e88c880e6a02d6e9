// Laws of the limits: what counts, for whom, and when a place is free again.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

void fills(Story& story, const Registrations& lists, Name by, List list, std::uint32_t n) {
  lists.fill(by, list, n);
  story.must_be(lists.add(by, {list, n}), WER_E_INSUFFICIENT_BUFFER, "no place beyond the limit is");
}

void a_place_is_free_at_once(Story& story) {
  const Registrations lists{story};
  const List list = lists.any_list();
  const std::uint32_t n = story.between(1, 3);
  lists.limit(list, n);
  fills(story, lists, main, list, n);
  std::uint32_t next = n;
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const std::vector<Registered> registered = lists.of(main, list);
    const Registered dropped = story.one_of(registered);
    story.must_be(lists.remove(main, {list, dropped.k}), S_OK, "a registered entry is unregistered");
    story.must_be(lists.add(main, {list, next++}), S_OK, "its place is free at once");
    story.must_be(lists.add(main, {list, next}), WER_E_INSUFFICIENT_BUFFER, "and is one place only");
  }
}

void limits_are_each_process_s_own(Story& story) {
  const Registrations lists{story};
  const List list = lists.any_list();
  const std::uint32_t n = story.between(1, 3);
  lists.limit(list, n);
  const Cast cast = cast_of(story, 2);
  for (const Name process : cast) fills(story, lists, process, list, n);
}

void the_dead_count_too(Story& story) {
  accept_any_target(story);
  const std::uint32_t n = story.between(1, 3);
  limit_processes_to(story, n);
  Cast registered;
  for (std::uint32_t k = 0; k < n; ++k) {
    registered.push_back(story.create(main));
    story.must_be(story.reg(main, pid(registered.back())), S_OK, "a place within the limit is granted");
  }
  for (const Name process : registered) {
    if (story.below(3) == 0) continue;
    story.exit(process);
    if (story.coin()) story.close(main, handle_of(process));
    story.must_be(story.reg(main, nobody_pid()), WER_E_INSUFFICIENT_BUFFER,
                  "the exit of a registered process frees nothing");
    story.must(story.of(main).registered().size() == n, "and removes nothing");
  }
}

void each_has_its_own_list(Story& story) {
  accept_any_target(story);
  limit_processes_to(story, 1);
  const Cast cast = cast_of(story, 2);
  const PidRef shared = any_pid(story, cast);
  for (const Name by : cast) {
    story.must_be(story.reg(by, shared), S_OK, "several processes register the same pid");
    story.must(story.of(by).registered().size() == 1, "each in its own list");
    story.must_be(story.reg(by, nobody_pid(7)), WER_E_INSUFFICIENT_BUFFER, "within its own limit");
  }
  const Name first = story.one_of(cast);
  story.must_be(story.unreg(first, shared), S_OK, "one of them unregisters it");
  for (const Name by : cast)
    story.must(story.of(by).registered().size() == (by == first ? 0 : 1), "the others keep it");
}

}  // namespace

Suite limit_laws() {
  static const harness::Property all[] = {
      {"The place of an unregistered entry is free at once", about<"WER-ALL-16">(), run<a_place_is_free_at_once>},
      {"The limits of one process are not those of another", about<"WER-ALL-17">(), run<limits_are_each_process_s_own>},
      {"The limit counts entries, so the exit of a registered process frees nothing", about<"WER-AP-12">(),
       run<the_dead_count_too>},
      {"A pid that several processes register stands in the list of each", about<"WER-AP-14">(),
       run<each_has_its_own_list>},
  };
  return all;
}

}  // namespace procreg::scenarios
