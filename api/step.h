// Calls and events as structs, one field table each. JSON, JSON Schema, printing, `list`, generation and shrinking derive
// from these tables; a call's parameters have the names of its documentation page.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "api/ccf_calls.h"
#include "api/describe.h"
#include "api/out.h"
#include "api/smb_steps.h"
#include "api/status.h"
#include "api/value.h"
#include "api/wer_calls.h"

namespace procreg {

// --- Processes and handles (ccf.md 3) ---

struct CreateProcess {
  Caller by{};
  Binds as{};
  Flag inheritHandles{};
  Given<HandleRef> parentHandle{};
  Flag inheritableResult{};
  Given<Pid> pid{};
  Given<TextRef> user{};
  Flag protected_{};  // `protected` in JSON
  Given<DaclRef> dacl{};
  ThreadCount threads{};
  Given<TextRef> package{};  // process inputs, specification README 3.2
  Given<bool> localFolderUsable{};
  Given<bool> dumpable{};
  Given<StacksRef> stacks{};
  Given<RangesRef> data{};
  Given<RangesRef> private_{};
  Given<RangesRef> mapped{};
  Given<LoadedModulesRef> loadedModules{};
  static constexpr ResultKind answers = ResultKind::boolean;
  static constexpr std::array outs{OutInfo{"hProcess", OutKind::handle, 0}, OutInfo{"hThread", OutKind::handle, 1},
                                   OutInfo{"dwProcessId", OutKind::pid, 2}, OutInfo{"dwThreadId", OutKind::tid, 3}};
  using fields =
      Fields<&CreateProcess::by, &CreateProcess::as, &CreateProcess::inheritHandles, &CreateProcess::parentHandle,
             &CreateProcess::inheritableResult, &CreateProcess::pid, &CreateProcess::user, &CreateProcess::protected_,
             &CreateProcess::dacl, &CreateProcess::threads, &CreateProcess::package, &CreateProcess::localFolderUsable,
             &CreateProcess::dumpable, &CreateProcess::stacks, &CreateProcess::data, &CreateProcess::private_,
             &CreateProcess::mapped, &CreateProcess::loadedModules>;
};

struct ExitProcess {
  Caller by{};
  Dword uExitCode{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::no_return;
  using fields = Fields<&ExitProcess::by, &ExitProcess::uExitCode, &ExitProcess::restartedAs>;
};

struct TerminateProcess {
  Caller by{};
  HandleRef hProcess{};
  Dword uExitCode{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::boolean;
  using fields = Fields<&TerminateProcess::by, &TerminateProcess::hProcess, &TerminateProcess::uExitCode,
                        &TerminateProcess::restartedAs>;
};

struct GetExitCodeProcess {
  Caller by{};
  HandleRef hProcess{};
  OutPointer lpExitCode{};
  static constexpr ResultKind answers = ResultKind::boolean;
  static constexpr std::array outs{OutInfo{"lpExitCode", OutKind::dword, 0}};
  using fields = Fields<&GetExitCodeProcess::by, &GetExitCodeProcess::hProcess, &GetExitCodeProcess::lpExitCode>;
};

struct OpenProcess {
  Caller by{};
  Binds as{};
  AccessMask dwDesiredAccess{};
  Bool bInheritHandle{};
  PidRef dwProcessId{};
  static constexpr ResultKind answers = ResultKind::handle;
  using fields = Fields<&OpenProcess::by, &OpenProcess::as, &OpenProcess::dwDesiredAccess, &OpenProcess::bInheritHandle,
                        &OpenProcess::dwProcessId>;
};

struct DuplicateHandle {
  Caller by{};
  Binds as{};
  HandleRef hSourceProcessHandle{};
  HandleRef hSourceHandle{};
  HandleRef hTargetProcessHandle{};
  OutPointer lpTargetHandle{};
  AccessMask dwDesiredAccess{};
  Bool bInheritHandle{};
  Dword dwOptions{};
  static constexpr ResultKind answers = ResultKind::boolean;
  static constexpr std::array outs{OutInfo{"lpTargetHandle", OutKind::handle, 0}};
  using fields =
      Fields<&DuplicateHandle::by, &DuplicateHandle::as, &DuplicateHandle::hSourceProcessHandle,
             &DuplicateHandle::hSourceHandle, &DuplicateHandle::hTargetProcessHandle, &DuplicateHandle::lpTargetHandle,
             &DuplicateHandle::dwDesiredAccess, &DuplicateHandle::bInheritHandle, &DuplicateHandle::dwOptions>;
};

struct CloseHandle {
  Caller by{};
  HandleRef hObject{};
  static constexpr ResultKind answers = ResultKind::boolean;
  using fields = Fields<&CloseHandle::by, &CloseHandle::hObject>;
};

struct NewObject {
  Caller by{};
  Binds as{};
  ObjectType type{ObjectType::Event};
  Given<AccessMask> mask{};
  Flag inheritable{};
  static constexpr ResultKind answers = ResultKind::handle;
  using fields = Fields<&NewObject::by, &NewObject::as, &NewObject::type, &NewObject::mask, &NewObject::inheritable>;
};

// --- Events of a process (wer.md 3.5, 7) ---

struct CreateThread {
  Target process{};
  Binds as{};
  Given<Tid> tid{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&CreateThread::process, &CreateThread::as, &CreateThread::tid>;
};

struct ExitThread {
  Target process{};
  TidRef thread{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&ExitThread::process, &ExitThread::thread>;
};

struct StopAnswering {
  Target process{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&StopAnswering::process>;
};

struct Answering {  // the event `Answer`
  Target process{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&Answering::process>;
};

struct CloseHung {
  Target process{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&CloseHung::process>;
};

struct Crash {
  Target process{};
  Given<TidRef> thread{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&Crash::process, &Crash::thread, &Crash::restartedAs>;
};

struct UserChoice {
  Target process{};
  UserAction action{};
  Given<bool> restart{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&UserChoice::process, &UserChoice::action, &UserChoice::restart, &UserChoice::restartedAs>;
};

struct UserCancel {
  Target process{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&UserCancel::process>;
};

struct CallbackReturns {
  Target process{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&CallbackReturns::process, &CallbackReturns::restartedAs>;
};

struct SetHeapCapacity {
  Target process{};
  Capacity n{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&SetHeapCapacity::process, &SetHeapCapacity::n>;
};

struct FailAllocation {
  Target process{};
  Countdown n{1};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&FailAllocation::process, &FailAllocation::n>;
};

struct FailRecoveryApi {
  Target process{};
  Countdown n{1};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&FailRecoveryApi::process, &FailRecoveryApi::n>;
};

// --- Events of a machine (ccf.md 4) and of the world ---

struct FilterLoad {
  MachineRef machine{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&FilterLoad::machine>;
};

struct FilterUnload {
  MachineRef machine{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&FilterUnload::machine>;
};

struct FailCcfAllocation {
  MachineRef machine{};
  Countdown n{1};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&FailCcfAllocation::machine, &FailCcfAllocation::n>;
};

struct AdvanceTime {
  Duration ms{};
  Binds restartedAs{};
  static constexpr ResultKind answers = ResultKind::applied;
  using fields = Fields<&AdvanceTime::ms, &AdvanceTime::restartedAs>;
};

// Calls first, then events. A script's step, a generator's draw and a message to a subject are all this.
using Step = std::variant<
    WerRegisterAdditionalProcess, WerUnregisterAdditionalProcess, WerRegisterFile, WerUnregisterFile,
    WerRegisterMemoryBlock, WerUnregisterMemoryBlock, WerRegisterExcludedMemoryBlock, WerUnregisterExcludedMemoryBlock,
    WerRegisterCustomMetadata, WerUnregisterCustomMetadata, WerRegisterAppLocalDump, WerUnregisterAppLocalDump,
    WerRegisterRuntimeExceptionModule, WerUnregisterRuntimeExceptionModule, WerSetFlags, WerGetFlags,
    WerSetMaxProcessHoldMilliseconds, RegisterApplicationRecoveryCallback, UnregisterApplicationRecoveryCallback,
    GetApplicationRecoveryCallback, ApplicationRecoveryInProgress, ApplicationRecoveryFinished,
    RegisterApplicationRestart, UnregisterApplicationRestart, GetApplicationRestartSettings, CreateProcess, ExitProcess,
    TerminateProcess, GetExitCodeProcess, OpenProcess, DuplicateHandle, CloseHandle, NewObject, RegisterAppInstance,
    SetAppInstanceCsvFlags, RegisterAppInstanceVersion, QueryAppInstanceVersion, ResetAllAppInstanceVersions, OpenTag,
    CsvOpen, CsvIo, SmbCreate, SmbRead, SmbWrite, SmbLock, SmbClose, CreateThread, ExitThread, StopAnswering, Answering,
    CloseHung, Crash, UserChoice, UserCancel, CallbackReturns, SetHeapCapacity, FailAllocation, FailRecoveryApi,
    FilterLoad, FilterUnload, FailCcfAllocation, AdvanceTime, CsvVolume, CsvMoveCoordinator, SmbServerStart, SmbShare,
    SmbFileAcl, SmbConnect, SmbDisconnect>;
inline constexpr std::size_t step_kinds = std::variant_size_v<Step>;
static_assert(std::is_trivially_copyable_v<Step>);

template <class T>
concept Call = requires(T t) {
  t.by;
};
template <class T>
concept Event = !Call<T>;

// Who makes a call; nullptr: an unnamed program (specification README, 4.1).
template <Call T>
constexpr const Caller* caller_of(const T& call) {
  if constexpr (requires { call.by.value; })
    return call.by.value ? &*call.by.value : nullptr;
  else
    return &call.by;
}

static_assert(Field<&OpenProcess::dwDesiredAccess>::name ==
              "dwDesiredAccess");  // guards the spelling trick of describe.h

// What a step answers: the result, the outputs that were written, and what it made.
struct Answer {
  Result result{};
  std::uint32_t lastError{};  // of the caller, after a call of the OBJ functions (0 for every other step)
  std::uint32_t written{};    // bit i: output i of the step's `outs` was written
  OutWords out{};             // words of the outputs by OutInfo::word, 0 where not written
  // What names can be bound to. CreateProcess: object id of the process (its pid, tids and handles are outputs; the tids of
  // several threads follow each other by 4). CreateThread: the tid. OpenProcess, NewObject: the handle. DuplicateHandle: the
  // handle made, also when lpTargetHandle is NULL. SmbConnect, CsvOpen: the id. SmbCreate: made_open. A step with
  // `restartedAs`: see `restarted`. 0: nothing was made.
  std::uint64_t made{};
  friend constexpr bool operator==(const Answer&, const Answer&) = default;
};

// The ids of an open in Answer::made.
constexpr std::uint64_t made_open(DurableId durable, VolatileId volatile_) {
  return static_cast<std::uint64_t>(number(durable)) << 32 | number(volatile_);
}
constexpr DurableId made_durable(std::uint64_t made) { return static_cast<DurableId>(made >> 32); }
constexpr VolatileId made_volatile(std::uint64_t made) { return static_cast<VolatileId>(made); }

// A process that WER made in place of one that ended (WER-REC-24).
struct Restarted {
  ProcessKey process{};
  GivenName name{};
  Pid pid{};
  Tid thread{};
  friend constexpr bool operator==(const Restarted&, const Restarted&) = default;
};
// An answer tells of the first one that its step restarted, in `made` and in words of `out` that no output of such a step has.
constexpr void tell(Answer& answer, const Restarted& restarted) {
  answer.made = number(restarted.process.object);
  answer.out = {number(restarted.pid), number(restarted.thread), static_cast<std::uint64_t>(restarted.name),
                number(restarted.process.machine)};
}
// A kind of step, or the step's, that can make WER restart a process: it has `restartedAs`.
bool can_restart(std::size_t kind);
inline bool can_restart(const Step& step) { return can_restart(step.index()); }
// nullopt: the step is not of a kind that can restart, or restarted nothing.
std::optional<Restarted> restarted(const Step& step, const Answer& answer);

// --- Run-time rows over the tables, for cold users: JSON, schema, printing, generation, shrinking ---

enum class ValueKind : std::uint8_t {
  caller,
  target,
  machine,
  binds,
  pid,
  tid,
  handle,
  dword,
  ping,
  byte_count,
  fault_flags,
  file_type,
  duration,
  address,
  boolean,
  countdown,
  capacity,
  flag,
  mask,
  guid,
  text,
  size_in_out,
  out_pointer,
  object_type,
  user_action,
  thread_count,
  given_pid_number,
  given_tid_number,
  given_tid,
  given_handle,
  given_text,
  given_dacl,
  given_stacks,
  given_ranges,
  given_loaded_modules,
  given_bytes,
  given_bool,
  given_mask,
  csv_flags,
  version_number,
  required_text,
  required_bytes,
  given_caller,
  connection,
  open,
  csv_open,
  guid_value,
  dialect,
  lock_kind,
  file_rights,
  file_offset,
  file_length,
  given_dialect,
  given_flavour,
  given_milliseconds,
  given_file_access,
  given_share_access,
  given_disposition,
  given_guid,
  given_length,
  given_version,
  given_durable_request,
  given_reconnect,
  given_hold,
};

struct FieldInfo {
  std::string_view name;  // as in JSON
  ValueKind kind;
  void* (*at)(void* step);  // address of the member in a struct of this step's kind
  const void* (*see)(const void* step);
  std::string_view group{};  // in JSON a member of the object of this name; "": of the step itself
};

struct StepInfo {
  std::string_view name;  // "WerRegisterAdditionalProcess", "Crash"
  bool call;              // else an event
  ResultKind answers;
  std::span<const FieldInfo> fields;
  std::span<const OutInfo> outs;
  Step (*make)();  // one with default fields
};

// One row a kind of step, in the order of the variant.
std::span<const StepInfo> steps();
inline const StepInfo& info(const Step& step) { return steps()[step.index()]; }
const StepInfo* find_step(std::string_view name);
// The place of a row of steps(): that of its kind in the variant.
inline std::size_t step_kind(const StepInfo& row) { return static_cast<std::size_t>(&row - steps().data()); }
// The address of the struct inside the variant, for FieldInfo::at and see.
void* address(Step& step);
const void* address(const Step& step);

// The key may be left out of the JSON of a step.
bool may_be_left_out(ValueKind kind);

// Equal kinds and equal fields.
bool operator==(const Step& a, const Step& b);

}  // namespace procreg
