// RegisterAppInstance (ccf.md 5). The steps are those of the pipeline of 5.1.
#include <algorithm>

#include "model/ccf/inheritance.h"
#include "model/ccf/opens.h"
#include "model/ccf/process_handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

Ruling& refuse_handle(Draft& world, MachineIndex machine, const JudgedHandle& handle, Choices& choices) {
  if (handle.refused_by == Clause("CCF-REG-06")) {
    const auto code = choices.take(choice::app_instance_bad_handle);
    return world.refuse(code == AppInstanceBadHandle::invalid_handle ? ERROR_INVALID_HANDLE : ERROR_INVALID_PARAMETER,
                        "CCF-REG-06");
  }
  if (handle.refused_by == Clause("CCF-REG-05")) return world.refuse(ERROR_INVALID_PARAMETER, "CCF-REG-05");
  if (handle.refused_by == Clause("CCF-REG-07")) return exited_target(world, choices);
  const Tag* tag = find_tag(world.machine(machine), handle.target->birth.object);
  world.applies_if(tag != nullptr && tag->has_id, "CCF-REG-17");
  return world.refuse(ERROR_ACCESS_DENIED, handle.refused_by);
}

bool inherits(Draft& world, Bool value) {
  if (value == Bool{0} || value == Bool{1}) return value == Bool{1};
  return world.shaped("CCF-REG-22", true);
}

// Step 7b.
Ruling& same_guid(Draft& world, const RegisterAppInstance& call, const Tag& tag, Choices& choices) {
  const bool inherit = inherits(world, call.ChildrenInheritAppInstance);
  switch (choices.take(choice::app_instance_same_guid_again)) {
    case AppInstanceSameGuidAgain::succeed_no_change:
      return world.answer(ERROR_SUCCESS, "CCF-REG-16");
    case AppInstanceSameGuidAgain::succeed_update_inherit:
      return world.commit(ERROR_SUCCESS, "CCF-REG-16", [&](Edit& next) {
        tag_of(next, {call.by.raw.machine, tag.process}).inherit = inherit;
      });
    case AppInstanceSameGuidAgain::fail_already_exists:
      break;
  }
  world.applies_if(inherit != tag.inherit, "CCF-REG-28");
  return world.refuse(ERROR_OBJECT_ALREADY_EXISTS, "CCF-REG-16");
}

// Steps 8 and 9.
void note_company(Draft& world, MachineIndex machine, const Process& target, const Guid& id) {
  for (const Machine& other : world.now().machines) {
    const bool shared =
        std::any_of(other.tags.begin(), other.tags.end(), [&](const Tag& tag) { return tag.has_id && tag.id == id; });
    world.applies_if(shared, "CCF-REG-20");
  }
  const auto& processes = world.machine(machine).processes;
  const bool parent = std::any_of(processes.begin(), processes.end(),
                                  [&](const Process& process) { return process.birth.parent == target.birth.object; });
  world.applies_if(parent, "CCF-INH-03");
  world.applies_if(has_opens(world.now()), "CCF-REG-27");
}

Ruling& store(Draft& world, const RegisterAppInstance& call, const Process& target, bool overrides) {
  const MachineIndex machine = call.by.raw.machine;
  const Guid id = *call.AppInstanceId.value;
  if (world.ccf_allocation_fails(machine)) return world.refuse(ERROR_NOT_ENOUGH_MEMORY, "CCF-REG-19");
  note_company(world, machine, target, id);
  const bool inherit = inherits(world, call.ChildrenInheritAppInstance);
  return world.commit(ERROR_SUCCESS, "CCF-REG-01", [&](Edit& next) {
    const Tag* entry = find_tag(next.machine(machine), target.birth.object);
    const bool flags_only = entry != nullptr && !entry->has_id;
    Tag& tag = tag_of(next, {machine, target.birth.object});
    if (flags_only) tag.csv_flags = next.shaped("CCF-REG-21", tag.csv_flags);
    tag.has_id = true;
    tag.id = id;
    tag.inherit = inherit;
    tag.origin = overrides ? next.shaped("CCF-INH-10", TagOrigin::explicit_) : TagOrigin::explicit_;
  });
}

bool never_inherits(const Process& process) {
  return !process.birth.parent.has_value() && !process.birth.creator.has_value();
}

// A process of the world has no inherited tag; what a spoiled CCF-INH-13 sees in one that has none.
bool has_inherited(Draft& world, const Process& target, const Tag* tag) {
  if (tag != nullptr) return tag->has_id && tag->origin == TagOrigin::inherited;
  return never_inherits(target) && world.shaped("CCF-INH-13", false);
}

}  // namespace

Ruling& rule(Draft& world, const RegisterAppInstance& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  const bool loaded = world.machine(machine).filter == FilterState::loaded;
  world.applies("CCF-FLT-01");

  if (!call.AppInstanceId.value.has_value()) return ccf_null_pointer(world, choices);

  const JudgedHandle handle = judged(world, call.by.raw, call.ProcessHandle.raw, choices);
  const bool bad = !handle.refused_by.is_none();
  if (!loaded) {
    world.applies("CCF-FLT-02");
    const bool filter_first =
        !bad || world.shaped("CCF-REG-04", choices.take(choice::ccf_check_order) == CcfCheckOrder::filter_first);
    if (filter_first) return world.refuse(ERROR_NOT_FOUND, "CCF-REG-03");
  }
  if (bad) return refuse_handle(world, machine, handle, choices);

  const Guid id = *call.AppInstanceId.value;
  if (id == zero_guid) {
    world.applies("CCF-REG-23");
    if (choices.take(choice::app_instance_zero_guid) == AppInstanceZeroGuid::invalid_parameter)
      return world.refuse(ERROR_INVALID_PARAMETER, "CCF-REG-23");
  }

  const Tag* tag = find_tag(world.machine(machine), handle.target->birth.object);
  const bool inherited = has_inherited(world, *handle.target, tag);
  const bool tagged = tag != nullptr && tag->has_id;
  world.applies_if(tagged && world.ccf_allocation_would_fail(machine), "CCF-REG-18");
  if (inherited) {
    world.applies("CCF-INH-09");
    if (choices.take(choice::app_instance_child_register) == AppInstanceChildRegister::fail_already_exists)
      return world.refuse(ERROR_OBJECT_ALREADY_EXISTS, "CCF-INH-09");
    return store(world, call, *handle.target, true);
  }
  if (tagged && tag->id == id) return same_guid(world, call, *tag, choices);
  if (tagged) return world.refuse(ERROR_OBJECT_ALREADY_EXISTS, "CCF-REG-15");
  return store(world, call, *handle.target, false);
}

}  // namespace procreg::model
