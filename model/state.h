// The state of the reference model: a value of flat small lists. `==`, cheap to copy, no visible pointers, no clock.
// Lists are ordered as the snapshot shows them: processes by object id, threads by tid, handles by value, tags by object
// id.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/ids.h"
#include "api/limits.h"
#include "api/memory.h"
#include "api/report.h"
#include "api/snapshot.h"
#include "api/value.h"
#include "api/world.h"
#include "model/small.h"
#include "model/smb/server_state.h"

namespace procreg::model {

struct Thread {
  Tid tid{};
  NameRef name{};
  std::uint32_t k{};
  OtherId object{};  // its Thread object (OBJ-PROC-20)
  friend bool operator==(const Thread&, const Thread&) = default;
};

using Threads = Small<Thread, 2>;

// What a handle names.
struct ObjectRef {
  ObjectType type{};
  std::uint64_t id{};  // ObjectId of a process, OtherId of any other
  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;
};

struct Handle {
  HandleValue value{};
  ObjectRef object{};
  AccessMask mask{};
  bool inheritable{};
  friend bool operator==(const Handle&, const Handle&) = default;
};

using Handles = Small<Handle, 4>;

struct OtherObject {
  OtherId id{};
  ObjectType type{};
  Tid tid{};           // of a Thread object's thread, else 0
  bool thread_live{};  // that thread has not ended
  friend bool operator==(const OtherObject&, const OtherObject&) = default;
};

using Objects = Small<OtherObject, 4>;

struct RegisteredProcess {
  Pid processId{};
  Tid threadId{};
  ObjectId incarnation{no_object};  // the process that had the pid then, no_object: nobody
  friend bool operator==(const RegisteredProcess&, const RegisteredProcess&) = default;
};

using AdditionalProcesses = Small<RegisteredProcess, 4>;

struct RegisteredFile {
  TextRef path{};
  FileType type{};
  std::uint32_t flags{};
  friend bool operator==(const RegisteredFile&, const RegisteredFile&) = default;
};

// Registered or excluded.
struct RegisteredBlock {
  Address address{};
  std::uint32_t size{};
  friend bool operator==(const RegisteredBlock&, const RegisteredBlock&) = default;
};

struct RegisteredMetadata {
  TextRef key{};
  TextRef value{};
  friend bool operator==(const RegisteredMetadata&, const RegisteredMetadata&) = default;
};

struct RegisteredModule {
  TextRef dll{};
  Address context{};
  friend bool operator==(const RegisteredModule&, const RegisteredModule&) = default;
};

using Files = Small<RegisteredFile, 1>;
using Blocks = Small<RegisteredBlock, 1>;
using Metadata = Small<RegisteredMetadata, 1>;
using Modules = Small<RegisteredModule, 1>;

struct Recovery {
  Address callback{};
  Address parameter{};
  std::uint32_t ping{};
  std::uint32_t flags{};
  friend bool operator==(const Recovery&, const Recovery&) = default;
};

struct Restart {
  TextRef command_line{};
  std::uint32_t flags{};
  friend bool operator==(const Restart&, const Restart&) = default;
};

// Registration storage (wer.md 1). Value-initialised: no storage.
struct Wer {
  bool storage_exists{};
  bool recovery_ever{};
  std::uint32_t flags{};
  std::optional<std::uint32_t> hold_ms{};
  std::optional<TextRef> app_local_dump{};
  std::optional<Recovery> recovery{};
  std::optional<Restart> restart{};
  Files files{};
  Blocks blocks{};
  Blocks excluded{};
  Metadata metadata{};
  Modules modules{};
  AdditionalProcesses processes{};
  std::uint32_t alive{};  // derived: entries whose registration attempted an allocation (WER-ALL-55)
  friend bool operator==(const Wer&, const Wer&) = default;
};

// Fault countdowns, ascending.
using Countdowns = Small<std::uint32_t, 2>;

struct Heap {
  std::optional<std::uint32_t> capacity{};
  Countdowns countdowns{};
  friend bool operator==(const Heap&, const Heap&) = default;
};

// The recovery callback while it runs.
struct RunningRecovery {
  std::uint32_t ping{};
  std::uint64_t deadline{};
  bool cancelled{};
  bool callback_returned{};
  friend bool operator==(const RunningRecovery&, const RunningRecovery&) = default;
};

struct Core {
  ProcessState state{ProcessState::Running};
  std::uint64_t start_time{};
  std::optional<std::uint32_t> exit_code{};
  std::uint32_t last_error{};
  std::optional<std::uint64_t> answer_due{};
  std::optional<std::uint64_t> failure_time{};
  bool recovery_in_time{};
  bool restart_in_time{};
  std::optional<Cause> cause{};
  bool flags4{};
  bool debugged{};
  bool user_restart{};
  std::optional<RunningRecovery> running{};
  ReportId report{};  // of its failure, 0 before one
  Countdowns recovery_faults{};
  friend bool operator==(const Core&, const Core&) = default;
};

// Set at creation, never changed.
struct Birth {
  ObjectId object{};
  Pid pid{};
  GivenName name{};
  GivenName restart_of{};    // the first process of the chain that WER restarted up to this one
  std::uint32_t restarts{};  // of that chain, 0: it is no restart
  TextRef user{};
  bool se_debug{};
  ProcessKind kind{};
  bool protected_{};
  std::optional<ObjectId> parent{};
  std::optional<ObjectId> creator{};
  std::optional<DaclRef> dacl{};  // nullopt: the default (OBJ-PROC-07)
  std::optional<TextRef> package{};
  bool local_folder_usable{};
  bool dumpable{};
  StacksRef stacks{default_stacks};
  RangesRef data{default_data};
  RangesRef private_{no_ranges};
  RangesRef mapped{no_ranges};
  std::optional<LoadedModulesRef> loaded_modules{};
  friend bool operator==(const Birth&, const Birth&) = default;
};

struct Process {
  Birth birth{};
  Core core{};
  Threads threads{};
  Handles handles{};
  Wer wer{};
  Heap heap{};
  friend bool operator==(const Process&, const Process&) = default;
};

using Processes = Small<Process, 2>;

struct Tag {
  ObjectId process{};
  bool has_id{};
  Guid id{};
  bool inherit{};
  std::uint32_t csv_flags{};
  TagOrigin origin{};
  friend bool operator==(const Tag&, const Tag&) = default;
};

using Tags = Small<Tag, 2>;

// What RegisterAppInstanceVersion stored for an id.
struct Version {
  Guid id{};
  VersionPair version{};
  NtStatus last_status{};
  friend bool operator==(const Version&, const Version&) = default;
};

using Versions = Small<Version, 1>;

using AppLocalDumps = Small<ObjectId, 1>;

struct Machine {
  std::uint8_t name_rank{};  // place of its name among the names of all machines, the order of the snapshot
  FilterState filter{};
  Pid next_pid{1000};
  ObjectId next_process{1};
  OtherId next_object{1};
  std::uint32_t fresh_counter{};
  Tags tags{};
  Versions versions{};  // by the bytes of the id
  Countdowns faults{};
  AppLocalDumps app_local_dumps{};  // processes with one, in the order of their last registration
  Objects objects{};
  Processes processes{};
  friend bool operator==(const Machine&, const Machine&) = default;
};

using MemoryRanges = Small<Range, 2>;  // sorted, apart from each other

struct Dump {
  Pid process{};
  ObjectId incarnation{};
  DumpKind kind{};
  AccessMask mask{};
  Tid extra_thread{};
  Tid extra_thread_missing{};
  Small<Tid, 2> threads{};
  MemoryRanges ranges{};
  friend bool operator==(const Dump&, const Dump&) = default;
};

struct Report {
  ReportHead head{};
  Small<SignatureEntry, 1> signature{};
  ReportFlags flags{};
  Small<ReportedModule, 1> modules{};
  DebuggerEntry debugger{};
  Small<Dump, 2> dumps{};
  Small<NotCollectedEntry, 2> not_collected{};
  Metadata metadata{};
  Small<ReportedFile, 1> files{};
  Small<ReportedBlock, 1> blocks{};
  Blocks excluded{};
  std::optional<AppLocalDumpEntry> app_local_dump{};
  std::optional<RecoveryEnd> recovery{};
  std::optional<RestartedEntry> restarted{};
  friend bool operator==(const Report&, const Report&);
};

using Reports = Small<Report, 1>;

// What the world says of runtime exception modules. Never changed.
struct ModuleInputs {
  std::vector<TextRef> helper_modules{};
  std::vector<ModuleBehaviour> behaviours{};
  friend bool operator==(const ModuleInputs&, const ModuleInputs&) = default;
};

// One of them, shared by all states of a world: a copy of a state costs a comparison.
class ModuleInputsRef {
 public:
  ModuleInputsRef() = default;
  explicit ModuleInputsRef(ModuleInputs inputs) : shared_{std::make_shared<const ModuleInputs>(std::move(inputs))} {}
  ModuleInputsRef(const ModuleInputsRef&) = default;
  ModuleInputsRef(ModuleInputsRef&&) = default;
  ModuleInputsRef& operator=(const ModuleInputsRef& other) {
    if (shared_ != other.shared_) shared_ = other.shared_;
    return *this;
  }
  ModuleInputsRef& operator=(ModuleInputsRef&&) = default;
  ~ModuleInputsRef() = default;

  // nullptr: no dll is allowed, so how one behaves is never asked.
  const ModuleInputs* get() const { return shared_.get(); }
  friend bool operator==(const ModuleInputsRef& a, const ModuleInputsRef& b) {
    return a.shared_ == b.shared_ || (a.shared_ != nullptr && b.shared_ != nullptr && *a.shared_ == *b.shared_);
  }

 private:
  std::shared_ptr<const ModuleInputs> shared_{};
};

using ExistingFiles = Small<TextRef, 1>;  // in code unit order of the texts

struct State {
  std::uint64_t now{};
  Tid next_tid{0x10000};
  ExistingFiles existing_files{};
  Small<Machine, 1> machines{};
  Reports reports{};
  Volumes volumes{};  // in order of creation, as the next two
  VolumeOpens csv_opens{};
  Servers servers{};
  // Inputs of the world, never changed.
  Limits limits{};
  ModuleInputsRef modules{};
  bool additional_data_requested{};
  bool user_documents_requested{};
  bool force_queue{};
  friend bool operator==(const State&, const State&) = default;
};

inline const Machine& machine_of(const State& state, MachineIndex machine) {
  return state.machines.data()[number(machine)];
}
inline const Machine& machine_of(const State& state, ProcessKey key) { return machine_of(state, key.machine); }

namespace detail {
const Process* find_behind_gaps(const Machine& machine, ObjectId object);
}

// nullptr when there is none. An Exited process whose object is kept is found by its object and by its pid.
inline const Process* find(const Machine& machine, ObjectId object) {
  // Object n stands at place n - 1 until an earlier one goes.
  const std::uint64_t place = number(object) - 1;
  const Process* const process = machine.processes.data() + place;
  if (place < machine.processes.size() && process->birth.object == object) return process;
  return detail::find_behind_gaps(machine, object);
}
inline const Process* find(const State& state, ProcessKey key) {
  if (key == nobody || number(key.machine) >= state.machines.size()) return nullptr;
  return find(machine_of(state, key), key.object);
}
inline const Process* find(const Machine& machine, Pid pid) {
  for (const auto& process : machine.processes)
    if (process.birth.pid == pid) return &process;
  return nullptr;
}

const Tag* find_tag(const Machine& machine, ObjectId process);
const Version* find_version(const Machine& machine, Guid id);

// nullptr when there is none, each.
const Volume* find_volume(const State& state, TextRef name);
const Server* find_server(const State& state, TextRef name);
inline const Server& server_of(const State& state, ServerIndex server) { return state.servers[number(server)]; }
inline ServerIndex index_of(const State& state, const Server& server) {
  return static_cast<ServerIndex>(&server - state.servers.data());
}
const Connection* find_connection(const Server& server, ConnectionId id);
const Open* find_open(const Server& server, DurableId id);
inline const File& file_of(const Server& server, FileId file) { return server.files[number(file)]; }

// "Exists" of wer.md section 1: a live process object.
inline bool live(const Process& process) { return process.core.state != ProcessState::Exited; }
// The process that exists with this pid, nullptr when none does.
inline const Process* existing(const Machine& machine, Pid pid) {
  const Process* process = find(machine, pid);
  return process != nullptr && live(*process) ? process : nullptr;
}
// nullptr: it is no live thread of the process.
const Thread* find_thread(const Process& process, Tid tid);

}  // namespace procreg::model
