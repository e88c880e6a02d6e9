#include "model/wer/report.h"

#include <algorithm>

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

bool barred_from_heap(Draft& world, const ReportHead& head) {
  if ((head.flags & FLAG_NOHEAP) != 0 && world.shaped("WER-REP-08", true)) return true;
  return (head.flags & FLAG_NO_HEAP_ON_QUEUE) != 0 && head.queued && world.shaped("WER-REP-40", true);
}

ReportEvent event_of(Draft& world, const Process& process, Cause cause) {
  if (cause == Cause::hang) return world.shaped("WER-REP-38", ReportEvent::AppHang);
  const bool packaged = process.birth.package.has_value();
  return world.shaped("WER-REP-02", packaged ? ReportEvent::MoAppCrash : ReportEvent::APPCRASH);
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
          .event = event_of(world, process, cause),
          .flags = process.wer.flags,
          .holdMs = process.wer.hold_ms,
          .queued = queued(world, process)};
}

Dump dump_of(const Process& process, DumpKind kind, AccessMask mask) {
  Dump dump{.process = process.birth.pid, .incarnation = process.birth.object, .kind = kind, .mask = mask};
  for (const Thread& thread : process.threads) dump.threads.push_back(thread.tid);
  return dump;
}

Dump primary_dump(Draft& world, const Process& process, const ReportHead& head) {
  const bool heap = world.now().additional_data_requested && !barred_from_heap(world, head);
  const DumpKind kind = world.shaped("WER-REP-06", heap ? DumpKind::heap : DumpKind::mini);
  const std::uint32_t mask = kind == DumpKind::heap ? heap_dump_mask : mini_dump_mask;
  return dump_of(process, kind, world.shaped("WER-REP-09", AccessMask{mask}));
}

Dump triage_dump(Draft& world, const Process& process, Tid extra) {
  const bool has_thread = find_thread(process, extra) != nullptr;
  const std::uint32_t mask = has_thread ? triage_dump_mask_with_thread : triage_dump_mask;
  Dump dump = dump_of(process, DumpKind::triage, world.shaped("WER-REP-39", AccessMask{mask}));
  if (has_thread) dump.extra_thread = world.shaped("WER-AP-21", extra);
  if (!has_thread && extra != no_thread) dump.extra_thread_missing = world.shaped("WER-AP-22", extra);
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
  world.applies_if(report.head.flags != 0 || world.now().additional_data_requested || world.now().force_queue,
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

}  // namespace

Report collected(Draft& world, ProcessKey key, Cause cause, Tid thread, Choices& choices) {
  const Process& process = world.process(key);
  world.applies("WER-REP-01");
  world.applies("WER-REP-05");
  world.applies("WER-REP-32");
  note_other_reports(world, key);

  Report report{.head = head_of(world, key, cause, thread)};
  report.dumps.push_back(primary_dump(world, process, report.head));
  if (process.wer.processes.empty() || !with_triage_dumps(world, cause, choices)) return report;
  world.applies("WER-REP-30");
  for (const auto& entry : process.wer.processes) collect(world, key, entry, report, choices);
  if (!world.shaped("WER-AP-30", true)) std::reverse(report.dumps.begin(), report.dumps.end());
  return report;
}

}  // namespace procreg::model
