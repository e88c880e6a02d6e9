// Faults of the CCF filter, of RegisterAppInstance and of inheritance.
#include <algorithm>
#include <set>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

using enum Win32Error;

// A RegisterAppInstance, and what it is about.
struct Tagging {
  const RegisterAppInstance* call{};
  FilterState filter{};
  Reached to{};
  const SeenProcess* target{};  // nullptr: no process
  const SnapTag* tag{};         // of the target, nullptr: none
};

Tagging tagging(const Seen& world, const Step& step) {
  const auto* call = as<RegisterAppInstance>(step);
  if (call == nullptr) return {};
  const SeenMachine& machine = world.machines[number(call->by.raw.machine)];
  const Reached to = reached(world, call->by.raw, call->ProcessHandle.raw);
  return {call, machine.head.filter, to, world.process(to.process), machine.tag(to.process.object)};
}

// Performs a tagging and answers `instead`, which is given the true answer.
template <Result (*instead)(const Tagging&, const Seen&, Result)>
struct AnswersOtherwise {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    Answer answer = inside.perform(step);
    const Tagging about = tagging(before, step);
    if (about.call != nullptr) answer.result = instead(about, before, answer.result);
    return answer;
  }
};

// Refuses what `wrongly` matches, before it is performed.
template <bool (*wrongly)(const Tagging&, const Seen&), Win32Error code>
struct Refuses {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Tagging about = tagging(before, step);
    return about.call != nullptr && wrongly(about, before) ? Answer{.result = code} : inside.perform(step);
  }
};

// --- The filter ---

Result absent_is_a_bad_parameter(const Tagging& about, const Seen&, Result answer) {
  return about.filter == FilterState::absent && answer == ERROR_NOT_FOUND ? ERROR_INVALID_PARAMETER : answer;
}

Result oneself_needs_no_filter(const Tagging& about, const Seen&, Result answer) {
  return about.to.pseudo && answer == ERROR_NOT_FOUND ? ERROR_SUCCESS : answer;
}

struct ReadsAttributesWithoutTheFilter {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    Answer answer = inside.perform(step);
    const auto* call = as<OpenTag>(step);
    if (call == nullptr || !call->ea.value || answer.result != NtStatus::STATUS_SUCCESS) return answer;
    if (before.machines[number(call->by.raw.machine)].head.filter == FilterState::loaded) return answer;
    answer.written |= 1;
    answer.out[0] = 1;
    return answer;
  }
};

struct TagsEndWithTheirGiver {
  std::set<ProcessKey> givers{};

  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const Tagging about = tagging(before, step);
    if (about.call != nullptr && !about.to.pseudo && answer.result == ERROR_SUCCESS) givers.insert(about.call->by.raw);
    if (!givers.contains(ending(before, step))) return answer;
    inside.perform(FilterUnload{});
    inside.perform(FilterLoad{});
    return answer;
  }
};

bool refuses(const Step& step, const Answer& answer) {
  return as<RegisterAppInstance>(step) && answer.result != ERROR_SUCCESS;
}

struct RefusalClosesTheHandle {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (refuses(step, answer))
      inside.perform(CloseHandle{caller(actor(step)), raw(as<RegisterAppInstance>(step)->ProcessHandle.raw)});
    return answer;
  }
};

struct RefusalSetsTheLastError {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (refuses(step, answer))
      inside.perform(OpenProcess{caller(actor(step)), {}, PROCESS_TERMINATE, Bool{0}, raw(Pid{0})});
    return answer;
  }
};

// --- RegisterAppInstance ---

bool terminate_alone(const Tagging& about, const Seen&) { return about.to.mask == PROCESS_TERMINATE; }

bool child_with_a_handle(const Tagging& about, const Seen& world) {
  const SeenProcess* by = world.process(about.call->by.raw);
  return by != nullptr && by->head.creator && !about.to.pseudo;
}

bool exited_without_the_right(const Tagging& about, const Seen&) {
  return about.target != nullptr && !about.target->live() && !has(about.to.mask, PROCESS_TERMINATE);
}

Result tag_before_access(const Tagging& about, const Seen&, Result answer) {
  return answer == ERROR_ACCESS_DENIED && about.tag != nullptr ? ERROR_OBJECT_ALREADY_EXISTS : answer;
}

Result allocation_before_tag(const Tagging& about, const Seen& world, Result answer) {
  const auto& faults = world.machines[number(about.call->by.raw.machine)].faults;
  const bool next_fails = !faults.empty() && faults.front().n == 1;
  return next_fails && about.tag != nullptr ? ERROR_NOT_ENOUGH_MEMORY : answer;
}

bool guid_in_use(const Tagging& about, const Seen& world) {
  const auto& tags = world.machines[number(about.call->by.raw.machine)].tags;
  return std::any_of(tags.begin(), tags.end(), [&](const SnapTag& tag) {
    return tag.hasId && tag.id == about.call->AppInstanceId.value && tag.objectId != about.to.process.object;
  });
}

bool protected_target(const Tagging& about, const Seen&) {
  return about.target != nullptr && about.target->head.protected_;
}

struct CrashDropsTheTag {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      std::erase_if(machine.tags, [&](const SnapTag& tag) {
        const SeenProcess* process = machine.process(tag.objectId);
        return process != nullptr && process->head.state == ProcessState::Crashed;
      });
  }
};

struct TheSettingCanBeChanged {
  void change(Profile& profile) const {
    profile = profile.with(choice::app_instance_same_guid_again, AppInstanceSameGuidAgain::succeed_update_inherit)
                  .with(choice::app_instance_child_register, AppInstanceChildRegister::override_inherited);
  }
};

// --- Inheritance ---

struct TagsExistingChildren {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const Tagging about = tagging(before, step);
    if (about.call == nullptr || answer.result != ERROR_SUCCESS) return answer;
    each_process(before, [&](ProcessKey key, const SeenProcess& process) {
      if (key.machine == about.to.process.machine && process.head.parent == about.to.process.object)
        inside.perform(RegisterAppInstance{caller(key), raw(current_process), about.call->AppInstanceId, Bool{1}});
    });
    return answer;
  }
};

struct OnlyOwnTagsAreInherited {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<RegisterAppInstance>(&changed))
      if (call->ProcessHandle.raw != current_process) call->ChildrenInheritAppInstance = Bool{0};
    return inside.perform(changed);
  }
};

struct TagsBringHandlesAlong {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<CreateProcess>(&changed)) {
      const Seen before = inside.look();
      const SnapTag* tag = before.machines[number(call->by.raw.machine)].tag(call->by.raw.object);
      if (tag != nullptr && tag->inherit) call->inheritHandles.set = true;
    }
    return inside.perform(changed);
  }
};

struct HeirsLoseTheirTag {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      std::erase_if(machine.tags, [&](const SnapTag& tag) {
        const SeenProcess* heir = machine.process(tag.objectId);
        if (tag.origin != TagOrigin::inherited || heir == nullptr || !heir->head.parent) return false;
        const SeenProcess* parent = machine.process(*heir->head.parent);
        return parent == nullptr || !parent->live();
      });
  }
};

constexpr PlantedFault faults[] = {
    {"CCF-FLT-01", "An absent filter answers like a bad parameter", plant<AnswersOtherwise<absent_is_a_bad_parameter>>},
    {"CCF-FLT-02", "Tagging oneself succeeds without the filter", plant<AnswersOtherwise<oneself_needs_no_filter>>},
    {"CCF-FLT-05", "Extended attributes are interpreted without the filter", plant<ReadsAttributesWithoutTheFilter>},
    {"CCF-FLT-08", "Tags end with the process that gave them", plant<TagsEndWithTheirGiver>},
    {"CCF-FLT-11", "A refused registration closes the handle", plant<RefusalClosesTheHandle>},
    {"CCF-FLT-12", "A refused registration sets the last error", plant<RefusalSetsTheLastError>},
    {"CCF-REG-09", "PROCESS_TERMINATE alone is not enough", plant<Refuses<terminate_alone, ERROR_ACCESS_DENIED>>},
    {"CCF-REG-13", "Handles that a child was given are refused",
     plant<Refuses<child_with_a_handle, ERROR_ACCESS_DENIED>>},
    {"CCF-REG-14", "A missing right is told before the exit",
     plant<Refuses<exited_without_the_right, ERROR_ACCESS_DENIED>>},
    {"CCF-REG-17", "A tag is told before a missing right", plant<AnswersOtherwise<tag_before_access>>},
    {"CCF-REG-18", "Memory is asked for before the tag is looked at", plant<AnswersOtherwise<allocation_before_tag>>},
    {"CCF-REG-20", "A GUID belongs to one process", plant<Refuses<guid_in_use, ERROR_OBJECT_ALREADY_EXISTS>>},
    {"CCF-REG-24", "A protected process cannot be tagged", plant<Refuses<protected_target, ERROR_ACCESS_DENIED>>},
    {"CCF-REG-26", "A crash drops the tag", plant<CrashDropsTheTag>},
    {"CCF-REG-28", "Registering again changes the children setting", plant<TheSettingCanBeChanged>},
    {"CCF-INH-03", "Tagging a process tags its existing children", plant<TagsExistingChildren>},
    {"CCF-INH-04", "A tag given by another process is not inherited", plant<OnlyOwnTagsAreInherited>},
    {"CCF-INH-06", "A child that inherits a tag inherits handles too", plant<TagsBringHandlesAlong>},
    {"CCF-INH-07", "A child loses its tag when its parent exits", plant<HeirsLoseTheirTag>},
};

}  // namespace

std::span<const PlantedFault> planted_ccf_faults() { return faults; }

}  // namespace procreg::scenarios
