#include "model/wer/report.h"

#include <algorithm>

#include "model/wer/app_local_dump.h"
#include "model/wer/report_files.h"
#include "model/wer/report_memory.h"
#include "model/wer/report_modules.h"

namespace procreg::model {

namespace {

constexpr std::uint32_t FLAG_NOHEAP = 0x1;
constexpr std::uint32_t FLAG_QUEUE = 0x2;
constexpr std::uint32_t FLAG_QUEUE_UPLOAD = 0x8;
constexpr std::uint32_t FLAG_NO_HEAP_ON_QUEUE = 0x40;

bool queued(Draft& world, const Process& process) {
  const bool by_flags = (process.wer.flags & (FLAG_QUEUE | FLAG_QUEUE_UPLOAD)) != 0;
  return world.shaped("WER-REP-07", by_flags || world.now().force_queue);
}

bool barred_from_heap(Draft& world, const ReportFlags& flags) {
  if ((flags.flags & FLAG_NOHEAP) != 0 && world.shaped("WER-REP-08", true)) return true;
  return (flags.flags & FLAG_NO_HEAP_ON_QUEUE) != 0 && flags.queued && world.shaped("WER-REP-40", true);
}

// Unless a module claims.
TextRef event_of(Draft& world, const Process& process, Cause cause) {
  if (cause == Cause::hang) return world.shaped("WER-REP-38", AppHang);
  const bool packaged = process.birth.package.has_value();
  return world.shaped("WER-REP-02", packaged ? MoAppCrash : APPCRASH);
}

ReportHead head_of(Draft& world, ProcessKey key, Cause cause, Tid thread) {
  const Process& process = world.process(key);
  return {.id = world.shaped("WER-REP-33", static_cast<ReportId>(world.now().reports.size() + 1)),
          .time = world.now().now,
          .machine = key.machine,
          .process = process.birth.pid,
          .incarnation = key.object,
          .cause = cause,
          .thread = thread,
          .event = event_of(world, process, cause)};
}

Dump dump_of(const Process& process, DumpKind kind, AccessMask mask) {
  Dump dump{.process = process.birth.pid, .incarnation = process.birth.object, .kind = kind, .mask = mask};
  for (const Thread& thread : process.threads) dump.threads.push_back(thread.tid);
  return dump;
}

void add_primary_dump(Draft& world, const Process& process, Report& report, Choices& choices) {
  const bool heap = world.now().additional_data_requested && !barred_from_heap(world, report.flags);
  const DumpKind kind = world.shaped("WER-REP-06", heap ? DumpKind::heap : DumpKind::mini);
  const std::uint32_t mask = kind == DumpKind::heap ? heap_dump_mask : mini_dump_mask;
  Dump dump = dump_of(process, kind, world.shaped("WER-REP-09", AccessMask{mask}));
  world.applies_if(!process.birth.dumpable, "WER-REP-35");
  collect_memory(world, process, dump, report, choices);
  report.dumps.push_back(std::move(dump));
}

Dump triage_dump(Draft& world, const Process& process, Tid extra) {
  const bool has_thread = find_thread(process, extra) != nullptr;
  const std::uint32_t mask = has_thread ? triage_dump_mask_with_thread : triage_dump_mask;
  Dump dump = dump_of(process, DumpKind::triage, world.shaped("WER-REP-39", AccessMask{mask}));
  if (has_thread) dump.extra_thread = world.shaped("WER-AP-21", extra);
  if (!has_thread && extra != no_thread) dump.extra_thread_missing = world.shaped("WER-AP-22", extra);
  collect_memory(world, process, dump);
  return dump;
}

void not_collected(Draft& world, Clause clause, Report& report, Pid process, NotCollected reason) {
  world.effect(clause, [&] { report.not_collected.push_back({process, reason}); });
}

bool reused_and_gone(Draft& world, const RegisteredProcess& entry, const Process& process, Choices& choices) {
  if (entry.incarnation == process.birth.object) return false;
  return world.shaped("WER-AP-24",
                      choices.take(choice::additional_process_pid_reuse) == AdditionalProcessPidReuse::treat_as_gone);
}

void note_independence(Draft& world, const Process& process) {
  world.applies_if(process.wer.storage_exists, "WER-AP-27");
  world.applies_if(process.core.state != ProcessState::Running, "WER-AP-29");
}

// One registered process, in the order of WER-AP-40.
void collect(Draft& world, ProcessKey failing, const RegisteredProcess& entry, Report& report, Choices& choices) {
  world.applies("WER-AP-40");
  const bool own = entry.processId == world.process(failing).birth.pid;
  if (own && choices.take(choice::additional_process_self) == AdditionalProcessSelf::accept_no_dump)
    return world.applies("WER-AP-05");

  const Process* process = existing(world.machine(failing.machine), entry.processId);
  if (process == nullptr)
    return not_collected(world, "WER-AP-23", report, entry.processId, NotCollected::process_missing);
  if (reused_and_gone(world, entry, *process, choices))
    return not_collected(world, "WER-AP-24", report, entry.processId, NotCollected::process_missing);
  if (!process->birth.dumpable)
    return not_collected(world, "WER-AP-25", report, entry.processId, NotCollected::access_denied);
  note_independence(world, *process);
  world.applies_if(report.flags.flags != 0 || world.now().additional_data_requested || world.now().force_queue,
                   "WER-AP-28");
  report.dumps.push_back(triage_dump(world, *process, entry.threadId));
}

bool with_triage_dumps(Draft& world, Cause cause, Choices& choices) {
  if (cause == Cause::crash) return world.shaped("WER-AP-19", true);
  return world.shaped("WER-AP-20",
                      choices.take(choice::additional_process_hang) == AdditionalProcessHang::crash_and_hang);
}

void note_other_reports(Draft& world, ProcessKey failing) {
  const Pid pid = world.process(failing).birth.pid;
  for (const Process& other : world.machine(failing.machine).processes) {
    const auto& list = other.wer.processes;
    const bool registers =
        std::any_of(list.begin(), list.end(), [pid](const auto& entry) { return entry.processId == pid; });
    world.applies_if(registers && other.birth.object != failing.object, "WER-AP-26");
  }
}

void add_triage_dumps(Draft& world, ProcessKey key, Report& report, Choices& choices) {
  const AdditionalProcesses& registered = world.process(key).wer.processes;
  if (registered.empty() || !with_triage_dumps(world, report.head.cause, choices)) return;
  world.applies("WER-REP-30");
  for (const auto& entry : registered) collect(world, key, entry, report, choices);
  if (!world.shaped("WER-AP-30", true)) std::reverse(report.dumps.begin(), report.dumps.end());
}

void add_app_local_dump(Draft& world, ProcessKey key, Report& report, Choices& choices) {
  const auto path = app_local_dump_of(world, key, report.head.cause, choices);
  if (!path.has_value()) return;
  world.applies_if(report.dumps.size() > 1, "WER-AP-31");
  world.effect("WER-ALD-10", [&] { report.app_local_dump = AppLocalDumpEntry{*path, report.dumps.front().kind}; });
}

void add_entries(Draft& world, const Wer& wer, Report& report) {
  if (!wer.metadata.empty()) world.effect("WER-REP-13", [&] { report.metadata = wer.metadata; });
  report.excluded = wer.excluded;
}

// WER-REP-04
template <class... Lists>
void keep_order(Draft& world, Lists&... lists) {
  if (!world.shaped("WER-REP-04", true)) (std::reverse(lists.begin(), lists.end()), ...);
}

void note_collection(Draft& world, const Process& process) {
  const Wer& wer = process.wer;
  world.applies("WER-REP-01");
  world.applies("WER-REP-05");
  world.applies("WER-REP-32");
  world.applies("WER-REP-37");
  const bool none = wer.files.empty() && wer.blocks.empty() && wer.excluded.empty() && wer.metadata.empty();
  world.applies_if(!none || wer.flags != 0, "WER-REP-03");
}

}  // namespace

std::optional<Report> collected(Draft& world, ProcessKey key, Cause cause, Tid thread, Choices& choices) {
  const Process& process = world.process(key);
  std::optional<Report> made{std::in_place};
  Report& report = *made;
  report.head = head_of(world, key, cause, thread);
  report.flags = {process.wer.flags, process.wer.hold_ms, queued(world, process)};
  if (!ask_modules(world, process, report)) {
    made.reset();
    return made;
  }
  note_collection(world, process);
  note_other_reports(world, key);
  add_primary_dump(world, process, report, choices);
  add_triage_dumps(world, key, report, choices);
  add_entries(world, process.wer, report);
  collect_files(world, process, report);
  add_app_local_dump(world, key, report, choices);
  keep_order(world, report.modules, report.metadata, report.files, report.blocks, report.excluded);
  return made;
}

}  // namespace procreg::model
