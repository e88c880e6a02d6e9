// Laws of what a registration does to others: nothing, in either direction.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

void the_registered_process_is_left_alone(Story& story) {
  const Name target = story.process();
  story.bring_to(target, story.one_of({ProcessState::Running, ProcessState::Hung, ProcessState::InRecovery}));
  const std::uint32_t rounds = story.between(1, 3);
  for (std::uint32_t k = 0; k < rounds; ++k) {
    const SeenProcess before = story.of(target);
    const std::uint32_t which = story.below(3);
    story.reg(main, pid(target), which == 0 ? TidRef{} : which == 1 ? thread(target) : tid(4));
    story.must(same(before, story.of(target)), "registering leaves the process as it is");
    if (story.coin()) story.unreg(main, pid(target));
    story.must(same(before, story.of(target)), "so does unregistering");
  }
  story.exit(target);
  story.must(story.find(target) == nullptr, "nor is it kept alive");
}

// `target` is gone from the world of the living; possibly another process has its pid.
void bury(Story& story, Name target) {
  story.exit(target);
  if (story.coin()) return;
  story.close(main, handle_of(target));
  story.close(main, thread_handle_of(target));
  if (story.coin()) story.create(main, {.pid = {story.pid_of(target)}});
}

void unregistering_goes_by_the_number(Story& story) {
  accept_any_target(story);
  const Name target = story.create(main);
  const Pid number_of_target = story.pid_of(target);
  story.must_be(story.reg(main, pid(target)), S_OK, "a child is registered");
  if (story.coin()) story.reg(main, nobody_pid());
  bury(story, target);
  story.must_be(story.unreg(main, pid(number(number_of_target))), S_OK, "an entry is found by its number");
  story.must(story.of(main).entry(number_of_target) == nullptr, "and removed");
  story.must_be(story.unreg(main, pid(number(number_of_target))), WER_E_NOT_FOUND, "once");
}

void unregistering_never_allocates(Story& story) {
  accept_any_target(story);
  const std::uint32_t n = story.between(1, 3);
  for (std::uint32_t k = 1; k <= n; ++k) story.reg(main, nobody_pid(k));
  const bool capped = story.coin();
  if (capped) story.capacity(main, story.below(n + 1));
  const std::uint32_t due = story.between(1, 2);
  story.fail_allocation(main, due);
  for (std::uint32_t k = 1; k <= n; ++k) {
    story.must_be(story.unreg(main, nobody_pid(k)), S_OK, "an exhausted heap does not matter");
    const auto& pending = story.of(main).countdowns;
    story.must(pending.size() == 1 && pending[0].n == due, "and no attempt is made");
  }
}

}  // namespace

Suite additional_process_laws() {
  static const harness::Property all[] = {
      {"A registered process is not touched", about<"WER-AP-18">(), run<the_registered_process_is_left_alone>},
      {"Unregistering matches by number, whoever has the pid now", about<"WER-AP-36">(),
       run<unregistering_goes_by_the_number>},
      {"Unregistering never allocates", about<"WER-AP-38">(), run<unregistering_never_allocates>},
  };
  return all;
}

}  // namespace procreg::scenarios
