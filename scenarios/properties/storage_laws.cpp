// Laws of the registration storage: whose it is, what makes it, what leaves it alone.
#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/expected_lists.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

void only_the_callers_storage(Story& story) {
  const Registrations lists{story};
  const Cast cast = cast_of(story, 2);
  for (const Name process : cast) perhaps_packaged(story, process);
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    const Name by = story.one_of(cast);
    const Seen before = story.seen();
    any_wer_call(story, lists, by, cast);
    for (const Name other : cast) {
      if (other == by) continue;
      story.must(same(story.there(before.process(story.key(other))).wer, story.of(other).wer),
                 "only the storage of the caller changes");
    }
  }
}

void unregister_creates_no_storage(Story& story) {
  const Registrations lists{story};
  const Cast cast = cast_of(story, 1);
  perhaps_packaged(story, Story::main);
  story.bring_to(Story::main, story.one_of({ProcessState::Running, ProcessState::Hung}));
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    const std::uint32_t which = story.below(6);
    if (which == 0) story.unreg(Story::main, any_pid(story, cast));
    if (which == 1) story.unreg(Story::main, pid(story.any_number()));
    if (which == 2) lists.remove(Story::main, lists.any_key());
    if (which == 3) story.unreg_recovery(Story::main);
    if (which == 4) story.unreg_restart(Story::main);
    if (which == 5) story.unreg_local_dump(Story::main);
    story.must(!story.of(Story::main).wer, "there is no storage after an unregister");
  }
}

void each_call_has_its_effect_before_the_next(Story& story) {
  const Registrations lists{story};
  story.any(choice::additional_process_duplicate);
  const Cast cast = cast_of(story, 1);
  const List one = lists.any_list();  // two lists, so that keys are met again
  const List other = lists.any_list();
  const ExpectedLists nothing{story.profile(), story.world().limits};
  std::vector<ExpectedLists> all(cast.size(), nothing);
  for (std::uint32_t left = story.between(2, 10); left > 0; --left) {
    const std::uint32_t which = story.below(2);
    const List list = story.coin() ? other : one;
    const Key key{list, story.below(3)};
    if (story.below(3) != 0) {
      const std::uint32_t attribute = lists.any_attribute();
      const Result want = all[which].add(key, attribute);
      story.must_be(lists.add(cast[which], key, attribute), want, "a registration answers by all calls so far");
    } else {
      const Result want = all[which].remove(key, lists);
      story.must_be(lists.remove(cast[which], key), want, "so does an unregistration");
    }
    for (std::size_t k = 0; k < cast.size(); ++k)
      story.must(all[k].are_shown_by(story.of(cast[k]), lists),
                 "after each call the lists are those of all calls so far");
  }
}

void forgive_countdowns(Seen& world) {
  for (SeenMachine& machine : world.machines) {
    machine.faults.clear();
    for (SeenProcess& process : machine.processes) {
      process.countdowns.clear();
      process.recovery_faults.clear();
    }
  }
}

void any_wer_fault(Story& story, Name process) {
  switch (story.below(5)) {
    case 0:
      story.fail_allocation(process, story.between(1, 2));
      break;
    case 1:
      story.fail_recovery(process, story.between(1, 2));
      break;
    case 2:
      story.capacity(process, story.below(3));
      break;
    default:
      break;
  }
}

// WER-REC-20 and WER-REC-21: a size, and NUL where there is no room for the line.
bool are_outputs_of_no_restart(const Answer& answer) {
  constexpr std::uint32_t line = 1;
  constexpr std::uint32_t size = 2;
  if (answer.result == WER_E_NOT_FOUND) return answer.written == size && answer.out[1] == 0;
  const bool nul = answer.written == (line | size) && answer.out[0] == empty_text.index;
  return answer.result == WER_E_INSUFFICIENT_BUFFER && (answer.written == size || nul);
}

void outputs_of_a_refusal(Story& story) {
  const auto& answer = story.last();
  if (answer.written == 0) return;
  const bool told_not_cancelled = answer.result == E_FAIL && answer.written == 1 && answer.out[0] == 0;  // WER-REC-11
  const bool reads_restart = std::holds_alternative<GetApplicationRestartSettings>(story.last_step());
  story.must(reads_restart ? are_outputs_of_no_restart(answer) : told_not_cancelled,
             "a refused call leaves its outputs but for what a clause says");
}

void a_refused_call_changes_nothing(Story& story) {
  const Registrations lists{story};
  Limits& limits = story.world().limits;
  limits.dumpCollection = story.below(3);
  limits.entries = story.between(1, 4);
  limits.metadata = story.below(3);
  limits.modules = story.below(3);
  const Cast cast = cast_of(story, 2);
  perhaps_packaged(story, Story::main);
  const std::uint32_t recovers_at = story.below(12);
  for (std::uint32_t left = story.between(2, 10); left > 0; --left) {
    if (left == recovers_at) story.recover(Story::main);
    any_wer_fault(story, Story::main);
    const Seen before = story.seen();
    if (!refused(any_wer_call(story, lists, Story::main, cast).result)) continue;
    story.must_be_unchanged(before, "a refused call changes nothing but countdowns", forgive_countdowns);
    outputs_of_a_refusal(story);
  }
}

void last_error_stays(Story& story) {
  const Registrations lists{story};
  const Cast cast = cast_of(story, 1);
  perhaps_packaged(story, Story::main);
  const std::uint32_t error = spoil_last_error(story, Story::main);
  if (story.below(3) == 0) story.recover(Story::main);
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    any_wer_call(story, lists, Story::main, cast);
    story.must(story.of(Story::main).life.lastError == error, "a WER call leaves the caller's last error");
  }
}

// A process that the caller could open, one of another user, a protected one, an exited one that is kept, or none.
PidRef any_target(Story& story, const Cast& cast) {
  const std::uint32_t k = story.below(5);
  if (k == 4) return nobody_pid();
  if (k < cast.size()) return pid(cast[k]);
  const Name child = story.create(Story::main);
  story.exit(child);
  return pid(child);
}

void forgive_storage(Seen& world) {
  for (SeenMachine& machine : world.machines) {
    machine.app_local_dumps.clear();
    for (SeenProcess& process : machine.processes) process.wer.reset();
  }
}

// A path, address or name of something that exists or does not.
Result any_other_registration(Story& story, const Registrations& lists, std::uint32_t k) {
  if (story.below(6) == 0) return story.reg_local_dump(Story::main, story.text(u"..\\Dumps"));
  const Key key{lists.any_list(), k};
  return lists.add(Story::main, key, lists.any_attribute());
}

void only_the_number_is_stored(Story& story) {
  const Registrations lists{story};
  story.spec(Story::main).package = story.user(u"package");
  story.world().existingFiles = {*story.text(u"C:\\b.txt").value, *story.text(u"C:\\C.TXT").value};
  story.world().helperModules = {*story.text(u"C:\\a.dll").value};
  const TextRef stranger = story.user(u"stranger");
  const Cast cast{story.process(), story.process({.user = stranger}), story.process({.protected_ = true})};
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const PidRef target = any_target(story, cast);
    const TidRef with = story.coin() ? tid(story.any_number()) : TidRef{};
    const bool a_process = story.coin();
    const Seen before = story.seen();
    const Result answer = a_process ? story.reg(Story::main, target, with) : any_other_registration(story, lists, left);
    story.must_be(answer, S_OK, "no existence or access check is made");
    story.must_be_unchanged(before, "no handle, no effect on the thing named", forgive_storage);
  }
}

std::vector<std::uint32_t> pending(Story& story, Name process) {
  std::vector<std::uint32_t> pending;
  for (const SnapNumber& countdown : story.of(process).countdowns) pending.push_back(countdown.n);
  return pending;
}

void storage_costs_nothing(Story& story) {
  accept_any_target(story);
  const Name main = Story::main;
  switch (story.below(4)) {
    case 0: {
      story.capacity(main, 0);
      story.must_be(story.recovery(main), S_OK, "storage is no allocation");
      break;
    }
    case 1: {
      const std::uint32_t n = story.between(1, 3);
      story.fail_allocation(main, n);
      story.must_be(story.recovery(main), S_OK, "creating the storage cannot fail");
      story.must(pending(story, main) == std::vector{n}, "creating the storage is no attempt");
      break;
    }
    case 2: {
      const std::uint32_t n = story.between(2, 4);
      story.fail_allocation(main, n);
      story.must_be(story.reg(main, nobody_pid()), S_OK, "creating the storage cannot fail");
      story.must(pending(story, main) == std::vector{n - 1}, "the entry is the only attempt");
      break;
    }
    default: {
      story.capacity(main, 1);
      story.must_be(story.reg(main, nobody_pid()), S_OK, "the entry alone takes the capacity");
      break;
    }
  }
  story.must(story.of(main).wer.has_value(), "there is storage now");
}

}  // namespace

Suite storage_laws() {
  static const harness::Property all[] = {
      {"A WER call acts on the storage of its caller only", about<"WER-ALL-01">(), run<only_the_callers_storage>},
      {"Unregistering never creates storage", about<"WER-ALL-61">(), run<unregister_creates_no_storage>},
      {"Each call has its whole effect before the next one begins", about<"WER-ALL-07">(),
       run<each_call_has_its_effect_before_the_next>},
      {"A refused WER call changes nothing but fault countdowns", about<"WER-ALL-08">(),
       run<a_refused_call_changes_nothing>},
      {"No WER call touches the last error of its caller", about<"WER-ALL-09">(), run<last_error_stays>},
      {"Registering stores the number or text and does nothing to the thing named", about<"WER-ALL-10">(),
       run<only_the_number_is_stored>},
      {"Creating the storage cannot fail and is no allocation", about<"WER-ALL-57">(), run<storage_costs_nothing>},
  };
  return all;
}

}  // namespace procreg::scenarios
