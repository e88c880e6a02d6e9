#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "api/step.h"
#include "api/world.h"
#include "impl/kernel/arena.h"
#include "impl/kernel/process.h"
#include "impl/kernel/read_mostly_table.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Lock order of the whole implementation, each held while those after it are taken:
//
//   Kernel::lifecycle    structure: creation, exit, threads, handles, failing, recovery and restart, reports and the files they
//                         delete, the clock, the filters' requests
//   Process::gate        one process at a time: its state, its registrations, its WER heap. Registration calls take this one only;
//                         those of the app-local dump, which a report of another process may tell of, take both, as do those
//                         that get what a process named by a handle has registered, and WerRegisterAdditionalProcess where it
//                         looks at threads. A step on an SMB server takes the locks of its files before the gate of its
//                         caller, and those of the server after it: impl/smb/servers.h
//   CsvVolumes            all volumes and what is open on them
//   TagCache::Shard      one shard of a tag cache; CcfHeap: the faults of a filter; VersionEntry: the last status of one version
//   Arena                the memory
//
// Every step holds the lifecycle lock, or the gate of the process that it belongs to, from its first look to its last change,
// and every change that a step under a gate alone could see is made under that gate: that makes each step atomic. Filters are
// the exception: a step that opens a file sees their state, one tag and one version, of one instant (Filter::look).

// What the end of processes brings about in one step: how the step calls the first process that is made in place of one of
// them, and which that is.
struct Succession {
  GivenName as{};  // none: as WER calls it
  std::optional<Restarted> first{};
};

// What the kernel tells of a process's life, as a driver is told by process notify routines.
class ProcessWatcher {
 public:
  virtual ~ProcessWatcher() = default;
  // CreateProcess has made the child, which cannot run yet. Lifecycle lock and the child's gate are held.
  virtual void created(Process& child, const Process& parent, const Process& creator) noexcept = 0;
  // The process is about to become Exited; its state is still the old one. Lifecycle lock and its gate are held.
  virtual void exiting(Process& process) noexcept = 0;
  // A process with this identity is Exited, and gone unless a handle keeps its object. Lifecycle lock is held.
  virtual void exited(const Identity&, Succession&) noexcept {}
};

// Timers that are no process's, run by the clock in the order of WER-ALL-25. The lifecycle lock is held throughout.
class Timers {
 public:
  virtual ~Timers() = default;
  // The clock is about to move to `until`. False: none of these is due before that. Else nothing of what they are about happens
  // beside the clock until release().
  virtual bool hold(std::uint64_t until) noexcept = 0;
  // Fires those due before `until`. No gate is held.
  virtual void fire(std::uint64_t until) noexcept = 0;
  virtual void release() noexcept = 0;
};

struct Machine {
  MachineIndex index{};
  std::uint32_t rank{};          // position by name
  ReadMostlyTable<1> pids{};     // pid_key -> object id * 2, + 1 while the process is live
  ReadMostlyTable<1> objects{};  // object id -> Process*
  Process* first{};              // by object id
  Process* last{};
  std::uint32_t processes{};
  Object* first_object{};  // by id
  Object* last_object{};
  std::uint32_t other_objects{};
  std::uint32_t next_pid{1000};
  std::uint64_t next_process{1};
  std::uint64_t next_object{1};
};

// How a process comes to be other than by the beginning of the world.
struct Birth {
  Process* parent{};
  Process* creator{};
  bool inherit_handles{};
};

// What a handle value means in a process.
struct Named {
  KernelObject* object{};  // nullptr: no such handle
  AccessMask mask{};
  bool pseudo{};
};

// Machines, processes, threads, other objects and handles.
class Kernel {
 public:
  Kernel(Arena& arena, std::span<const MachineSpec> machines);

  using Lifecycle = sync::mutex<"lifecycle">;
  Lifecycle lifecycle;

  // --- From any thread, without a lock ---

  // Memory nullptr: there is no such process object.
  ProcessRef find(ProcessKey key) const noexcept;
  // The process that has the pid now and is live; no_object: none.
  ObjectId incarnation_of(MachineIndex machine, Pid pid) const noexcept;

  // --- All others want the lifecycle lock ---

  // The process, if it can make a call now (WER-ALL-58), or if it exists; else nullptr.
  Process* caller(ProcessRef ref) const noexcept;
  Process* existing(ProcessRef ref) const noexcept;
  // Live or not; nullptr: none.
  Process* with_pid(MachineIndex machine, Pid pid) const noexcept;

  // OBJ-NEW-01
  bool can_create(MachineIndex machine, std::optional<Pid> pid, std::uint32_t threads) const noexcept;
  // can_create holds. Completes `identity` with object id, pid and start time; `birth` nullptr: the world begins.
  Process& create(Identity identity, std::optional<Pid> pid, std::uint32_t threads, const Birth* birth) noexcept;
  // The process is live, `gate` holds its gate. The process may be gone afterwards.
  void exit(Process& process, std::unique_lock<Process::Gate> gate, std::uint32_t code,
            Succession& succession) noexcept;
  void exit(Process& process, std::uint32_t code, Succession& succession) noexcept {
    exit(process, std::unique_lock{process.gate}, code, succession);
  }

  // The live thread of the world with this tid, nullptr: none.
  Object* thread(Tid tid) const noexcept;
  bool thread_belongs(ProcessKey key, Tid tid) const noexcept {
    const Object* found = thread(tid);
    return found != nullptr && found->process->identity.key == key;
  }
  // Whether `tid`, or the next one, can be given to a new thread (OBJ-PROC-18).
  bool can_create_thread(std::optional<Tid> tid) const noexcept;
  Tid create_thread(Process& process, std::optional<Tid> tid, NameRef name) noexcept;
  // Not the last one of its process.
  void end_thread(Object& thread) noexcept;

  // OBJ-HND-03, OBJ-HND-04
  Named resolve(Process& process, HandleValue value) const noexcept;
  HandleValue open(Process& process, KernelObject& object, AccessMask mask, bool inheritable) noexcept;
  // False: no such handle. The object may be gone afterwards.
  bool close(Process& process, HandleValue value) noexcept;
  Object& create_object(MachineIndex machine, ObjectType type) noexcept;

  void watch(ProcessWatcher& watcher) noexcept { watchers_[watching_++] = &watcher; }

  // At most one.
  void run(Timers& timers) noexcept { timers_ = &timers; }
  Timers* timers() const noexcept { return timers_; }

  Machine& machine(MachineIndex index) noexcept { return machines_[static_cast<std::size_t>(index)]; }
  std::span<const Machine> machines() const noexcept { return machines_; }
  // Machines in the order of their names.
  std::span<const MachineIndex> by_name() const noexcept { return by_name_; }
  Arena& arena() noexcept { return arena_; }
  std::uint32_t next_tid() const noexcept { return next_tid_; }

  std::uint64_t now{};  // ms

 private:
  const Machine& at(MachineIndex index) const noexcept { return machines_[static_cast<std::size_t>(index)]; }
  static bool current(ProcessRef ref) noexcept;

  Process& fresh_process() noexcept;
  void enter(Machine& machine, Process& process) noexcept;
  Object& add_thread(Process& process, Tid tid, NameRef name, std::uint32_t k) noexcept;
  void detach_thread(Object& thread) noexcept;
  void inherit(Process& child, const Process& parent) noexcept;
  void close_all(Process& process) noexcept;
  void unreference(KernelObject& object) noexcept;
  void remove_if_dead(KernelObject& object) noexcept;
  void remove(Process& process) noexcept;
  void remove(Object& object) noexcept;

  Arena& arena_;
  std::span<Machine> machines_;
  std::span<MachineIndex> by_name_;
  ReadMostlyTable<1> tids_{};  // tid -> Object*
  std::uint32_t next_tid_{0x10000};
  Process* spare_{};  // memory of former processes
  std::array<ProcessWatcher*, 4> watchers_{};
  std::size_t watching_{};
  Timers* timers_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
