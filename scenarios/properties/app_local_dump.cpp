// Topic: the app-local dump: who may register one, and whose failures use it.
#include <algorithm>

#include "scenarios/properties/check.h"
#include "scenarios/properties/drawn_steps.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

constexpr Name main = Story::main;

// The registrations of one machine, in the order of the last ones.
class ExpectedDumps {
 public:
  struct Entry {
    Name by{};
    TextRef path{};
  };

  void set(Name by, TextRef path) {
    unset(by);
    entries_.push_back({by, path});
  }
  void unset(Name by) {
    std::erase_if(entries_, [by](const Entry& entry) { return entry.by == by; });
  }
  bool has(Name by) const { return of(by) != nullptr; }

  // The path that a failure of the process uses.
  std::optional<TextRef> path_for(Story& story, Name failing) const {
    if (const Entry* own = of(failing)) return own->path;
    const auto& package = story.spec(failing).package;
    std::optional<TextRef> path;
    if (story.profile()[choice::app_local_dump_scope] == AppLocalDumpScope::calling_process || !package) return path;
    for (const Entry& entry : entries_) {
      const ProcessSpec& other = story.spec(entry.by);
      if (other.package == package && other.machine == story.spec(failing).machine) path = entry.path;
    }
    return path;
  }

  void are_shown(Story& story) const {
    for (std::uint8_t m = 0; m < story.world().machines.size(); ++m) {
      std::vector<SnapProcess> expected;
      for (const Entry& entry : entries_)
        if (story.spec(entry.by).machine == MachineIndex{m}) expected.push_back({story.key(entry.by).object});
      story.must(same(story.machine(MachineIndex{m}).app_local_dumps, expected),
                 "a machine knows who has registered, the last one at the end");
    }
  }

 private:
  const Entry* of(Name by) const {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [by](const Entry& entry) { return entry.by == by; });
    return found == entries_.end() ? nullptr : &*found;
  }

  std::vector<Entry> entries_{};
};

bool may_store(const ProcessSpec& spec) { return spec.package && spec.localFolderUsable.value_or(true); }

void registers(Story& story, Name by, TextIn path, ExpectedDumps& expected) {
  const bool may = may_store(story.spec(by));
  story.must_be(story.reg_local_dump(by, path), may ? S_OK : WER_E_INVALID_STATE,
                "who has a usable folder may register");
  if (may) expected.set(by, *path.value);
}

void unregisters(Story& story, Name by, ExpectedDumps& expected) {
  const bool not_found =
      story.profile()[choice::app_local_dump_unregister_none] == AppLocalDumpUnregisterNone::not_found;
  story.must_be(story.unreg_local_dump(by), expected.has(by) || !not_found ? S_OK : WER_E_NOT_FOUND,
                "unregistering is by the choice where there is nothing");
  expected.unset(by);
}

// Of two packages or none, two of them on one machine, with a folder that may be unusable.
Cast packaged_cast(Story& story) {
  const std::vector<TextRef> packages{story.user(u"one"), story.user(u"two")};
  const MachineIndex far = story.add_machine(FilterState::loaded);
  Cast cast = cast_of(story, 3);
  cast.push_back(story.process({.machine = far}));
  for (const Name process : cast) {
    if (story.below(5) != 0) story.spec(process).package = story.one_of(packages);
    if (story.below(6) == 0) story.spec(process).localFolderUsable = story.coin();
  }
  return cast;
}

// One process registers, unregisters or exits.
void one_goes_on(Story& story, Cast& live, const std::vector<TextIn>& paths, ExpectedDumps& expected) {
  const Name by = story.one_of(live);
  const std::uint32_t which = story.below(8);
  if (which < 5) registers(story, by, story.one_of(paths), expected);
  if (which == 5 || which == 6) unregisters(story, by, expected);
  if (which == 7 && live.size() > 1) {
    story.exit(by);
    expected.unset(by);
    std::erase(live, by);
  }
  expected.are_shown(story);
}

// True for a hang.
bool fails_somehow(Story& story, Name process) {
  const bool hangs = story.coin();
  if (hangs) story.hang(process);
  if (hangs) story.close_hung(process);
  if (!hangs) story.crash(process);
  return hangs;
}

void whose_dump_is_used(Story& story) {
  story.any(choice::app_local_dump_scope);
  story.any(choice::app_local_dump_unregister_none);
  const bool hangs_only = story.any(choice::app_local_dump_trigger) == AppLocalDumpTrigger::hang_only;
  story.world().additionalDataRequested = story.coin();
  const std::vector<TextIn> paths{story.text(u"Dumps"), story.text(u"..\\x"), story.text(u"")};
  Cast live = packaged_cast(story);
  ExpectedDumps expected;
  for (std::uint32_t left = story.between(1, 10); left > 0; --left) one_goes_on(story, live, paths, expected);
  const Name failing = story.one_of(live);
  const bool hangs = fails_somehow(story, failing);
  const SeenReport& report = story.last_report();
  const auto path = !hangs && hangs_only ? std::nullopt : expected.path_for(story, failing);
  story.must(report.app_local_dump.has_value() == path.has_value(), "a dump is recorded by scope and trigger");
  if (path) story.must(report.app_local_dump->path == *path, "under the path registered last");
  if (path) story.must(report.app_local_dump->kind == report.dumps[0].head.kind, "and is the primary one");
  expected.are_shown(story);
}

// In the states in which calls can be made.
void local_dump_by_state(Story& story) {
  constexpr std::uint32_t may_call = WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION;
  const bool in_recovery = story.any(choice::app_local_dump_in_recovery) == AppLocalDumpInRecovery::allowed;
  const bool crashed = story.any(choice::calls_while_crashed) == CallsWhileCrashed::as_running;
  const bool state_first = story.any(choice::argument_vs_state_order) == ArgumentVsStateOrder::state_first;
  story.spec(main).package = story.user(u"package");
  const TextIn path = story.text(u"Dumps");
  const ProcessState state =
      story.one_of({ProcessState::InRecovery, ProcessState::Crashed, ProcessState::Running, ProcessState::Hung});
  if (state == ProcessState::Crashed) story.must_be(story.set_flags(main, may_call), S_OK, "main may call");
  story.bring_to(main, state);
  const bool may = state == ProcessState::InRecovery ? in_recovery : state != ProcessState::Crashed || crashed;
  const Seen before = story.seen();
  story.must_be(story.reg_local_dump(main, TextIn{}), may || !state_first ? E_INVALIDARG : WER_E_INVALID_STATE,
                "a bad argument is refused first or last");
  story.must_be(story.reg_local_dump(main, path), may ? S_OK : WER_E_INVALID_STATE, "registering is by the state");
  story.must(story.machine().app_local_dumps.size() == (may ? 1U : 0U), "and has effect or none");
  story.must_be(story.unreg_local_dump(main), may ? S_OK : WER_E_INVALID_STATE, "so is unregistering");
  if (!may) story.must_be_unchanged(before, "a refusal changes nothing");
}

}  // namespace

Suite app_local_dump() {
  static const harness::Property all[] = {
      {"A failure uses the app-local dump that scope and trigger say",
       about<"WER-ALD-03", "WER-ALD-04", "WER-ALD-05", "WER-ALD-06", "WER-ALD-07", "WER-ALD-08", "WER-ALD-09",
             "WER-ALD-10">(),
       run<whose_dump_is_used, 300>},
      {"An app-local dump is registered in recovery and after a crash by the choices",
       about<"WER-ALL-47", "WER-ALL-11", "WER-ALD-01">(), run<local_dump_by_state>},
  };
  return all;
}

}  // namespace procreg::scenarios
