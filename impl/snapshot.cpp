// The canonical snapshot (api/snapshot.h) of a world.
#include <algorithm>
#include <vector>

#include "impl/calls.h"
#include "impl/smb/snapshot.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

std::optional<ObjectId> given(ObjectId id) noexcept { return id == no_object ? std::nullopt : std::optional{id}; }

void write(SnapshotWriter& out, const Countdowns& countdowns) {
  out.list(countdowns.size());
  for (std::uint32_t i = 0; i < countdowns.size(); ++i) out.record(SnapNumber{countdowns.left(i)});
}

template <class T>
void write(SnapshotWriter& out, const KeyedList<T>& entries) {
  out.list<T>(entries, [](const T& entry) -> const T& { return entry; });
}

template <class T>
void write(SnapshotWriter& out, std::span<const T> records) {
  out.list<T>(records, [](const T& record) -> const T& { return record; });
}

template <class T>
void write(SnapshotWriter& out, const std::optional<T>& record) {
  out.optional(record.has_value());
  if (record) out.record(*record);
}

void write(SnapshotWriter& out, const Report& report) {
  out.record(report.head);
  write(out, report.signature);
  out.record(report.flags);
  write(out, report.modules);
  out.record(report.debugger);
  out.list(report.dumps.size());
  for (const Dump& dump : report.dumps) {
    out.record(dump.head);
    out.list<SnapTid>(dump.threads, [](const DumpedThread& thread) { return SnapTid{thread.tid}; });
    write(out, dump.ranges);
  }
  write(out, report.not_collected);
  write(out, report.metadata);
  write(out, report.files);
  write(out, report.blocks);
  write(out, report.excluded);
  write(out, report.app_local_dump);
  write(out, report.recovery);
  write(out, report.restarted);
}

// --- A process ---

void write_head(SnapshotWriter& out, const Process& process) {
  const Identity& identity = process.identity;
  out.record(ProcessHead{.objectId = identity.key.object,
                         .pid = identity.pid,
                         .name = identity.name,
                         .restartOf = identity.restart_of,
                         .restarts = identity.restarts,
                         .user = identity.user,
                         .seDebug = identity.se_debug,
                         .kind = identity.kind,
                         .protected_ = identity.protected_,
                         .parent = given(identity.parent),
                         .creator = given(identity.creator),
                         .package = identity.package,
                         .localFolderUsable = identity.local_folder_usable,
                         .dumpable = identity.dumpable,
                         .stacks = identity.stacks,
                         .data = identity.data,
                         .private_ = identity.private_,
                         .mapped = identity.mapped,
                         .loadedModules = identity.loaded_modules,
                         .state = process.state,
                         .startTime = identity.start_time,
                         .exitCode = is_live(process) ? std::nullopt : std::optional{process.exit_code}});
  if (identity.dacl == nullptr) {
    out.list(1);
    out.record(SnapDacl{identity.user, PROCESS_ALL_ACCESS});
  } else {
    out.list<SnapDacl>(*identity.dacl, [](const DaclEntry& entry) { return SnapDacl{entry.user, entry.mask}; });
  }
}

void write_life(SnapshotWriter& out, const Process& process) {
  const Failing& failing = process.failing;
  out.record(ProcessLife{.answerDue = failing.answer_due,
                         .failureTime = failing.failure_time,
                         .recoveryInTime = failing.recovery_in_time,
                         .restartInTime = failing.restart_in_time,
                         .cause = failing.cause,
                         .flags4 = failing.flags4,
                         .debugged = failing.debugged,
                         .userRestart = failing.user_restart,
                         .ping = failing.ping,
                         .deadline = failing.deadline,
                         .cancelled = failing.cancelled,
                         .callbackReturned = failing.callback_returned,
                         .lastError = process.last_error});
}

void write_threads(SnapshotWriter& out, const Process& process) {
  out.list(thread_count(process));
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread)
    out.record(SnapThread{thread->tid, thread->name, thread->k});
}

void write_handles(SnapshotWriter& out, const Process& process) {
  out.list(process.table.size());
  process.table.each([&](HandleValue value, const HandleEntry& entry) {
    const KernelObject& object = *entry.object;
    const std::uint64_t id = object.type == ObjectType::Process
                                 ? number(static_cast<const Process&>(object).identity.key.object)
                                 : number(static_cast<const Object&>(object).id);
    out.record(SnapHandle{value, object.type, id, entry.mask, entry.inheritable});
  });
}

void write(SnapshotWriter& out, const RegistrationBlock& block) {
  out.record(WerHead{block.flags, block.hold_ms, block.app_local_dump, block.recovery_ever, true});
  const RecoveryCallback& recovery = block.recovery;
  out.optional(recovery.is_registered());
  if (recovery.is_registered())
    out.record(RecoveryEntry{recovery.callback, recovery.parameter, recovery.ping_ms, recovery.flags});
  out.optional(block.restart.has_value());
  if (block.restart) out.record(RestartEntry{block.restart->command_line, block.restart->flags});
  write(out, block.files);
  write(out, block.blocks);
  write(out, block.excluded);
  write(out, block.metadata);
  write(out, block.modules);
  out.list(block.processes.size());
  for (const auto* entry = block.processes.first(); entry != nullptr; entry = entry->next)
    out.record(AdditionalProcessEntry{entry->process, entry->thread, given(entry->incarnation)});
}

void write_wer(SnapshotWriter& out, const Process& process) {
  out.record(HeapHead{process.heap.capacity()});
  write(out, process.heap.countdowns());
  write(out, process.recovery_faults);
  const RegistrationBlock* block = process.block;
  out.optional(block != nullptr);
  if (block == nullptr) return;
  write(out, *block);
}

// --- A machine ---

void write_tags(SnapshotWriter& out, const Machine& machine, const TagCache& tags) {
  const std::size_t count = tags.size();
  out.list(count);
  if (count == 0) return;
  for (const Process* process = machine.first; process != nullptr; process = process->next) {
    const ObjectId object = process->identity.key.object;
    const auto tag = tags.find(object);
    if (tag) out.record(SnapTag{object, tag->has_id, tag->id, tag->inherit, tag->csv_flags, tag->origin});
  }
}

void write_versions(SnapshotWriter& out, const VersionTable& versions) {
  std::vector<SnapVersion> records;
  versions.each([&](const VersionEntry& entry) {
    const VersionPair pair{entry.high.load(sync::relaxed), entry.low.load(sync::relaxed)};
    records.push_back({entry.id, pair, entry.last_status});
  });
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  write(out, std::span<const SnapVersion>{records});
}

void write_app_local_dumps(SnapshotWriter& out, const Machine& machine, const AppLocalDumps& dumps) {
  out.list(dumps.size(machine.index));
  for (const Process* process = dumps.first(machine.index); process != nullptr; process = process->next_dumping)
    out.record(SnapProcess{process->identity.key.object});
}

void write(SnapshotWriter& out, const Machine& machine, const Filter& filter, const AppLocalDumps& dumps) {
  out.record(MachineHead{.name = machine.index,
                         .filter = filter.state(),
                         .nextPid = Pid{machine.next_pid},
                         .nextProcess = ObjectId{machine.next_process},
                         .nextObject = OtherId{machine.next_object},
                         .freshCounter = filter.fresh_counter()});
  write_tags(out, machine, filter.tags());
  write_versions(out, filter.versions());
  write(out, filter.countdowns());
  write_app_local_dumps(out, machine, dumps);
  out.list(machine.other_objects);
  for (const Object* object = machine.first_object; object != nullptr; object = object->next)
    out.record(SnapObject{object->id, object->type, object->tid});
  out.list(machine.processes);
  for (const Process* process = machine.first; process != nullptr; process = process->next) {
    write_head(out, *process);
    write_life(out, *process);
    write_threads(out, *process);
    write_handles(out, *process);
    write_wer(out, *process);
  }
}

}  // namespace

void write_snapshot(const Calls& calls, SnapshotWords& words) {
  SnapshotWriter::append(words, [&](SnapshotWriter& out) {
    out.record(WorldHead{calls.kernel.now, Tid{calls.kernel.next_tid()}});
    write(out, calls.collector.existing_files().files());
    const auto& reports = calls.crashes.reports();
    out.list(reports.size());
    for (const Report* report : reports) write(out, *report);
    out.list(calls.kernel.machines().size());
    for (const MachineIndex index : calls.kernel.by_name())
      write(out, calls.kernel.machines()[static_cast<std::size_t>(index)], calls.app_instances.filter(index),
            calls.app_local_dumps);
    write(out, std::span<const SnapVolume>{calls.csv_volumes.volumes(calls.tables)});
    write(out, std::span<const SnapCsvOpen>{calls.csv_volumes.opens()});
    write(out, calls.servers, calls.tables);
  });
}

}  // namespace procreg::impl::inline PROCREG_SYNC
