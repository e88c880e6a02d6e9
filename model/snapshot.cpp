// The canonical words of a state, in the order of api/snapshot.h.
#include <algorithm>

#include "model/smb/server_snapshot.h"
#include "model/system.h"

namespace procreg::model {

namespace {

DumpHead head_of(const Dump& dump, MachineIndex machine) {
  return {machine, dump.process, dump.incarnation, dump.kind, dump.mask, dump.extra_thread, dump.extra_thread_missing};
}

void write(SnapshotWriter& out, const Metadata& metadata) {
  out.list<MetadataEntry>(metadata, [](const RegisteredMetadata& entry) {
    return MetadataEntry{entry.key, entry.value};
  });
}

void write(SnapshotWriter& out, const Blocks& blocks) {
  out.list<BlockEntry>(blocks, [](const RegisteredBlock& entry) { return BlockEntry{entry.address, entry.size}; });
}

// What the state keeps as the snapshot shows it.
template <Described Record, std::size_t N>
void write(SnapshotWriter& out, const Flat<Record, N>& list) {
  out.list<Record>(list, [](const Record& record) { return record; });
}
template <Described Record>
void write(SnapshotWriter& out, const std::optional<Record>& optional) {
  out.optional(optional.has_value());
  if (optional.has_value()) out.record(*optional);
}

void write(SnapshotWriter& out, const Dump& dump, MachineIndex machine) {
  out.record(head_of(dump, machine));
  out.list<SnapTid>(dump.threads, [](Tid tid) { return SnapTid{tid}; });
  out.list<SnapRange>(dump.ranges, [](const Range& range) {
    return SnapRange{Address{range.begin}, Address{range.end}};
  });
}

void write(SnapshotWriter& out, const Report& report) {
  out.record(report.head);
  write(out, report.signature);
  out.record(report.flags);
  write(out, report.modules);
  out.record(report.debugger);
  out.list(report.dumps.size());
  for (const Dump& dump : report.dumps) write(out, dump, report.head.machine);
  write(out, report.not_collected);
  write(out, report.metadata);
  write(out, report.files);
  write(out, report.blocks);
  write(out, report.excluded);
  write(out, report.app_local_dump);
  write(out, report.recovery);
  write(out, report.restarted);
}

void write(SnapshotWriter& out, const Countdowns& countdowns) {
  out.list<SnapNumber>(countdowns, [](std::uint32_t n) { return SnapNumber{n}; });
}

ProcessHead head_of(const Process& process) {
  const Birth& birth = process.birth;
  return {.objectId = birth.object,
          .pid = birth.pid,
          .name = birth.name,
          .restartOf = birth.restart_of,
          .restarts = birth.restarts,
          .user = birth.user,
          .seDebug = birth.se_debug,
          .kind = birth.kind,
          .protected_ = birth.protected_,
          .parent = birth.parent,
          .creator = birth.creator,
          .package = birth.package,
          .localFolderUsable = birth.local_folder_usable,
          .dumpable = birth.dumpable,
          .stacks = birth.stacks,
          .data = birth.data,
          .private_ = birth.private_,
          .mapped = birth.mapped,
          .loadedModules = birth.loaded_modules,
          .state = process.core.state,
          .startTime = process.core.start_time,
          .exitCode = process.core.exit_code};
}

// OBJ-PROC-07: the default is one entry, the process's own user.
void write_dacl(SnapshotWriter& out, const Birth& birth, const Tables& tables) {
  if (birth.dacl.has_value()) {
    out.list<SnapDacl>(tables.at(*birth.dacl), [](const DaclEntry& entry) { return SnapDacl{entry.user, entry.mask}; });
    return;
  }
  out.list(1);
  out.record(SnapDacl{birth.user, PROCESS_ALL_ACCESS});
}

ProcessLife life_of(const Core& core) {
  const RunningRecovery running = core.running.value_or(RunningRecovery{});
  ProcessLife life{.answerDue = core.answer_due,
                   .failureTime = core.failure_time,
                   .recoveryInTime = core.recovery_in_time,
                   .restartInTime = core.restart_in_time,
                   .cause = core.cause,
                   .flags4 = core.flags4,
                   .debugged = core.debugged,
                   .userRestart = core.user_restart,
                   .cancelled = running.cancelled,
                   .callbackReturned = running.callback_returned,
                   .lastError = core.last_error};
  if (core.running.has_value()) {
    life.ping = running.ping;
    life.deadline = running.deadline;
  }
  return life;
}

void write_entries(SnapshotWriter& out, const Wer& wer) {
  out.list<FileEntry>(wer.files, [](const RegisteredFile& entry) {
    return FileEntry{entry.path, entry.type, entry.flags};
  });
  write(out, wer.blocks);
  write(out, wer.excluded);
  write(out, wer.metadata);
  out.list<ModuleEntry>(wer.modules, [](const RegisteredModule& entry) {
    return ModuleEntry{entry.dll, entry.context};
  });
  out.list<AdditionalProcessEntry>(wer.processes, [](const RegisteredProcess& entry) {
    const bool of_nobody = entry.incarnation == no_object;
    return AdditionalProcessEntry{entry.processId, entry.threadId,
                                  of_nobody ? std::nullopt : std::optional{entry.incarnation}};
  });
}

void write(SnapshotWriter& out, const Wer& wer) {
  out.optional(wer.storage_exists);
  if (!wer.storage_exists) return;
  out.record(WerHead{wer.flags, wer.hold_ms, wer.app_local_dump, wer.recovery_ever, wer.storage_exists});
  out.optional(wer.recovery.has_value());
  if (wer.recovery.has_value()) {
    out.record(RecoveryEntry{wer.recovery->callback, wer.recovery->parameter, wer.recovery->ping, wer.recovery->flags});
  }
  out.optional(wer.restart.has_value());
  if (wer.restart.has_value()) out.record(RestartEntry{wer.restart->command_line, wer.restart->flags});
  write_entries(out, wer);
}

void write(SnapshotWriter& out, const Process& process, const Tables& tables) {
  out.record(head_of(process));
  write_dacl(out, process.birth, tables);
  out.record(life_of(process.core));
  out.list<SnapThread>(process.threads, [](const Thread& thread) {
    return SnapThread{thread.tid, thread.name, thread.k};
  });
  out.list<SnapHandle>(process.handles, [](const Handle& handle) {
    return SnapHandle{handle.value, handle.object.type, handle.object.id, handle.mask, handle.inheritable};
  });
  out.record(HeapHead{process.heap.capacity});
  write(out, process.heap.countdowns);
  write(out, process.core.recovery_faults);
  write(out, process.wer);
}

void write(SnapshotWriter& out, MachineIndex index, const Machine& machine, const Tables& tables) {
  out.record(MachineHead{.name = index,
                         .filter = machine.filter,
                         .nextPid = machine.next_pid,
                         .nextProcess = machine.next_process,
                         .nextObject = machine.next_object,
                         .freshCounter = machine.fresh_counter});
  out.list<SnapTag>(machine.tags, [](const Tag& tag) {
    return SnapTag{tag.process, tag.has_id, tag.id, tag.inherit, tag.csv_flags, tag.origin};
  });
  out.list<SnapVersion>(machine.versions, [](const Version& version) {
    return SnapVersion{version.id, version.version, version.last_status};
  });
  write(out, machine.faults);
  out.list<SnapProcess>(machine.app_local_dumps, [](ObjectId process) { return SnapProcess{process}; });
  out.list<SnapObject>(machine.objects, [](const OtherObject& object) {
    return SnapObject{object.id, object.type, object.tid};
  });
  out.list(machine.processes.size());
  for (const Process& process : machine.processes) write(out, process, tables);
}

// The machine whose name has this place among all names.
std::size_t ranked(const State& state, std::size_t rank) {
  const auto found = std::find_if(state.machines.begin(), state.machines.end(),
                                  [rank](const Machine& machine) { return machine.name_rank == rank; });
  return static_cast<std::size_t>(found - state.machines.begin());
}

}  // namespace

void snapshot_of(const State& state, const Tables& tables, SnapshotWords& words) {
  SnapshotWriter::append(words, [&](SnapshotWriter& out) {
    out.record(WorldHead{state.now, state.next_tid});
    out.list<SnapText>(state.existing_files, [](TextRef path) { return SnapText{path}; });
    out.list(state.reports.size());
    for (const Report& report : state.reports) write(out, report);
    out.list(state.machines.size());
    for (std::size_t rank = 0; rank < state.machines.size(); ++rank) {
      const std::size_t index = ranked(state, rank);
      write(out, static_cast<MachineIndex>(index), state.machines[index], tables);
    }
    write_shared_storage(out, state, tables);
  });
}

}  // namespace procreg::model
