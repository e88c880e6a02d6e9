// The steps of a story that are about processes, handles and what processes register.
#include "scenarios/properties/story.h"

namespace procreg::scenarios {

Result Story::reg(Name process, PidRef registered, TidRef registered_thread) {
  return perform(WerRegisterAdditionalProcess{by(process), registered, registered_thread}).result;
}

Result Story::unreg(Name process, PidRef registered) {
  return perform(WerUnregisterAdditionalProcess{by(process), registered}).result;
}

Result Story::recovery(Name process, std::uint32_t ping, std::uint32_t flags, std::uint64_t callback) {
  return perform(
             RegisterApplicationRecoveryCallback{by(process), Address{callback}, Address{7}, Ping{ping}, Dword{flags}})
      .result;
}

Result Story::unreg_recovery(Name process) {
  return perform(UnregisterApplicationRecoveryCallback{by(process)}).result;
}

const Answer& Story::get_recovery(Name process, HandleRef of) {
  return perform(GetApplicationRecoveryCallback{by(process), of, {true}, {true}, {true}, {true}});
}

const Answer& Story::in_progress(Name process) { return perform(ApplicationRecoveryInProgress{by(process), {true}}); }

Result Story::finished(Name process, bool success, Name restarted_as) {
  return perform(ApplicationRecoveryFinished{by(process), success ? Bool{1} : Bool{0}, as(restarted_as)}).result;
}

Result Story::reg_restart(Name process, TextIn line, std::uint32_t flags) {
  return perform(RegisterApplicationRestart{by(process), line, Dword{flags}}).result;
}

Result Story::unreg_restart(Name process) { return perform(UnregisterApplicationRestart{by(process)}).result; }

const Answer& Story::get_restart(Name process, std::optional<std::uint32_t> size, bool buffer, HandleRef of) {
  return perform(GetApplicationRestartSettings{by(process), of, {buffer}, {size}, {true}});
}

Result Story::reg_local_dump(Name process, TextIn path) {
  return perform(WerRegisterAppLocalDump{by(process), path}).result;
}

Result Story::unreg_local_dump(Name process) { return perform(WerUnregisterAppLocalDump{by(process)}).result; }

Result Story::reg_file(Name process, TextIn path, std::uint32_t type, std::uint32_t flags) {
  return perform(WerRegisterFile{by(process), path, FileType{type}, Dword{flags}}).result;
}

Result Story::unreg_file(Name process, TextIn path) { return perform(WerUnregisterFile{by(process), path}).result; }

Result Story::reg_block(Name process, std::uint64_t address, std::uint32_t size) {
  return perform(WerRegisterMemoryBlock{by(process), Address{address}, ByteCount{size}}).result;
}

Result Story::unreg_block(Name process, std::uint64_t address) {
  return perform(WerUnregisterMemoryBlock{by(process), Address{address}}).result;
}

Result Story::reg_excluded(Name process, std::uint64_t address, std::uint32_t size) {
  return perform(WerRegisterExcludedMemoryBlock{by(process), Address{address}, ByteCount{size}}).result;
}

Result Story::unreg_excluded(Name process, std::uint64_t address) {
  return perform(WerUnregisterExcludedMemoryBlock{by(process), Address{address}}).result;
}

Result Story::reg_metadata(Name process, TextIn key, TextIn value) {
  return perform(WerRegisterCustomMetadata{by(process), key, value}).result;
}

Result Story::unreg_metadata(Name process, TextIn key) {
  return perform(WerUnregisterCustomMetadata{by(process), key}).result;
}

Result Story::reg_module(Name process, TextIn dll, std::uint64_t context) {
  return perform(WerRegisterRuntimeExceptionModule{by(process), dll, Address{context}}).result;
}

Result Story::unreg_module(Name process, TextIn dll, std::uint64_t context) {
  return perform(WerUnregisterRuntimeExceptionModule{by(process), dll, Address{context}}).result;
}

Result Story::set_flags(Name process, std::uint32_t flags) {
  return perform(WerSetFlags{by(process), FaultFlags{flags}}).result;
}

const Answer& Story::get_flags(Name process, HandleRef of) { return perform(WerGetFlags{by(process), of, {true}}); }

Result Story::hold(Name process, std::uint32_t ms) {
  return perform(WerSetMaxProcessHoldMilliseconds{by(process), Dword{ms}}).result;
}

Name Story::create(Name creator, CreateProcess with) {
  with.by = by(creator);
  const Name name = named({Kind::Of::process, with.threads.count, 0});
  with.as = {name.base};
  perform(with);
  return name;
}

Result Story::exit(Name process, std::uint32_t code, Name restarted_as) {
  return perform(ExitProcess{by(process), Dword{code}, as(restarted_as)}).result;
}

Result Story::terminate(Name process, HandleRef target, std::uint32_t code, Name restarted_as) {
  return perform(TerminateProcess{by(process), target, Dword{code}, as(restarted_as)}).result;
}

const Answer& Story::exit_code(Name process, HandleRef target) {
  return perform(GetExitCodeProcess{by(process), target, {true}});
}

Name Story::open(Name process, AccessMask mask, PidRef target, std::int32_t inherit) {
  const Name name = named({Kind::Of::handle, 0, 0});
  perform(OpenProcess{by(process), {name.base}, mask, Bool{inherit}, target});
  return name;
}

Name Story::duplicate(Name process, DuplicateHandle with) {
  with.by = by(process);
  for (HandleRef* process_handle : {&with.hSourceProcessHandle, &with.hTargetProcessHandle})
    if (*process_handle == HandleRef{}) *process_handle = handle(current_process);
  const Name name = named({Kind::Of::handle, 0, 0});
  with.as = {name.base};
  perform(with);
  return name;
}

Result Story::close(Name process, HandleRef closed) { return perform(CloseHandle{by(process), closed}).result; }

Name Story::object(Name process, ObjectType type, std::optional<AccessMask> mask, bool inheritable) {
  const Name name = named({Kind::Of::handle, 0, 0});
  perform(NewObject{by(process), {name.base}, type, {mask}, {inheritable}});
  return name;
}

Result Story::tag(Name process, HandleRef target, GuidIn id, std::int32_t inherit) {
  return perform(RegisterAppInstance{by(process), target, id, Bool{inherit}}).result;
}

Name Story::new_thread(Name process, std::optional<Tid> given) {
  const Name name = named({Kind::Of::thread, 0, 0});
  perform(CreateThread{to(process), {name.base}, {given}});
  return name;
}

Result Story::exit_thread(Name process, TidRef ended) { return perform(ExitThread{to(process), ended}).result; }
Result Story::choose(Name process, UserAction action, std::optional<bool> restart, Name restarted_as) {
  return perform(UserChoice{to(process), action, {restart}, as(restarted_as)}).result;
}
Result Story::capacity(Name process, std::optional<std::uint32_t> allocations) {
  return perform(SetHeapCapacity{to(process), {allocations}}).result;
}
Result Story::fail_allocation(Name process, std::uint32_t n) {
  return perform(FailAllocation{to(process), Countdown{n}}).result;
}
Result Story::fail_recovery(Name process, std::uint32_t n) {
  return perform(FailRecoveryApi{to(process), Countdown{n}}).result;
}
Result Story::load(MachineIndex machine) { return perform(FilterLoad{{machine}}).result; }
Result Story::unload(MachineIndex machine) { return perform(FilterUnload{{machine}}).result; }
Result Story::fail_ccf(std::uint32_t n, MachineIndex machine) {
  return perform(FailCcfAllocation{{machine}, Countdown{n}}).result;
}
Result Story::advance(std::uint64_t ms, Name restarted_as) {
  return perform(AdvanceTime{Duration{ms}, as(restarted_as)}).result;
}

void Story::hang(Name process) {
  stop_answering(process);
  advance(hung_after_ms + 1);
}

void Story::recover(Name process) {
  recovery(process);
  crash(process);
  choose(process, UserAction::close);
}

ProcessState Story::bring_to(Name process, ProcessState state) {
  switch (state) {
    case ProcessState::Running:
      break;
    case ProcessState::Hung:
      hang(process);
      break;
    case ProcessState::Crashed:
      crash(process);
      break;
    case ProcessState::InRecovery:
      recover(process);
      break;
    case ProcessState::Exited:
      exit(process);
      break;
  }
  return state;
}

}  // namespace procreg::scenarios
