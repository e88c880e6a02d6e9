// OpenProcess (ccf.md 3.4).
#include "model/object/handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

AccessMask by_dacl(const Tables& tables, const Birth& target, TextRef user) {
  if (!target.dacl.has_value()) return user == target.user ? PROCESS_ALL_ACCESS : AccessMask{};
  for (const auto& entry : tables.at(*target.dacl)) {
    if (entry.user == user) return entry.mask;
  }
  return {};
}

bool guarded_from(const Process& caller, const Process& target) {
  return target.birth.protected_ && !caller.birth.protected_;
}

}  // namespace

bool refused_by_kind(const Process& target) {
  return target.birth.kind == ProcessKind::system || target.birth.kind == ProcessKind::csrss;
}

bool refused_by_protection(const Process& caller, const Process& target, AccessMask wanted) {
  return guarded_from(caller, target) && any(wanted & protected_refused);
}

AccessMask allowed_bits(Draft& world, const Process& caller, const Process& target) {
  const AccessMask by_security =
      caller.birth.se_debug ? PROCESS_ALL_ACCESS
                            : world.shaped("OBJ-PROC-07", by_dacl(world.tables(), target.birth, caller.birth.user));
  const AccessMask kept = guarded_from(caller, target) ? ~protected_refused : ~AccessMask{};
  return world.shaped("OBJ-OPEN-06", by_security & kept);
}

bool could_open(Draft& world, const Process& caller, const Process& target, AccessMask wanted) {
  return !refused_by_kind(target) && !refused_by_protection(caller, target, wanted) &&
         has(allowed_bits(world, caller, target), wanted);
}

Ruling& rule(Draft& world, const OpenProcess& call, Choices& choices) {
  const Process& caller = world.process(call.by.raw);
  const MachineIndex machine = call.by.raw.machine;
  const AccessMask wanted = call.dwDesiredAccess & ~MAXIMUM_ALLOWED;
  const bool maximum = has(call.dwDesiredAccess, MAXIMUM_ALLOWED);

  if (call.dwProcessId.raw == Pid{0}) return world.fail(call, ERROR_INVALID_PARAMETER, "OBJ-OPEN-01");
  const Process* target = find(world.machine(machine), call.dwProcessId.raw);
  if (target == nullptr) return world.fail(call, ERROR_INVALID_PARAMETER, "OBJ-OPEN-02");
  if (refused_by_kind(*target)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-OPEN-03");
  if (!live(*target)) {
    world.applies("OBJ-OPEN-04");
    if (choices.take(choice::open_exited_process) == OpenExitedProcess::fail_invalid_parameter)
      return world.fail(call, ERROR_INVALID_PARAMETER, "OBJ-OPEN-04");
  }
  if (refused_by_protection(caller, *target, wanted)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-OPEN-05");
  if (!any(call.dwDesiredAccess)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-OPEN-07");

  const AccessMask allowed = allowed_bits(world, caller, *target);
  world.applies_if(maximum, "OBJ-OPEN-08");
  if (maximum && (!any(allowed) || !has(allowed, wanted))) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-OPEN-08");
  if (!has(allowed, wanted)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-OPEN-09");

  world.applies("OBJ-HND-01");
  const ObjectRef object = object_of(*target);
  const AccessMask mask = granted(world, object, maximum ? allowed : wanted);
  return world.commit(TRUE_, "OBJ-OPEN-10", [&](Edit& next) {
    const bool inheritable = number(call.bInheritHandle) != 0;
    const HandleValue value = insert_handle(next, call.by.raw, object, mask, inheritable);
    next.made(number(value));
    next.result(value);
  });
}

}  // namespace procreg::model
