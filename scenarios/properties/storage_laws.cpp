// Laws of the registration storage: whose it is, what makes it, what leaves it alone.
#include <algorithm>
#include <utility>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

void only_the_callers_storage(Story& story) {
  const Cast cast = cast_of(story, 2);
  for (std::uint32_t left = story.between(2, 8); left > 0; --left) {
    const Name by = story.one_of(cast);
    const Seen before = story.seen();
    any_wer_call(story, by, cast);
    for (const Name other : cast) {
      if (other == by) continue;
      story.must(same(story.there(before.process(story.key(other))).wer, story.of(other).wer),
                 "only the storage of the caller changes");
    }
  }
}

void unregister_creates_no_storage(Story& story) {
  const Cast cast = cast_of(story, 1);
  story.bring_to(Story::main, story.one_of({ProcessState::Running, ProcessState::Hung}));
  for (std::uint32_t left = story.between(1, 4); left > 0; --left) {
    const PidRef unregistered = story.coin() ? any_pid(story, cast) : pid(story.any_number());
    story.unreg(Story::main, unregistered);
    story.must(!story.of(Story::main).wer, "there is no storage after an unregister");
  }
}

// What one process has registered, as its calls so far say.
struct Told {
  Name process{};
  std::vector<std::pair<Pid, Tid>> entries{};

  void reg(Pid pid, Tid tid, AdditionalProcessDuplicate duplicates) {
    for (auto& [known, with] : entries) {
      if (known != pid || duplicates == AdditionalProcessDuplicate::second_entry) continue;
      if (duplicates == AdditionalProcessDuplicate::update) with = tid;
      return;
    }
    entries.emplace_back(pid, tid);
  }
  void unreg(Pid pid) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == pid; });
    if (found != entries.end()) entries.erase(found);
  }
  bool is_shown_by(const SeenProcess& shown) const {
    const std::size_t count = shown.wer ? shown.wer->processes.size() : 0;
    if (count != entries.size()) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const AdditionalProcessEntry& entry = shown.wer->processes[i];
      if (entry.processId != entries[i].first || entry.threadId != entries[i].second) return false;
    }
    return true;
  }
};

void each_call_has_its_effect_before_the_next(Story& story) {
  accept_any_target(story);
  const auto duplicates = story.any(choice::additional_process_duplicate);
  const Cast cast = cast_of(story, 1);
  std::vector<Told> all{{.process = cast[0]}, {.process = cast[1]}};
  for (std::uint32_t left = story.between(2, 10); left > 0; --left) {
    Told& told = all[story.below(2)];
    const Pid which{4 * story.between(500, 503)};
    const Tid with{4 * story.below(3)};
    if (story.below(3) != 0) {
      if (story.reg(told.process, pid(number(which)), tid(number(with))) == S_OK) told.reg(which, with, duplicates);
    } else if (story.unreg(told.process, pid(number(which))) == S_OK) {
      told.unreg(which);
    }
    for (const Told& other : all)
      story.must(other.is_shown_by(story.of(other.process)), "after each call the lists are those of all calls so far");
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

void outputs_of_a_refusal(Story& story) {
  const auto& step = story.last();
  const bool told_not_cancelled = step.result == E_FAIL && step.written == 1 && step.out[0] == 0;  // WER-REC-11
  story.must(step.written == 0 || told_not_cancelled, "a refused call leaves its outputs");
}

void a_refused_call_changes_nothing(Story& story) {
  story.world().limits.dumpCollection = story.between(0, 2);
  const Cast cast = cast_of(story, 2);
  const std::uint32_t recovers_at = story.below(12);
  for (std::uint32_t left = story.between(2, 10); left > 0; --left) {
    if (left == recovers_at) story.recover(Story::main);
    any_wer_fault(story, Story::main);
    const Seen before = story.seen();
    if (!refused(any_wer_call(story, Story::main, cast).result)) continue;
    story.must_be_unchanged(before, "a refused call changes nothing but countdowns", forgive_countdowns);
    outputs_of_a_refusal(story);
  }
}

void last_error_stays(Story& story) {
  const Cast cast = cast_of(story, 1);
  const std::uint32_t error = spoil_last_error(story, Story::main);
  if (story.below(3) == 0) story.recover(Story::main);
  for (std::uint32_t left = story.between(1, 6); left > 0; --left) {
    any_wer_call(story, Story::main, cast);
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
  for (SeenMachine& machine : world.machines)
    for (SeenProcess& process : machine.processes) process.wer.reset();
}

void only_the_number_is_stored(Story& story) {
  accept_any_target(story);
  const TextRef stranger = story.user(u"stranger");
  const Cast cast{story.process(), story.process({.user = stranger}), story.process({.protected_ = true})};
  for (std::uint32_t left = story.between(1, 3); left > 0; --left) {
    const PidRef target = any_target(story, cast);
    const TidRef with = story.coin() ? tid(story.any_number()) : TidRef{};
    const Seen before = story.seen();
    story.must_be(story.reg(Story::main, target, with), S_OK, "no existence or access check is made");
    story.must_be_unchanged(before, "no handle, no effect on the process named", forgive_storage);
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
      {"Registering stores the number and does nothing to the process named", about<"WER-ALL-10">(),
       run<only_the_number_is_stored>},
      {"Creating the storage cannot fail and is no allocation", about<"WER-ALL-57">(), run<storage_costs_nothing>},
  };
  return all;
}

}  // namespace procreg::scenarios
