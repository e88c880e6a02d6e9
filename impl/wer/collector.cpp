#include "impl/wer/collector.h"

#include <algorithm>

#include "impl/wer/file_words.h"

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

// WER-REP-02, WER-REP-38
TextRef default_event(const Process& process, Cause cause) noexcept {
  if (cause == Cause::hang) return AppHang;
  return process.identity.package ? MoAppCrash : APPCRASH;
}

BlockStatus block_status_of(const BlockEntry& entry, const Dump& primary) noexcept {
  if (primary.head.kind != DumpKind::heap) return BlockStatus::not_requested;
  const SnapRange range = bytes_from(number(entry.address), entry.size);
  if (is_empty(range)) return BlockStatus::absent;
  const bool has_last_byte = entry.size > last_address - number(entry.address);  // which is never mapped
  const Share share = share_of(primary.ranges, range);
  if (share == Share::all && !has_last_byte) return BlockStatus::included;
  return share == Share::none ? BlockStatus::absent : BlockStatus::partial;
}

DumpHead dump_head(const Process& process, DumpKind kind, std::uint32_t mask) noexcept {
  return {.machine = process.identity.key.machine,
          .process = process.identity.pid,
          .incarnation = process.identity.key.object,
          .kind = kind,
          .mask = AccessMask{mask}};
}

DumpedProcess dumped(const Process& process) noexcept {
  const Identity& identity = process.identity;
  return {identity.stacks, identity.data,           identity.private_,
          identity.mapped, identity.loaded_modules, identity.start_time};
}

}  // namespace

// Whose report it is, and why there is one.
struct Collector::Failure {
  const Process& process;
  const RegistrationBlock& block;
  Cause cause;
};

// Room for a dump or a note of every registered process, asked for at once.
class Collector::DumpRoom {
 public:
  DumpRoom(Arena& arena, std::uint32_t registered) noexcept
      : dumps_{arena.array<Dump>(registered + std::size_t{1})}, notes_{arena.array<NotCollectedEntry>(registered)} {}
  void add(const Dump& dump) noexcept { dumps_[dump_count_++] = dump; }
  void add(const NotCollectedEntry& note) noexcept { notes_[note_count_++] = note; }
  std::span<const Dump> dumps() const noexcept { return dumps_.first(dump_count_); }
  std::span<const NotCollectedEntry> notes() const noexcept { return notes_.first(note_count_); }

 private:
  std::span<Dump> dumps_;
  std::span<NotCollectedEntry> notes_;
  std::size_t dump_count_{};
  std::size_t note_count_{};
};

Collector::Collector(Kernel& kernel, const Profile& profile, const Tables& tables, const WorldSpec& world,
                     const AppLocalDumps& app_local_dumps)
    : kernel_{kernel},
      profile_{profile},
      tables_{tables},
      app_local_dumps_{app_local_dumps},
      inputs_{world.additionalDataRequested, world.userDocumentsRequested, world.forceQueue},
      existing_files_{kernel.arena(), tables, world.existingFiles},
      modules_{kernel.arena(), tables, world},
      ranges_{kernel.arena(), tables, profile} {}

// In the order of WER-REP-01.
Report* Collector::collect(ReportId id, const Process& process, Cause cause, Tid thread) noexcept {
  const RegistrationBlock& block = storage_of(process);
  const Failure failure{process, block, cause};
  const Asked asked = modules_.ask(kernel_.arena(), block.modules, cause);
  if (asked.terminated) return nullptr;

  Report& report = *kernel_.arena().make<Report>();
  report.head = {.id = id,
                 .time = kernel_.now,
                 .machine = process.identity.key.machine,
                 .process = process.identity.pid,
                 .incarnation = process.identity.key.object,
                 .cause = cause,
                 .thread = thread,
                 .event = asked.event.value_or(default_event(process, cause))};
  report.signature = asked.signature;
  report.flags = {block.flags, block.hold_ms, is_queued(block.flags)};
  report.modules = asked.modules;
  report.debugger = asked.debugger;
  collect_dumps(failure, report);
  report.metadata = copied(block.metadata);
  report.files = files_of(block);
  report.blocks = blocks_of(block, report.dumps.front());
  report.excluded = copied(block.excluded);
  report.app_local_dump = app_local_dump_of(failure, report.dumps.front().head.kind);
  return &report;
}

// WER-REP-07
bool Collector::is_queued(std::uint32_t flags) const noexcept {
  constexpr std::uint32_t queueing = WER_FAULT_REPORTING_FLAG_QUEUE | WER_FAULT_REPORTING_FLAG_QUEUE_UPLOAD;
  return inputs_.force_queue || (flags & queueing) != 0;
}

// --- Dumps ---

void Collector::collect_dumps(const Failure& failure, Report& report) noexcept {
  const bool triage = failure.cause == Cause::crash ||
                      profile_[choice::additional_process_hang] == AdditionalProcessHang::crash_and_hang;
  const AdditionalProcesses& registered = triage ? failure.block.processes : no_storage.processes;
  const bool barred = heap_is_barred(report.flags.flags, report.flags.queued);
  DumpRoom room{kernel_.arena(), registered.size()};
  room.add(primary_dump(failure, inputs_.additional_data_requested && !barred));
  for (const auto* entry = registered.first(); entry != nullptr; entry = entry->next)
    collect_additional(failure.process, *entry, room);
  report.dumps = room.dumps();
  report.not_collected = room.notes();
}

Dump Collector::primary_dump(const Failure& failure, bool heap) noexcept {
  const Process& process = failure.process;
  return {dump_head(process, heap ? DumpKind::heap : DumpKind::mini, heap ? heap_dump_mask : mini_dump_mask),
          dumped(process), threads_of(process), ranges_.of_primary_dump(process, failure.block, heap)};
}

// In the order of WER-AP-40.
void Collector::collect_additional(const Process& process, const AdditionalProcess& registered,
                                   DumpRoom& room) noexcept {
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
            dumped(process), threads_of(process), ranges_.of_triage_dump(process, found ? thread : nullptr)};
  (found ? dump.head.extraThread : dump.head.extraThreadMissing) = extra;
  return dump;
}

std::span<const DumpedThread> Collector::threads_of(const Process& process) noexcept {
  const auto threads = kernel_.arena().array<DumpedThread>(thread_count(process));
  std::size_t at = 0;
  for (const Object* thread = process.first_thread; thread != nullptr; thread = thread->next_thread)
    threads[at++] = {thread->tid, thread->k};
  return threads;
}

// --- What else is registered ---

template <class T>
std::span<const T> Collector::copied(const KeyedList<T>& entries) noexcept {
  const auto copies = kernel_.arena().array<T>(entries.size());
  std::copy(entries.begin(), entries.end(), copies.begin());
  return copies;
}

std::span<const ReportedFile> Collector::files_of(const RegistrationBlock& block) noexcept {
  const auto files = kernel_.arena().array<ReportedFile>(block.files.size());
  ReportedFile* reported = files.data();
  for (auto entry = block.files.begin(); entry != block.files.end(); ++entry) {
    const PathKey path{tables_, entry->path, entry.hash()};
    *reported++ = {entry->path, entry->type, entry->flags, status_of(*entry, path)};
  }
  return files;
}

// WER-REP-14 to WER-REP-17
FileStatus Collector::status_of(const FileEntry& file, const PathKey& path) noexcept {
  const bool is_document = file.type == WerRegFileTypeUserDocument;
  if (!inputs_.additional_data_requested || (is_document && !inputs_.user_documents_requested))
    return FileStatus::not_requested;
  if (!existing_files_.has(path)) return FileStatus::missing;
  if ((file.flags & WER_FILE_DELETE_WHEN_DONE) != 0) existing_files_.erase(path);
  return FileStatus::added;
}

std::span<const ReportedBlock> Collector::blocks_of(const RegistrationBlock& block, const Dump& primary) noexcept {
  const auto blocks = kernel_.arena().array<ReportedBlock>(block.blocks.size());
  std::transform(block.blocks.begin(), block.blocks.end(), blocks.begin(), [&](const BlockEntry& entry) {
    return ReportedBlock{entry.address, entry.size, block_status_of(entry, primary)};
  });
  return blocks;
}

// WER-ALD-08 to WER-ALD-10
std::optional<AppLocalDumpEntry> Collector::app_local_dump_of(const Failure& failure, DumpKind kind) const noexcept {
  const bool hangs_only = profile_[choice::app_local_dump_trigger] == AppLocalDumpTrigger::hang_only;
  if (hangs_only && failure.cause == Cause::crash) return std::nullopt;
  if (failure.block.app_local_dump) return AppLocalDumpEntry{*failure.block.app_local_dump, kind};
  const Identity& identity = failure.process.identity;
  if (profile_[choice::app_local_dump_scope] == AppLocalDumpScope::calling_process || !identity.package)
    return std::nullopt;
  const Process* other = app_local_dumps_.last_of(identity.key.machine, *identity.package);
  if (other == nullptr) return std::nullopt;
  return AppLocalDumpEntry{*other->block->app_local_dump, kind};
}

}  // namespace procreg::impl::inline PROCREG_SYNC
