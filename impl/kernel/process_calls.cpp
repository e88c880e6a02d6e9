// CreateProcess, ExitProcess, TerminateProcess, GetExitCodeProcess and the threads.
#include "impl/kernel/answers.h"
#include "impl/kernel/object_calls.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Identity identity_of_child(const Process& creator, const Process& parent, const ChildSettings& settings) noexcept {
  const Identity& from = parent.identity;
  return {.key = {from.key.machine, no_object},
          .name = settings.name,
          .kind = ProcessKind::ordinary,
          .user = settings.user.value_or(from.user),
          .se_debug = !settings.user && from.se_debug,
          .protected_ = settings.protected_,
          .dumpable = settings.dumpable.value_or(!settings.protected_),
          .local_folder_usable = settings.local_folder_usable.value_or(settings.package.has_value()),
          .dacl = settings.dacl,
          .package = settings.package,
          .stacks = settings.stacks.value_or(default_stacks),
          .data = settings.data.value_or(default_data),
          .private_ = settings.private_.value_or(no_ranges),
          .mapped = settings.mapped.value_or(no_ranges),
          .loaded_modules = settings.loaded_modules,
          .parent = from.key.object,
          .creator = creator.identity.key.object};
}

bool may_query(AccessMask mask) noexcept {
  return any(mask & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION));
}

bool has_changing_threads(const Process& process) noexcept {
  return process.state == ProcessState::Running || process.state == ProcessState::Hung;
}

}  // namespace

Answer ObjectCalls::create_process(ProcessRef caller, const ChildSettings& settings) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  if (!kernel_.can_create(self->identity.key.machine, settings.pid, settings.threads))
    return answered(*self, not_applicable);
  const Opened parent = parent_of(*self, settings);
  if (parent.error != Win32Error{}) return refused(*self, FALSE_, parent.error);
  return give_birth(*self, *parent.process, settings);
}

ObjectCalls::Opened ObjectCalls::parent_of(Process& caller, const ChildSettings& settings) const noexcept {
  if (!settings.parent) return {&caller, {}};
  const Named named = kernel_.resolve(caller, *settings.parent);
  Process* parent = process_in(named);
  if (parent == nullptr) return {nullptr, Win32Error::ERROR_INVALID_HANDLE};
  if (!has(named.mask, PROCESS_CREATE_PROCESS)) return {nullptr, Win32Error::ERROR_ACCESS_DENIED};
  if (!is_live(*parent)) return {nullptr, Win32Error::ERROR_ACCESS_DENIED};
  return {parent, {}};
}

Answer ObjectCalls::give_birth(Process& creator, Process& parent, const ChildSettings& settings) noexcept {
  const Birth birth{&parent, &creator, settings.inherit_handles};
  Process& child = kernel_.create(identity_of_child(creator, parent, settings), settings.pid, settings.threads, &birth);
  Object& thread = *child.first_thread;
  const HandleValue process_handle = kernel_.open(creator, child, PROCESS_ALL_ACCESS, settings.inheritable_result);
  const HandleValue thread_handle = kernel_.open(creator, thread, THREAD_ALL_ACCESS, settings.inheritable_result);
  Answer answer = answered(creator, TRUE_);
  answer.written = 0b1111;
  answer.out = {number(process_handle), number(thread_handle), number(child.identity.pid), number(thread.tid)};
  answer.made = number(child.identity.key.object);
  return answer;
}

Answer ObjectCalls::exit_process(ProcessRef caller, std::uint32_t code, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  Succession succession{restarted_as, {}};
  kernel_.exit(*self, code, succession);
  return told({.result = no_return}, succession);
}

Answer ObjectCalls::terminate_process(ProcessRef caller, HandleValue process, std::uint32_t code,
                                      GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  const Named named = kernel_.resolve(*self, process);
  Process* target = process_in(named);
  if (target == nullptr) return refused(*self, FALSE_, Win32Error::ERROR_INVALID_HANDLE);
  if (!is_live(*target)) return refused(*self, FALSE_, Win32Error::ERROR_ACCESS_DENIED);
  if (!has(named.mask, PROCESS_TERMINATE)) return refused(*self, FALSE_, Win32Error::ERROR_ACCESS_DENIED);
  Succession succession{restarted_as, {}};
  kernel_.exit(*target, code, succession);
  return told(target == self ? Answer{.result = no_return} : answered(*self, TRUE_), succession);
}

Answer ObjectCalls::get_exit_code_process(ProcessRef caller, HandleValue process, bool wants_code) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  const Named named = kernel_.resolve(*self, process);
  const Process* target = process_in(named);
  if (target == nullptr) return refused(*self, FALSE_, Win32Error::ERROR_INVALID_HANDLE);
  if (!may_query(named.mask)) return refused(*self, FALSE_, Win32Error::ERROR_ACCESS_DENIED);
  if (!wants_code) return refused(*self, FALSE_, Win32Error::ERROR_INVALID_PARAMETER);
  Answer answer = answered(*self, TRUE_);
  answer.written = 1;
  answer.out[0] = is_live(*target) ? still_active : target->exit_code;
  return answer;
}

Answer ObjectCalls::create_thread(ProcessRef process, std::optional<Tid> tid, NameRef name) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || !has_changing_threads(*target) || !kernel_.can_create_thread(tid))
    return {.result = not_applicable};
  return {.result = applied, .made = number(kernel_.create_thread(*target, tid, name))};
}

Answer ObjectCalls::exit_thread(ProcessRef process, Tid thread) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || !has_changing_threads(*target)) return {.result = not_applicable};
  Object* ending = kernel_.thread(thread);
  if (ending == nullptr || ending->process != target) return {.result = not_applicable};
  if (target->first_thread == target->last_thread) {
    Succession nobody_follows;
    kernel_.exit(*target, 0, nobody_follows);
  } else {
    kernel_.end_thread(*ending);
  }
  return {.result = applied};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
