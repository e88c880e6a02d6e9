#include "model/ccf/process_handle.h"

#include "model/object/handle.h"

namespace procreg::model {

using enum Win32Error;

namespace {

// Step 5 for the handle of another process, or of the caller under app-instance-self-needs-terminate = yes.
bool has_terminate(Draft& world, const Process& caller, const Process& target, AccessMask mask, Choices& choices) {
  const bool recheck = choices.take(choice::app_instance_access_check) == AppInstanceAccessCheck::security_recheck;
  const bool passes = recheck ? could_open(world, caller, target, PROCESS_TERMINATE) : has(mask, PROCESS_TERMINATE);
  world.applies_if(passes && mask == PROCESS_TERMINATE, "CCF-REG-09");
  world.applies_if(passes && target.birth.protected_, "CCF-REG-24");
  world.applies_if(passes && !recheck, "CCF-REG-25");
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

}  // namespace

Ruling& ccf_null_pointer(Draft& world, Choices& choices) {
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

JudgedHandle judged(Draft& world, ProcessKey by, HandleValue handle, Choices& choices) {
  const Process& caller = world.process(by);
  const bool is_pseudo = handle == current_process;
  const auto named = resolve(world, caller, handle);

  if (!named.has_value()) return {nullptr, "CCF-REG-06"};
  const Process* target = process_named(world, by.machine, named);
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

}  // namespace procreg::model
