// OpenProcess, DuplicateHandle, CloseHandle and NewObject.
#include "impl/kernel/access.h"
#include "impl/kernel/answers.h"
#include "impl/kernel/object_calls.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

bool closes_source(const DuplicateRequest& request) noexcept { return (request.options & DUPLICATE_CLOSE_SOURCE) != 0; }

AccessMask all_rights(ObjectType type) noexcept {
  switch (type) {
    case ObjectType::Thread:
      return THREAD_ALL_ACCESS;
    case ObjectType::Event:
      return EVENT_ALL_ACCESS;
    case ObjectType::File:
      return FILE_ALL_ACCESS;
    case ObjectType::Token:
      return TOKEN_ALL_ACCESS;
    case ObjectType::Process:
      break;
  }
  return PROCESS_ALL_ACCESS;
}

}  // namespace

Answer ObjectCalls::open_process(ProcessRef caller, AccessMask desired, bool inheritable, Pid pid) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  Process* target = pid == Pid{0} ? nullptr : kernel_.with_pid(self->identity.key.machine, pid);
  if (target == nullptr) return refused(*self, null_handle, Win32Error::ERROR_INVALID_PARAMETER);
  return open_known(*self, *target, desired, inheritable);
}

Answer ObjectCalls::open_known(Process& caller, Process& target, AccessMask desired, bool inheritable) noexcept {
  // OBJ-OPEN-03 comes before the exited process, all other denials after it.
  const bool refuses_exited = profile_[choice::open_exited_process] == OpenExitedProcess::fail_invalid_parameter;
  if (refuses_exited && !is_live(target) && could_get(caller, target, AccessMask{}))
    return refused(caller, null_handle, Win32Error::ERROR_INVALID_PARAMETER);
  const auto granted = granted_to(caller, target, desired);
  if (!granted) return refused(caller, null_handle, Win32Error::ERROR_ACCESS_DENIED);
  const HandleValue handle = kernel_.open(caller, target, *granted, inheritable);
  return made(caller, handle, handle);
}

Answer ObjectCalls::close_handle(ProcessRef caller, HandleValue handle) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  const bool pseudo = handle == current_process || handle == current_thread;
  if (pseudo || kernel_.close(*self, handle)) return answered(*self, TRUE_);
  return refused(*self, FALSE_, Win32Error::ERROR_INVALID_HANDLE);
}

Answer ObjectCalls::new_object(ProcessRef caller, ObjectType type, std::optional<AccessMask> mask,
                               bool inheritable) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  Object& object = kernel_.create_object(self->identity.key.machine, type);
  const HandleValue handle = kernel_.open(*self, object, mask.value_or(all_rights(type)), inheritable);
  return made(*self, handle, handle);
}

// --- DuplicateHandle ---

Answer ObjectCalls::duplicate_handle(ProcessRef caller, const DuplicateRequest& request) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  return duplicate(*self, request);
}

Answer ObjectCalls::duplicate(Process& caller, const DuplicateRequest& request) noexcept {
  const Opened source = open_for_duplication(caller, request.source_process);
  if (source.error != Win32Error{}) return refused(caller, FALSE_, source.error);
  const bool foreign_thread = request.source == current_thread && source.process != &caller;
  const Named named = foreign_thread ? Named{} : kernel_.resolve(*source.process, request.source);
  if (named.object == nullptr) return refused(caller, FALSE_, Win32Error::ERROR_INVALID_HANDLE);
  if (request.target_process == null_handle && !closes_source(request))
    return refused(caller, FALSE_, Win32Error::ERROR_INVALID_HANDLE);

  Answer answer =
      request.target_process == null_handle ? answered(caller, TRUE_) : duplicate_to(caller, named, request);
  // Whatever the answer from here on (OBJ-DUP-16), and after the new handle has got its value (OBJ-DUP-15).
  if (closes_source(request) && !named.pseudo) kernel_.close(*source.process, request.source);
  return answer;
}

Answer ObjectCalls::duplicate_to(Process& caller, const Named& named, const DuplicateRequest& request) noexcept {
  const Opened target = open_for_duplication(caller, request.target_process);
  if (target.error != Win32Error{}) return refused(caller, FALSE_, target.error);
  const auto mask = duplicate_mask(caller, named, request);
  if (!mask) return refused(caller, FALSE_, Win32Error::ERROR_ACCESS_DENIED);
  const HandleValue handle =
      kernel_.open(*target.process, *named.object, completed(*named.object, *mask), request.inheritable);
  Answer answer = made(caller, TRUE_, handle);
  if (request.wants_value) {
    answer.written = 1;
    answer.out[0] = number(handle);
  }
  return answer;
}

// OBJ-DUP-01 to -03
ObjectCalls::Opened ObjectCalls::open_for_duplication(Process& caller, HandleValue handle) const noexcept {
  const Named named = kernel_.resolve(caller, handle);
  Process* process = process_in(named);
  if (process == nullptr) return {nullptr, Win32Error::ERROR_INVALID_HANDLE};
  if (!has(named.mask, PROCESS_DUP_HANDLE)) return {nullptr, Win32Error::ERROR_ACCESS_DENIED};
  if (!is_live(*process)) return {nullptr, Win32Error::ERROR_ACCESS_DENIED};
  return {process, {}};
}

// OBJ-DUP-10 to -13; nullopt: access denied.
std::optional<AccessMask> ObjectCalls::duplicate_mask(const Process& caller, const Named& named,
                                                      const DuplicateRequest& request) const noexcept {
  const bool same_access = (request.options & DUPLICATE_SAME_ACCESS) != 0;
  if (same_access || any(request.mask & MAXIMUM_ALLOWED)) return named.mask;
  if (has(named.mask, request.mask)) return request.mask;
  if (profile_[choice::duplicate_access_growth] == DuplicateAccessGrowth::subset_only) return std::nullopt;
  const Process* process = process_in(named);
  if (process == nullptr || !could_get(caller, *process, request.mask & ~named.mask)) return std::nullopt;
  return request.mask;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
