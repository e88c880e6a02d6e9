// The parts of a model state as words, ids by the names that `Names` gives them: the one text behind digests of states and
// the words that tests compare.
//
// What two equal states may differ in: the clock and every time that has passed (when processes began and failed, when
// reports were made), counters of ids to come, and ids, as far as Names goes. Times to come count from now on. Only where
// WER may restart processes is it told how long they lived, up to what a restart asks for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/state.h"

namespace procreg::harness {

// Which times stand in the words of a state.
struct Times {
  std::uint64_t now{};
  bool lives{};  // how long processes lived matters (WER-REC-22)
};

// Sink: put(word), put(word, word). Names: object(machine, id), pid(machine, pid), tid(tid), other(machine, id), given(name), thread(name)
// as words, those of processes not 0 where the words are kept, those of pids and tids of 32 bits; guid(sink, guid).
template <class Sink, class Names>
class StateWriter {
 public:
  StateWriter(Sink& out, Names& names, Times times) : out_{out}, names_{names}, now_{times.now}, lives_{times.lives} {}

  void head(const model::Machine& machine) { out_.put(static_cast<std::uint64_t>(machine.filter)); }

  void countdowns(const model::Countdowns& countdowns) {
    out_.put(countdowns.size());
    for (const std::uint32_t n : countdowns) out_.put(n);
  }

  void versions(const model::Versions& versions) {
    out_.put(versions.size());
    for (const model::Version& version : versions) {
      names_.guid(out_, version.id);
      pair(version.version);
      out_.put(static_cast<std::uint64_t>(version.last_status));
    }
  }

  // Volumes, CSV opens and servers; their ids as they are, and the counters of ids to come.
  void files_of(const model::State& state) {
    if (state.volumes.empty() && state.csv_opens.empty() && state.servers.empty()) return out_.put(0);
    out_.put(state.volumes.size() + 1, state.csv_opens.size());
    for (const model::Volume& volume : state.volumes) out_.put(volume.name.index, number(volume.coordinator));
    for (const model::VolumeOpen& open : state.csv_opens) {
      out_.put(names_.given(open.name), open.volume.index);
      out_.put(number(open.machine), bits(open.flag, open.valid));
    }
    out_.put(state.servers.size());
    for (const model::Server& server : state.servers) this->server(server);
  }

  void existing_files(const model::ExistingFiles& files) {
    out_.put(files.size());
    for (const TextRef path : files) out_.put(path.index);
  }

  void app_local_dumps(MachineIndex machine, const model::AppLocalDumps& dumps) {
    out_.put(dumps.size());
    for (const ObjectId process : dumps) out_.put(names_.object(machine, process));
  }

  void tag(MachineIndex machine, const model::Tag& tag) {
    out_.put(names_.object(machine, tag.process));
    out_.put(bits(tag.has_id, tag.inherit) | static_cast<std::uint64_t>(tag.origin) << 8 |
             std::uint64_t{tag.csv_flags} << 32);
    if (tag.has_id) names_.guid(out_, tag.id);
  }

  void object(MachineIndex machine, const model::OtherObject& object) {
    out_.put(names_.other(machine, object.id));
    out_.put(bits(object.thread_live) | static_cast<std::uint64_t>(object.type) << 8);
    out_.put(names_.tid(object.tid));
  }

  void birth(MachineIndex machine, const model::Birth& birth) {
    out_.put(names_.object(machine, birth.object));
    out_.put(names_.pid(machine, birth.pid));
    out_.put(names_.given(birth.restarts == 0 ? birth.name : birth.restart_of));
    out_.put(bits(birth.se_debug, birth.protected_, birth.dumpable, birth.parent.has_value(), birth.creator.has_value(),
                  birth.dacl.has_value(), birth.package.has_value(), birth.local_folder_usable) |
             static_cast<std::uint64_t>(birth.kind) << 8 | bits(birth.loaded_modules.has_value()) << 16 |
             std::uint64_t{birth.user.index} << 32);
    out_.put(std::uint64_t{birth.stacks.index} << 32 | birth.data.index,
             std::uint64_t{birth.private_.index} << 32 | birth.mapped.index);
    if (birth.parent) out_.put(names_.object(machine, *birth.parent));
    if (birth.creator) out_.put(names_.object(machine, *birth.creator));
    if (birth.dacl) out_.put(birth.dacl->index);
    if (birth.package) out_.put(birth.package->index);
    if (birth.loaded_modules) out_.put(birth.loaded_modules->index);
  }

  void core(const model::Core& core) {
    out_.put(bits(core.recovery_in_time, core.restart_in_time, core.cause.has_value(), core.flags4, core.debugged,
                  core.user_restart, core.running.has_value(), core.exit_code.has_value(),
                  core.answer_due.has_value()) |
             static_cast<std::uint64_t>(core.state) << 16 |
             static_cast<std::uint64_t>(core.cause.value_or(Cause{})) << 24 | std::uint64_t{core.last_error} << 32);
    out_.put(core.exit_code.value_or(0) | static_cast<std::uint64_t>(core.report) << 32);
    if (lives_) out_.put(life(core));
    if (core.answer_due) out_.put(ahead(*core.answer_due));
    if (core.running) running(*core.running);
    countdowns(core.recovery_faults);
  }

  void threads(MachineIndex machine, const model::Threads& threads) {
    out_.put(threads.size());
    for (const model::Thread& thread : threads) {
      out_.put(names_.tid(thread.tid));
      out_.put(names_.thread(in_chain(thread.name)) << 32 | thread.k);
      out_.put(names_.other(machine, thread.object));
    }
  }

  void handles(MachineIndex machine, const model::Handles& handles) {
    out_.put(handles.size());
    for (const model::Handle& handle : handles) {
      out_.put(number(handle.value));
      out_.put(bits(handle.inheritable) | static_cast<std::uint64_t>(handle.object.type) << 8 |
               std::uint64_t{number(handle.mask)} << 32);
      out_.put(referred(machine, handle.object));
    }
  }

  void wer(MachineIndex machine, const model::Wer& wer) {
    own_wer(wer);
    additional_processes(machine, wer);
  }

  // All but the processes and the number of allocations.
  void own_wer(const model::Wer& wer) {
    const bool lists = !(wer.files.empty() && wer.blocks.empty() && wer.excluded.empty() && wer.metadata.empty() &&
                         wer.modules.empty());
    out_.put(bits(wer.storage_exists, wer.recovery_ever, wer.hold_ms.has_value(), wer.recovery.has_value(), lists,
                  wer.app_local_dump.has_value(), wer.restart.has_value()) |
             std::uint64_t{wer.flags} << 32);
    if (wer.app_local_dump) out_.put(wer.app_local_dump->index);
    if (wer.restart) out_.put(std::uint64_t{wer.restart->flags} << 32 | wer.restart->command_line.index);
    if (wer.hold_ms) out_.put(*wer.hold_ms);
    if (wer.recovery) recovery(*wer.recovery);
    if (lists) own_entries(wer);
  }

  void additional_processes(MachineIndex machine, const model::Wer& wer) {
    out_.put(wer.processes.size(), wer.alive);
    for (const model::RegisteredProcess& entry : wer.processes) registered(machine, entry);
  }

  void heap(const model::Heap& heap) {
    out_.put(bits(heap.capacity.has_value()), heap.countdowns.size());
    if (heap.capacity) out_.put(*heap.capacity);
    for (const std::uint32_t n : heap.countdowns) out_.put(n);
  }

  void report(const model::Report& report) {
    const ReportHead& head = report.head;
    const MachineIndex machine = head.machine;
    out_.put(static_cast<std::uint64_t>(head.id) | std::uint64_t{number(machine)} << 32);
    out_.put(names_.pid(machine, head.process));
    out_.put(names_.object(machine, head.incarnation));
    out_.put(names_.tid(head.thread));
    out_.put(static_cast<std::uint64_t>(head.cause) << 32 | head.event.index);
    flags(report);
    if (report.flags.holdMs) out_.put(*report.flags.holdMs);
    modules(report);
    out_.put(report.dumps.size());
    for (const model::Dump& dump : report.dumps) this->dump(machine, dump);
    out_.put(report.not_collected.size());
    for (const NotCollectedEntry& entry : report.not_collected) {
      out_.put(names_.pid(machine, entry.process));
      out_.put(static_cast<std::uint64_t>(entry.reason));
    }
    collected_entries(report);
    if (report.restarted) out_.put(names_.pid(machine, report.restarted->process), report.restarted->commandLine.index);
  }

 private:
  template <class... Flags>
  static std::uint64_t bits(Flags... flags) {
    std::uint64_t word = 0;
    unsigned place = 0;
    ((word |= std::uint64_t{flags} << place++), ...);
    return word;
  }

  // How often its process was restarted shows in names only.
  static NameRef in_chain(NameRef name) { return is_restart(name) ? NameRef{name.base, first_restart_part} : name; }

  // A due time past the end of the clock is never reached, whatever the time.
  std::uint64_t ahead(std::uint64_t due) const { return due == ~std::uint64_t{0} ? due : due - now_; }

  // How long it has lived or did live until it failed, as far as a restart asks.
  std::uint64_t life(const model::Core& core) const {
    const std::uint64_t until = core.failure_time.value_or(now_);
    const std::uint64_t lived = std::min(now_ - core.start_time, restart_life_ms);
    return lived << 2 | bits(core.failure_time.has_value(), until - core.start_time >= restart_life_ms);
  }

  void flags(const model::Report& report) {
    const RecoveryEnd end = report.recovery.value_or(RecoveryEnd{});
    const AppLocalDumpEntry local = report.app_local_dump.value_or(AppLocalDumpEntry{});
    out_.put(bits(report.flags.holdMs.has_value(), report.flags.queued, report.recovery.has_value(), end.cancelled,
                  report.app_local_dump.has_value(), report.restarted.has_value(), report.debugger.automatic,
                  report.debugger.custom.has_value()) |
             static_cast<std::uint64_t>(end.outcome) << 8 | static_cast<std::uint64_t>(local.kind) << 16 |
             std::uint64_t{report.flags.flags} << 32);
    if (report.app_local_dump) out_.put(local.path.index);
    if (report.debugger.custom) out_.put(report.debugger.custom->index);
  }

  void modules(const model::Report& report) {
    out_.put(report.signature.size(), report.modules.size());
    for (const SignatureEntry& pair : report.signature)
      out_.put(std::uint64_t{pair.name.index} << 32 | pair.value.index);
    for (const ReportedModule& module : report.modules)
      out_.put(static_cast<std::uint64_t>(module.outcome) << 32 | module.dll.index, number(module.context));
  }

  void collected_entries(const model::Report& report) {
    out_.put(report.metadata.size(), report.files.size());
    for (const model::RegisteredMetadata& pair : report.metadata)
      out_.put(std::uint64_t{pair.key.index} << 32 | pair.value.index);
    for (const ReportedFile& file : report.files)
      out_.put(static_cast<std::uint64_t>(file.status) << 32 | file.path.index,
               std::uint64_t{number(file.type)} << 32 | file.flags);
    out_.put(report.blocks.size());
    for (const ReportedBlock& block : report.blocks)
      out_.put(number(block.address), static_cast<std::uint64_t>(block.status) << 32 | block.size);
    blocks(report.excluded);
  }

  std::uint64_t referred(MachineIndex machine, const model::ObjectRef& object) {
    return object.type == ObjectType::Process ? names_.object(machine, ObjectId{object.id})
                                              : names_.other(machine, OtherId{object.id});
  }

  void running(const model::RunningRecovery& running) {
    out_.put(std::uint64_t{running.ping} << 2 | bits(running.cancelled, running.callback_returned));
    out_.put(ahead(running.deadline));
  }

  void pair(const VersionPair& version) { out_.put(version.high, version.low); }
  void maybe(const std::optional<Guid>& guid) {
    out_.put(bits(guid.has_value()));
    if (guid) names_.guid(out_, *guid);
  }

  void server(const model::Server& server) {
    out_.put(server.name.index, static_cast<std::uint64_t>(server.max_dialect) << 16 |
                                    static_cast<std::uint64_t>(server.flavour) << 8 | bits(server.persistent_cap));
    out_.put(number(server.next_durable_id), number(server.next_volatile_id));
    out_.put(server.shares.size(), server.files.size());
    for (const model::Share& share : server.shares) {
      out_.put(share.name.index, share.local_path.index);
      out_.put(bits(share.ca, share.encrypt), share.ca_timeout_ms);
    }
    for (const model::File& file : server.files) this->file(file);
    out_.put(server.connections.size(), server.opens.size());
    for (const model::Connection& connection : server.connections) this->connection(connection);
    for (const model::Open& open : server.opens) this->open(open);
    out_.put(server.forced_closes.size());
    for (const model::LoggedClose& close : server.forced_closes)
      out_.put(number(close.open), static_cast<std::uint64_t>(close.reason));
  }

  void file(const model::File& file) {
    out_.put(file.key.size(), file.bytes.size());
    for (const char16_t unit : file.key) out_.put(unit);
    for (const std::uint8_t byte : file.bytes) out_.put(byte);
    out_.put(file.acl.size(), file.locks.size());
    for (const model::FileAcl& acl : file.acl) out_.put(acl.user.index, number(acl.mask));
    for (const model::Lock& lock : file.locks) {
      out_.put(number(lock.open), bits(lock.exclusive));
      out_.put(lock.offset, lock.length);
    }
  }

  void connection(const model::Connection& connection) {
    out_.put(names_.given(connection.name), number(connection.machine));
    names_.guid(out_, connection.client_guid);
    out_.put(connection.user.index,
             static_cast<std::uint64_t>(connection.dialect) << 8 | bits(connection.encrypted, connection.up));
    out_.put(connection.breaks);
  }

  void open(const model::Open& open) {
    out_.put(std::uint64_t{number(open.durable_id)} << 32 | number(open.volatile_id), names_.given(open.name));
    out_.put(open.connection ? number(*open.connection) : 0, open.share.index);
    out_.put(number(open.file), std::uint64_t{number(open.granted)} << 32 | number(open.share_access));
    names_.guid(out_, open.client_guid);
    out_.put(open.owner.index, bits(open.is_durable, open.is_persistent, open.replay_eligible, open.version.has_value(),
                                    open.deadline.has_value()) |
                                   static_cast<std::uint64_t>(open.hold) << 8 | std::uint64_t{open.timeout_ms} << 32);
    maybe(open.create_guid);
    maybe(open.app_instance_id);
    maybe(open.lease_key);
    if (open.version) pair(*open.version);
    if (open.deadline) out_.put(ahead(*open.deadline));
  }

  void recovery(const model::Recovery& recovery) {
    out_.put(number(recovery.callback));
    out_.put(number(recovery.parameter));
    out_.put(std::uint64_t{recovery.ping} << 32 | recovery.flags);
  }

  // All but processes. Texts are the same for every state of a search.
  void own_entries(const model::Wer& wer) {
    out_.put(wer.files.size());
    for (const model::RegisteredFile& file : wer.files) {
      out_.put(file.path.index);
      out_.put(std::uint64_t{number(file.type)} << 32 | file.flags);
    }
    blocks(wer.blocks);
    blocks(wer.excluded);
    out_.put(wer.metadata.size());
    for (const model::RegisteredMetadata& pair : wer.metadata)
      out_.put(std::uint64_t{pair.key.index} << 32 | pair.value.index);
    out_.put(wer.modules.size());
    for (const model::RegisteredModule& module : wer.modules) out_.put(module.dll.index, number(module.context));
  }

  void blocks(const model::Blocks& blocks) {
    out_.put(blocks.size());
    for (const model::RegisteredBlock& block : blocks) out_.put(number(block.address), block.size);
  }

  void registered(MachineIndex machine, const model::RegisteredProcess& entry) {
    const std::uint64_t pid = names_.pid(machine, entry.processId);
    const std::uint64_t key = pid | names_.tid(entry.threadId) << 32;
    out_.put(key, entry.incarnation != no_object ? names_.object(machine, entry.incarnation) : 0);
  }

  void dump(MachineIndex machine, const model::Dump& dump) {
    out_.put(names_.pid(machine, dump.process));
    out_.put(names_.object(machine, dump.incarnation));
    out_.put(static_cast<std::uint64_t>(dump.kind) << 32 | number(dump.mask));
    out_.put(names_.tid(dump.extra_thread));
    out_.put(names_.tid(dump.extra_thread_missing));
    out_.put(dump.threads.size());
    for (const Tid tid : dump.threads) out_.put(names_.tid(tid));
    out_.put(dump.ranges.size());
    for (const Range& range : dump.ranges) out_.put(range.begin, range.end);
  }

  Sink& out_;
  Names& names_;
  std::uint64_t now_;
  bool lives_;
};

// Every process of a state with what belongs to it, then the state as a whole. `ids` as for StateWriter.
template <class Sink, class Names>
void write_process(Sink& out, Names& names, Times times, MachineIndex machine, const model::Process& process) {
  StateWriter writer{out, names, times};
  writer.birth(machine, process.birth);
  writer.core(process.core);
  writer.threads(machine, process.threads);
  writer.handles(machine, process.handles);
  writer.wer(machine, process.wer);
  writer.heap(process.heap);
}

template <class Sink, class Names>
void write_machine(Sink& out, Names& names, Times times, MachineIndex index, const model::Machine& machine) {
  StateWriter writer{out, names, times};
  writer.head(machine);
  out.put(machine.tags.size());
  for (const model::Tag& tag : machine.tags) writer.tag(index, tag);
  writer.versions(machine.versions);
  writer.countdowns(machine.faults);
  writer.app_local_dumps(index, machine.app_local_dumps);
  out.put(machine.objects.size());
  for (const model::OtherObject& object : machine.objects) writer.object(index, object);
  out.put(machine.processes.size());
  for (const model::Process& process : machine.processes) write_process(out, names, times, index, process);
}

template <class Sink, class Names>
void write_state(Sink& out, Names& names, const model::State& state, bool lives = false) {
  const Times times{state.now, lives};
  StateWriter writer{out, names, times};
  writer.existing_files(state.existing_files);
  writer.files_of(state);
  out.put(state.reports.size());
  for (const model::Report& report : state.reports) writer.report(report);
  for (std::size_t i = 0; i < state.machines.size(); ++i)
    write_machine(out, names, times, static_cast<MachineIndex>(i), state.machines[i]);
}

}  // namespace procreg::harness
