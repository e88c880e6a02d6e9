// ExitProcess, TerminateProcess, GetExitCodeProcess (ccf.md 3.1).
#include "model/object/handle.h"
#include "model/rules.h"
#include "model/wer/life.h"

namespace procreg::model {

using enum Win32Error;

Ruling& rule(Draft& world, const ExitProcess& call, Choices& choices) {
  const Clause exit = exit_clause(world.process(call.by.raw));
  return world.commit(no_return, exit, [&](Edit& next) {
    end_process(next, call.by.raw, number(call.uExitCode), call.restartedAs, choices);
  });
}

Ruling& rule(Draft& world, const TerminateProcess& call, Choices& choices) {
  const auto named = resolve(world, world.process(call.by.raw), call.hProcess.raw);
  const Process* target = process_named(world, call.by.raw.machine, named);

  if (target == nullptr) return world.fail(call, ERROR_INVALID_HANDLE, "OBJ-PROC-12");
  if (!live(*target)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-PROC-13");
  if (!has(named->mask, PROCESS_TERMINATE)) return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-PROC-10");

  const ProcessKey key{call.by.raw.machine, target->birth.object};
  return world.commit(key == call.by.raw ? no_return : TRUE_, "OBJ-PROC-14",
                      [&](Edit& next) { end_process(next, key, number(call.uExitCode), call.restartedAs, choices); });
}

Ruling& rule(Draft& world, const GetExitCodeProcess& call, Choices&) {
  const auto named = resolve(world, world.process(call.by.raw), call.hProcess.raw);
  const Process* target = process_named(world, call.by.raw.machine, named);

  if (target == nullptr) return world.fail(call, ERROR_INVALID_HANDLE, "OBJ-PROC-15");
  if (!any(named->mask & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION)))
    return world.fail(call, ERROR_ACCESS_DENIED, "OBJ-PROC-11");
  if (!call.lpExitCode.valid) return world.fail(call, ERROR_INVALID_PARAMETER, "OBJ-PROC-16");
  world.output<GetExitCodeProcess>(0, target->core.exit_code.value_or(still_active));
  return world.answer(TRUE_, "OBJ-PROC-17");
}

}  // namespace procreg::model
