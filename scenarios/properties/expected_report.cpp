#include "scenarios/properties/expected_report.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

bool reused(const AdditionalProcessEntry& entry, const SeenProcess& now) {
  return entry.incarnation != now.head.objectId;
}

ExpectedDump dump_of(MachineIndex machine, const SeenProcess& process, Tid extra) {
  ExpectedDump dump{.process = {machine, process.head.objectId}, .threads = threads_of(process)};
  const bool live = std::find(dump.threads.begin(), dump.threads.end(), extra) != dump.threads.end();
  (live ? dump.extra_thread : dump.extra_thread_missing) = extra;
  return dump;
}

bool shows(const SeenDump& dump, const ExpectedDump& expected) {
  const AccessMask mask{expected.extra_thread == no_thread ? triage_dump_mask : triage_dump_mask_with_thread};
  return dump.head.kind == DumpKind::triage && dump.head.machine == expected.process.machine &&
         dump.head.incarnation == expected.process.object && dump.head.mask == mask &&
         dump.head.extraThread == expected.extra_thread &&
         dump.head.extraThreadMissing == expected.extra_thread_missing && threads_of(dump) == expected.threads;
}

}  // namespace

std::vector<Tid> threads_of(const SeenProcess& process) {
  std::vector<Tid> tids;
  for (const SnapThread& thread : process.threads) tids.push_back(thread.tid);
  return tids;
}

std::vector<Tid> threads_of(const SeenDump& dump) {
  std::vector<Tid> tids;
  for (const SnapTid& thread : dump.threads) tids.push_back(thread.tid);
  return tids;
}

ExpectedReport expected_report(const Seen& before, ProcessKey failing, Cause cause, const Profile& profile) {
  ExpectedReport expected;
  const SeenProcess* reporter = before.process(failing);
  const bool taken =
      cause == Cause::crash || profile[choice::additional_process_hang] == AdditionalProcessHang::crash_and_hang;
  if (reporter == nullptr || !reporter->wer || !taken) return expected;
  const SeenMachine& machine = before.machines[number(failing.machine)];
  const bool gone_when_reused =
      profile[choice::additional_process_pid_reuse] == AdditionalProcessPidReuse::treat_as_gone;
  for (const AdditionalProcessEntry& entry : reporter->wer->processes) {
    const bool own = entry.processId == reporter->head.pid;
    if (own && profile[choice::additional_process_self] == AdditionalProcessSelf::accept_no_dump) continue;
    const SeenProcess* process = machine.process(entry.processId);
    if (process == nullptr || !process->live() || (gone_when_reused && reused(entry, *process))) {
      expected.not_collected.push_back({entry.processId, NotCollected::process_missing});
    } else if (!process->head.dumpable) {
      expected.not_collected.push_back({entry.processId, NotCollected::access_denied});
    } else {
      expected.triage.push_back(dump_of(failing.machine, *process, entry.threadId));
    }
  }
  return expected;
}

bool shows(const SeenReport& report, const ExpectedReport& expected) {
  if (report.dumps.size() != expected.triage.size() + 1) return false;
  if (report.not_collected.size() != expected.not_collected.size()) return false;
  for (std::size_t i = 0; i < expected.triage.size(); ++i)
    if (!shows(report.dumps[i + 1], expected.triage[i])) return false;
  for (std::size_t i = 0; i < expected.not_collected.size(); ++i) {
    const NotCollectedEntry& got = report.not_collected[i];
    const NotCollectedEntry& want = expected.not_collected[i];
    if (got.process != want.process || got.reason != want.reason) return false;
  }
  return true;
}

}  // namespace procreg::scenarios
