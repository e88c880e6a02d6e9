// How the calls of ccf.md section 3 answer. Wants the lifecycle lock.
#pragma once

#include "api/step.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// OBJ-HND-13
inline Answer answered(const Process& caller, Result result) noexcept {
  return {.result = result, .lastError = caller.last_error};
}

// OBJ-HND-12
inline Answer refused(Process& caller, Result result, Win32Error error) noexcept {
  caller.last_error = static_cast<std::uint32_t>(error);
  return answered(caller, result);
}

// A new handle.
inline Answer made(const Process& caller, Result result, HandleValue handle) noexcept {
  Answer answer = answered(caller, result);
  answer.made = number(handle);
  return answer;
}

// Of a step that may have ended a process.
inline Answer told(Answer answer, const Succession& succession) noexcept {
  if (succession.first) tell(answer, *succession.first);
  return answer;
}

// nullptr: no such handle, or not one to a process.
inline Process* process_in(const Named& named) noexcept {
  if (named.object == nullptr || named.object->type != ObjectType::Process) return nullptr;
  return static_cast<Process*>(named.object);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
