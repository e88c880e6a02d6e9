#pragma once

#include <optional>

#include "api/profile.h"
#include "api/step.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What CreateProcess may say of the child.
struct ChildSettings {
  GivenName name{};
  bool inherit_handles{};
  std::optional<HandleValue> parent{};
  bool inheritable_result{};
  std::optional<Pid> pid{};
  std::optional<TextRef> user{};
  bool protected_{};
  const Dacl* dacl{};  // nullptr: OBJ-PROC-07; else outlives the world
  std::uint32_t threads{1};
  std::optional<TextRef> package{};
  std::optional<bool> local_folder_usable{};
  std::optional<bool> dumpable{};
  std::optional<StacksRef> stacks{};
  std::optional<RangesRef> data{};
  std::optional<RangesRef> private_{};
  std::optional<RangesRef> mapped{};
  std::optional<LoadedModulesRef> loaded_modules{};
};

struct DuplicateRequest {
  HandleValue source_process{};
  HandleValue source{};
  HandleValue target_process{};
  bool wants_value{};
  AccessMask mask{};
  bool inheritable{};
  std::uint32_t options{};
};

// The calls of ccf.md section 3: processes, threads, handles. Each takes the lifecycle lock and answers `not_runnable`, or
// `not_applicable` for events, when the process cannot. The answers carry the caller's lastError. `restarted_as`: the name of
// the process that WER makes in place of one that the call ends.
class ObjectCalls {
 public:
  ObjectCalls(Kernel& kernel, const Profile& profile) noexcept : kernel_{kernel}, profile_{profile} {}

  Answer create_process(ProcessRef caller, const ChildSettings& settings) noexcept;
  Answer exit_process(ProcessRef caller, std::uint32_t code, GivenName restarted_as) noexcept;
  Answer terminate_process(ProcessRef caller, HandleValue process, std::uint32_t code, GivenName restarted_as) noexcept;
  Answer get_exit_code_process(ProcessRef caller, HandleValue process, bool wants_code) noexcept;
  Answer open_process(ProcessRef caller, AccessMask desired, bool inheritable, Pid pid) noexcept;
  Answer duplicate_handle(ProcessRef caller, const DuplicateRequest& request) noexcept;
  Answer close_handle(ProcessRef caller, HandleValue handle) noexcept;
  // `mask` nullopt: all rights of the type.
  Answer new_object(ProcessRef caller, ObjectType type, std::optional<AccessMask> mask, bool inheritable) noexcept;

  Answer create_thread(ProcessRef process, std::optional<Tid> tid, NameRef name) noexcept;
  Answer exit_thread(ProcessRef process, Tid thread) noexcept;

 private:
  // A process named by a handle of the caller's. `error` is 0 when there is no objection.
  struct Opened {
    Process* process{};
    Win32Error error{};
  };
  Opened open_for_duplication(Process& caller, HandleValue handle) const noexcept;
  Opened parent_of(Process& caller, const ChildSettings& settings) const noexcept;
  Answer duplicate(Process& caller, const DuplicateRequest& request) noexcept;
  Answer duplicate_to(Process& caller, const Named& named, const DuplicateRequest& request) noexcept;
  std::optional<AccessMask> duplicate_mask(const Process& caller, const Named& named,
                                           const DuplicateRequest& request) const noexcept;
  Answer open_known(Process& caller, Process& target, AccessMask desired, bool inheritable) noexcept;
  Answer give_birth(Process& creator, Process& parent, const ChildSettings& settings) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
