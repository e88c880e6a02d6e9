// For the tests of impl: a world with short names for its steps.
#pragma once

#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "api/status.h"
#include "impl/calls.h"
#include "impl/world.h"

namespace procreg {

inline std::ostream& operator<<(std::ostream& out, const Result& result) { return out << text(result); }

}  // namespace procreg

namespace procreg::impl::inline PROCREG_SYNC {

// The documented profile with another answer to one choice.
template <class Option>
Profile with(Choice<Option> choice, Option option) {
  return documented_profile().with(choice, option);
}

// A process that a test made.
struct Made {
  ProcessKey key{};
  Pid pid{};
  Tid tid{};  // of its first thread
  HandleValue handle{};
  HandleValue thread_handle{};
};

class TestWorld {
 public:
  explicit TestWorld(const WorldSpec& spec = {}, const Profile& profile = documented_profile())
      : spec_{spec}, world_{spec_, tables_, profile} {}
  explicit TestWorld(const Profile& profile) : TestWorld{WorldSpec{}, profile} {}

  static constexpr ProcessKey main{MachineIndex{0}, ObjectId{1}};
  static constexpr Pid main_pid{1000};
  static constexpr Tid main_tid{0x10000};
  static constexpr Guid g{1, 2};
  static constexpr Guid g2{1, 3};

  World& world() { return world_; }
  // Another world with the same texts.
  void begin_again(const WorldSpec& spec, const Profile& profile = documented_profile()) {
    world_.reset(spec, profile);
  }
  Tables& tables() { return tables_; }
  Answer perform(const Step& step) { return world_.perform(step); }
  Result result(const Step& step) { return world_.perform(step).result; }

  template <class T>
  static T by(ProcessKey who, T step = {}) {
    step.by.raw = who;
    return step;
  }
  template <class T>
  static T to(ProcessKey whom, T step = {}) {
    step.process.raw = whom;
    return step;
  }

  Made create(ProcessKey creator, const CreateProcess& how = {}) {
    const Answer answer = perform(by(creator, how));
    return {{creator.machine, ObjectId{answer.made}},
            Pid{static_cast<std::uint32_t>(answer.out[2])},
            Tid{static_cast<std::uint32_t>(answer.out[3])},
            HandleValue{answer.out[0]},
            HandleValue{answer.out[1]}};
  }
  Made create() { return create(main); }

  Result add(ProcessKey caller, Pid pid, Tid tid = {}) {
    return result(by(caller, WerRegisterAdditionalProcess{.processId = {pid}, .captureExtraInfoForThreadId = {tid}}));
  }
  Result remove(ProcessKey caller, Pid pid) {
    return result(by(caller, WerUnregisterAdditionalProcess{.processId = {pid}}));
  }
  Result set_recovery(ProcessKey caller, std::uint32_t ping = 0, std::uint32_t flags = 0,
                      std::uint64_t callback = 0x1000) {
    RegisterApplicationRecoveryCallback call;
    call.pRecoveyCallback = Address{callback};
    call.dwPingInterval = Ping{ping};
    call.dwFlags = Dword{flags};
    return result(by(caller, call));
  }
  // A pointer to the text.
  TextIn text(std::u16string_view text) { return {tables_.text(text)}; }
  Result add_file(ProcessKey caller, TextIn path, std::uint32_t type = 2, std::uint32_t flags = 0) {
    return result(by(caller, WerRegisterFile{{}, path, FileType{type}, Dword{flags}}));
  }
  Result remove_file(ProcessKey caller, TextIn path) { return result(by(caller, WerUnregisterFile{{}, path})); }
  Result add_block(ProcessKey caller, std::uint64_t start, std::uint32_t size = 0x1000) {
    return result(by(caller, WerRegisterMemoryBlock{{}, Address{start}, ByteCount{size}}));
  }
  Result remove_block(ProcessKey caller, std::uint64_t start) {
    return result(by(caller, WerUnregisterMemoryBlock{{}, Address{start}}));
  }
  Result exclude(ProcessKey caller, std::uint64_t start, std::uint32_t size = 0x1000) {
    return result(by(caller, WerRegisterExcludedMemoryBlock{{}, Address{start}, ByteCount{size}}));
  }
  Result include(ProcessKey caller, std::uint64_t start) {
    return result(by(caller, WerUnregisterExcludedMemoryBlock{{}, Address{start}}));
  }
  Result add_metadata(ProcessKey caller, TextIn key, TextIn value) {
    return result(by(caller, WerRegisterCustomMetadata{{}, key, value}));
  }
  Result remove_metadata(ProcessKey caller, TextIn key) {
    return result(by(caller, WerUnregisterCustomMetadata{{}, key}));
  }
  Result add_module(ProcessKey caller, TextIn dll, std::uint64_t context = 0) {
    return result(by(caller, WerRegisterRuntimeExceptionModule{{}, dll, Address{context}}));
  }
  Result remove_module(ProcessKey caller, TextIn dll, std::uint64_t context = 0) {
    return result(by(caller, WerUnregisterRuntimeExceptionModule{{}, dll, Address{context}}));
  }
  Result add_app_local_dump(ProcessKey caller, TextIn path) {
    return result(by(caller, WerRegisterAppLocalDump{{}, path}));
  }
  Result remove_app_local_dump(ProcessKey caller) { return result(by<WerUnregisterAppLocalDump>(caller)); }
  Result set_flags(ProcessKey caller, std::uint32_t flags) {
    return result(by(caller, WerSetFlags{{}, FaultFlags{flags}}));
  }
  Answer flags(ProcessKey caller, HandleValue process = current_process) {
    return perform(by(caller, WerGetFlags{.hProcess = {process}}));
  }
  Result set_hold(ProcessKey caller, std::uint32_t ms) {
    return result(by(caller, WerSetMaxProcessHoldMilliseconds{{}, Dword{ms}}));
  }
  Result unset_recovery(ProcessKey caller) { return result(by<UnregisterApplicationRecoveryCallback>(caller)); }
  Answer recovery(ProcessKey caller, HandleValue process = current_process) {
    return perform(by(caller, GetApplicationRecoveryCallback{.hProcess = {process}}));
  }
  Result set_restart(ProcessKey caller, TextIn line, std::uint32_t flags = 0) {
    return result(by(caller, RegisterApplicationRestart{{}, line, Dword{flags}}));
  }
  Result unset_restart(ProcessKey caller) { return result(by<UnregisterApplicationRestart>(caller)); }
  Answer in_progress(ProcessKey caller) { return perform(by<ApplicationRecoveryInProgress>(caller)); }

  Answer open(ProcessKey caller, Pid pid, AccessMask mask) {
    return perform(by(caller, OpenProcess{.dwDesiredAccess = mask, .dwProcessId = {pid}}));
  }
  Answer duplicate(ProcessKey caller, HandleValue source_process, HandleValue source, HandleValue target_process,
                   AccessMask mask, std::uint32_t options = 0) {
    DuplicateHandle call;
    call.hSourceProcessHandle.raw = source_process;
    call.hSourceHandle.raw = source;
    call.hTargetProcessHandle.raw = target_process;
    call.dwDesiredAccess = mask;
    call.dwOptions = Dword{options};
    return perform(by(caller, call));
  }
  Result close(ProcessKey caller, HandleValue handle) { return result(by(caller, CloseHandle{.hObject = {handle}})); }
  Result exit(ProcessKey caller, std::uint32_t code = 0) {
    return result(by(caller, ExitProcess{.uExitCode = Dword{code}}));
  }
  Answer exit_code(ProcessKey caller, HandleValue handle) {
    return perform(by(caller, GetExitCodeProcess{.hProcess = {handle}}));
  }

  Result tag(ProcessKey caller, HandleValue handle, std::optional<Guid> id, int inherit = 0) {
    RegisterAppInstance call;
    call.ProcessHandle.raw = handle;
    call.AppInstanceId.value = id;
    call.ChildrenInheritAppInstance = Bool{inherit};
    return result(by(caller, call));
  }
  // What the process would open a file with; nullopt: no id.
  std::optional<Guid> opened(ProcessKey caller) {
    const Answer answer = perform(by<OpenTag>(caller));
    if ((answer.written & 1) == 0) return std::nullopt;
    return Guid{answer.out[0], answer.out[1]};
  }

  Result set_csv_flags(ProcessKey caller, HandleValue handle, std::uint32_t mask, std::uint32_t flags) {
    return result(by(caller, SetAppInstanceCsvFlags{{}, {handle}, CsvFlags{mask}, CsvFlags{flags}}));
  }
  Result set_version(ProcessKey caller, std::optional<Guid> id, VersionPair pair) {
    return result(by(caller, RegisterAppInstanceVersion{{}, {id}, VersionNumber{pair.high}, VersionNumber{pair.low}}));
  }
  Answer version(ProcessKey caller, std::optional<Guid> id) {
    return perform(by(caller, QueryAppInstanceVersion{.AppInstanceId = {id}}));
  }
  Result reset_versions(ProcessKey caller) { return result(by<ResetAllAppInstanceVersions>(caller)); }
  // The version that the process would open a file with; nullopt: none.
  std::optional<VersionPair> opened_version(ProcessKey caller) {
    const Answer answer = perform(by<OpenTag>(caller));
    if ((answer.written & 0b100) == 0) return std::nullopt;
    return VersionPair{answer.out[3], answer.out[4]};
  }
  std::uint64_t opened_flags(ProcessKey caller) { return perform(by<OpenTag>(caller)).out[2]; }

  Result crash(ProcessKey process) { return result(to<Crash>(process)); }
  Result hang(ProcessKey process) {
    result(to<StopAnswering>(process));
    advance(hung_after_ms + 1);
    return result(to<CloseHung>(process));
  }
  // Through the user's choice out of Crashed.
  Result close_crashed(ProcessKey process) { return choose(process, UserAction::close); }
  Result choose(ProcessKey process, UserAction action) { return result(to(process, UserChoice{.action = action})); }
  Result advance(std::uint64_t ms) { return result(AdvanceTime{.ms = Duration{ms}}); }

  // The state of a process object that is still there.
  const Process* process(ProcessKey key) { return world_.calls().kernel.find(key).memory; }
  ProcessState state(ProcessKey key) { return process(key)->state; }
  const Report& report(std::size_t i) { return *world_.calls().crashes.reports()[i]; }
  std::size_t reports() { return world_.calls().crashes.reports().size(); }
  SnapshotWords snapshot() {
    SnapshotWords words;
    world_.snapshot(words);
    return words;
  }

 private:
  WorldSpec spec_;
  Tables tables_{};
  World world_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
