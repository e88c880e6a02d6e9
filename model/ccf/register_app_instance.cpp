// RegisterAppInstance (ccf.md 5). The steps are those of the pipeline of 5.1.
#include <algorithm>

#include "model/ccf/inheritance.h"
#include "model/object/handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

Ruling& null_pointer(Draft& world, Choices& choices) {
  switch (choices.take(choice::ccf_null_pointer)) {
    case CcfNullPointer::noaccess:
      return world.refuse(ERROR_NOACCESS, "CCF-REG-02");
    case CcfNullPointer::access_violation:
      return world.refuse({ResultKind::exception, static_cast<std::uint32_t>(NtStatus::STATUS_ACCESS_VIOLATION)},
                          "CCF-REG-02");
    case CcfNullPointer::invalid_parameter:
      break;
  }
  return world.refuse(ERROR_INVALID_PARAMETER, "CCF-REG-02");
}

// What steps 3 to 5 make of the handle. `refused_by` none: they pass.
struct Judged {
  const Process* target{};
  Clause refused_by{};
};

// Step 5 for the handle of another process, or of the caller under app-instance-self-needs-terminate = yes.
bool has_terminate(Draft& world, const Process& caller, const Process& target, AccessMask mask, Choices& choices) {
  const bool recheck = choices.take(choice::app_instance_access_check) == AppInstanceAccessCheck::security_recheck;
  const bool passes = recheck ? could_open(world, caller, target, PROCESS_TERMINATE) : has(mask, PROCESS_TERMINATE);
  world.applies_if(passes && mask == PROCESS_TERMINATE, "CCF-REG-09");
  world.applies_if(passes && target.birth.protected_, "CCF-REG-24");
  return world.shaped("CCF-REG-10", passes);
}

Clause access_refused_by(Draft& world, const Process& caller, const Process& target, AccessMask mask,
                         Choices& choices) {
  if (target.birth.object != caller.birth.object)
    return has_terminate(world, caller, target, mask, choices) ? Clause{} : Clause("CCF-REG-08");
  world.applies_if(!has(mask, PROCESS_TERMINATE), "CCF-REG-11");
  if (choices.take(choice::app_instance_self_needs_terminate) == AppInstanceSelfNeedsTerminate::no) return {};
  return has_terminate(world, caller, target, mask, choices) ? Clause{} : Clause("CCF-REG-11");
}

Judged judged(Draft& world, const RegisterAppInstance& call, Choices& choices) {
  const Process& caller = world.process(call.by.raw);
  const bool is_pseudo = call.ProcessHandle.raw == current_process;
  const auto named = resolve(world, caller, call.ProcessHandle.raw);

  if (!named.has_value()) return {nullptr, "CCF-REG-06"};
  const Process* target = process_named(world, call.by.raw.machine, named);
  if (target == nullptr) return {nullptr, "CCF-REG-05"};
  if (!live(*target)) {
    world.applies_if(!has(named->mask, PROCESS_TERMINATE), "CCF-REG-14");
    return {target, "CCF-REG-07"};
  }
  if (is_pseudo) return {target, world.shaped("CCF-REG-12", true) ? Clause{} : Clause("CCF-REG-08")};
  world.applies("CCF-REG-13");
  return {target, access_refused_by(world, caller, *target, named->mask, choices)};
}

Ruling& exited_target(Draft& world, Choices& choices) {
  switch (choices.take(choice::app_instance_exited_process)) {
    case AppInstanceExitedProcess::access_denied:
      return world.refuse(ERROR_ACCESS_DENIED, "CCF-REG-07");
    case AppInstanceExitedProcess::succeed_no_effect:
      return world.answer(ERROR_SUCCESS, "CCF-REG-07");
    case AppInstanceExitedProcess::invalid_parameter:
      break;
  }
  return world.refuse(ERROR_INVALID_PARAMETER, "CCF-REG-07");
}

Ruling& refuse_handle(Draft& world, MachineIndex machine, const Judged& handle, Choices& choices) {
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
}

Ruling& store(Draft& world, const RegisterAppInstance& call, const Process& target, bool overrides) {
  const MachineIndex machine = call.by.raw.machine;
  const Guid id = *call.AppInstanceId.value;
  if (world.ccf_allocation_fails(machine)) return world.refuse(ERROR_NOT_ENOUGH_MEMORY, "CCF-REG-19");
  note_company(world, machine, target, id);
  const bool inherit = inherits(world, call.ChildrenInheritAppInstance);
  return world.commit(ERROR_SUCCESS, "CCF-REG-01", [&](Edit& next) {
    Tag& tag = tag_of(next, {machine, target.birth.object});
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

  if (!call.AppInstanceId.value.has_value()) return null_pointer(world, choices);

  const Judged handle = judged(world, call, choices);
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
