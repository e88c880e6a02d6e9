#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/report.h"
#include "api/snapshot.h"
#include "api/value.h"
#include "impl/kernel/countdowns.h"
#include "impl/kernel/handle_table.h"
#include "impl/kernel/object.h"
#include "impl/wer/heap.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct RegistrationBlock;
struct Report;

// What is fixed when a process is created.
struct Identity {
  ProcessKey key{};  // object id 0: the memory holds no process now
  Pid pid{};
  GivenName name{};
  ProcessKind kind{};
  TextRef user{};
  bool se_debug{};
  bool protected_{};
  bool dumpable{};
  bool local_folder_usable{};
  const Dacl* dacl{};  // nullptr: its own user may have everything, all others nothing
  std::optional<TextRef> package{};
  StacksRef stacks{default_stacks};
  RangesRef data{default_data};
  RangesRef private_{no_ranges};
  RangesRef mapped{no_ranges};
  std::optional<LoadedModulesRef> loaded_modules{};
  ObjectId parent{};  // no_object: none
  ObjectId creator{};
  std::uint64_t start_time{};
  GivenName restart_of{};    // the first of the chain of processes that WER restarted up to this one
  std::uint32_t restarts{};  // in that chain up to this one; 0: it is no restart
};

// What failing and recovering leaves in a process (wer.md 3.6).
struct Failing {
  std::optional<std::uint64_t> answer_due{};  // while the StopAnswering timer runs
  std::optional<std::uint64_t> failure_time{};
  bool recovery_in_time{};
  bool restart_in_time{};
  std::optional<Cause> cause{};
  bool flags4{};  // FLAG_DISABLE_THREAD_SUSPENSION was set at collection
  bool debugged{};
  bool user_restart{};
  std::optional<std::uint32_t> ping{};  // of the running recovery, as the next three
  std::optional<std::uint64_t> deadline{};
  bool cancelled{};
  bool callback_returned{};
  RecoveryOutcome outcome{RecoveryOutcome::exited};  // if it became Exited now
  Report* report{};                                  // of this failure
};

// A process object. Its memory is used for processes only while the world lives, so that a stale pointer can be held against
// the object id (Gate) instead of being counted.
//
// Locks: `identity` and what is marked [L+G] is written under the lifecycle lock and the gate, and read under either; what is
// marked [L] belongs to the lifecycle lock, what is marked [G] to the gate.
struct Process : KernelObject {
  using Gate = sync::mutex<"process gate">;
  Gate gate;
  Identity identity{};
  ProcessState state{ProcessState::Exited};  // [L+G]
  std::uint32_t exit_code{};                 // [L]
  std::uint32_t last_error{};                // [L]
  Failing failing{};                         // [L+G]

  HandleTable table{};          // [L]
  Object* first_thread{};       // [L] live ones, by tid
  Object* last_thread{};        // [L]
  Process* previous{};          // [L] of the machine, by object id
  Process* next{};              // [L]
  Process* previous_timed{};    // [L] those with a running timer, in no order
  Process* next_timed{};        // [L]
  Process* previous_dumping{};  // [L] of the machine, those with an app-local dump (AppLocalDumps)
  Process* next_dumping{};      // [L]

  WerHeap heap{};                // [G]
  Countdowns recovery_faults{};  // [G]
  RegistrationBlock* block{};    // [G] nullptr: no storage
};

// The pid that processes of this kind always have (OBJ-PROC-02); nullopt: any.
inline std::optional<Pid> fixed_pid(ProcessKind kind) noexcept {
  if (kind == ProcessKind::system_idle) return Pid{0};
  return kind == ProcessKind::system ? std::optional{Pid{4}} : std::nullopt;
}

// Live ones. Wants the lifecycle lock.
inline std::size_t thread_count(const Process& process) noexcept {
  std::size_t count = 0;
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread) ++count;
  return count;
}

// Running, Hung, InRecovery or Crashed: it "exists" for WER and is live for handles.
inline bool is_live(const Process& process) noexcept { return process.state != ProcessState::Exited; }

// WER-ALL-58
inline bool can_call(const Process& process) noexcept {
  switch (process.state) {
    case ProcessState::Running:
    case ProcessState::Hung:
      return true;
    case ProcessState::InRecovery:
      return !process.failing.callback_returned;
    case ProcessState::Crashed:
      return process.failing.flags4;
    case ProcessState::Exited:
      return false;
  }
  return false;
}

// Names one process object for ever; safe to keep after the object is gone, while its world is neither reset nor destroyed.
struct ProcessRef {
  Process* memory{};
  ObjectId object{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
