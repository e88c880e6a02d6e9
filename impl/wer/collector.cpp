#include "impl/wer/collector.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint32_t WER_FAULT_REPORTING_FLAG_NOHEAP = 0x1;
constexpr std::uint32_t WER_FAULT_REPORTING_FLAG_QUEUE = 0x2;
constexpr std::uint32_t WER_FAULT_REPORTING_FLAG_QUEUE_UPLOAD = 0x8;
constexpr std::uint32_t WER_FAULT_REPORTING_FLAG_NO_HEAP_ON_QUEUE = 0x40;

// WER-REP-08, WER-REP-40
bool heap_is_barred(std::uint32_t flags, bool queued) noexcept {
  return (flags & WER_FAULT_REPORTING_FLAG_NOHEAP) != 0 ||
         (queued && (flags & WER_FAULT_REPORTING_FLAG_NO_HEAP_ON_QUEUE) != 0);
}

ReportEvent event_of(const Process& process, Cause cause) noexcept {
  if (cause == Cause::hang) return ReportEvent::AppHang;
  return process.identity.package ? ReportEvent::MoAppCrash : ReportEvent::APPCRASH;
}

DumpHead dump_head(const Process& process, DumpKind kind, std::uint32_t mask) noexcept {
  return {.machine = process.identity.key.machine,
          .process = process.identity.pid,
          .incarnation = process.identity.key.object,
          .kind = kind,
          .mask = AccessMask{mask}};
}

}  // namespace

// Room for a dump or a note of every registered process, asked for at once.
struct Collector::Room {
  Room(Arena& arena, std::uint32_t registered) noexcept
      : dumps{static_cast<Dump*>(arena.allocate((registered + 1) * sizeof(Dump)))},
        notes{registered == 0
                  ? nullptr
                  : static_cast<NotCollectedEntry*>(arena.allocate(registered * sizeof(NotCollectedEntry)))} {}
  void add(const Dump& dump) noexcept { ::new (static_cast<void*>(dumps + dump_count++)) Dump{dump}; }
  void add(const NotCollectedEntry& note) noexcept {
    ::new (static_cast<void*>(notes + note_count++)) NotCollectedEntry{note};
  }

  Dump* dumps;
  NotCollectedEntry* notes;
  std::size_t dump_count{};
  std::size_t note_count{};
};

Report& Collector::collect(ReportId id, const Process& process, Cause cause, Tid thread) noexcept {
  const RegistrationBlock& block = storage_of(process);
  const bool queued = is_queued(block.flags);
  const bool triage =
      cause == Cause::crash || profile_[choice::additional_process_hang] == AdditionalProcessHang::crash_and_hang;
  const AdditionalProcesses& registered = triage ? block.processes : no_storage.processes;
  Room room{kernel_.arena(), registered.size()};
  room.add(primary_dump(process, heap_is_barred(block.flags, queued)));
  for (const auto* entry = registered.first(); entry != nullptr; entry = entry->next)
    collect_additional(process, *entry, room);

  Report& report = *kernel_.arena().make<Report>();
  report.head = {.id = id,
                 .time = kernel_.now,
                 .machine = process.identity.key.machine,
                 .process = process.identity.pid,
                 .incarnation = process.identity.key.object,
                 .cause = cause,
                 .thread = thread,
                 .event = event_of(process, cause),
                 .flags = block.flags,
                 .holdMs = block.hold_ms,
                 .queued = queued};
  report.dumps = {room.dumps, room.dump_count};
  report.not_collected = {room.notes, room.note_count};
  return report;
}

// WER-REP-07
bool Collector::is_queued(std::uint32_t flags) const noexcept {
  constexpr std::uint32_t queueing = WER_FAULT_REPORTING_FLAG_QUEUE | WER_FAULT_REPORTING_FLAG_QUEUE_UPLOAD;
  return inputs_.force_queue || (flags & queueing) != 0;
}

Dump Collector::primary_dump(const Process& process, bool heap_barred) noexcept {
  const bool heap = inputs_.additional_data_requested && !heap_barred;
  return {dump_head(process, heap ? DumpKind::heap : DumpKind::mini, heap ? heap_dump_mask : mini_dump_mask),
          threads_of(process)};
}

// In the order of WER-AP-40.
void Collector::collect_additional(const Process& process, const AdditionalProcess& registered, Room& room) noexcept {
  const bool own_pid = registered.process == process.identity.pid;
  if (own_pid && profile_[choice::additional_process_self] == AdditionalProcessSelf::accept_no_dump) return;

  const Process* now = kernel_.with_pid(process.identity.key.machine, registered.process);
  const bool missing = now == nullptr || !is_live(*now);
  const bool reused = !missing && now->identity.key.object != registered.incarnation;
  if (missing || (reused && profile_[choice::additional_process_pid_reuse] == AdditionalProcessPidReuse::treat_as_gone))
    return room.add(NotCollectedEntry{registered.process, NotCollected::process_missing});
  if (!now->identity.dumpable) return room.add(NotCollectedEntry{registered.process, NotCollected::access_denied});
  room.add(triage_dump(*now, registered.thread));
}

Dump Collector::triage_dump(const Process& process, Tid extra) noexcept {
  const Object* thread = kernel_.thread(extra);
  const bool found = thread != nullptr && thread->process == &process;
  Dump dump{dump_head(process, DumpKind::triage, found ? triage_dump_mask_with_thread : triage_dump_mask),
            threads_of(process)};
  (found ? dump.head.extraThread : dump.head.extraThreadMissing) = extra;
  return dump;
}

std::span<const Tid> Collector::threads_of(const Process& process) noexcept {
  std::size_t count = 0;
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread) ++count;
  auto* tids = static_cast<Tid*>(kernel_.arena().allocate(count * sizeof(Tid)));
  std::size_t at = 0;
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread)
    ::new (static_cast<void*>(tids + at++)) Tid{thread->tid};
  return {tids, count};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
