#include "scenarios/properties/expected_report.h"

#include <algorithm>
#include <utility>

#include "scenarios/properties/expected_dumps.h"
#include "scenarios/properties/expected_modules.h"

namespace procreg::scenarios {
namespace {

bool has_any(std::uint32_t flags, std::uint32_t bits) { return (flags & bits) != 0; }

// A letter, a colon and a separator, or two separators.
bool is_absolute(const std::u16string& path) {
  const auto separates = [&path](std::size_t at) { return path[at] == u'\\' || path[at] == u'/'; };
  if (path.size() < 2) return false;
  if (separates(0) && separates(1)) return true;
  const char16_t drive = path[0];
  const bool letter = (drive >= u'A' && drive <= u'Z') || (drive >= u'a' && drive <= u'z');
  return path.size() > 2 && letter && path[1] == u':' && separates(2);
}

class Collecting {
 public:
  Collecting(const Story& story, const Seen& before, ProcessKey failing, Cause cause)
      : story_{story},
        before_{before},
        machine_{before.machines.at(number(failing.machine))},
        process_{Story::there(before.process(failing), "the failing process exists")},
        wer_{process_.wer.value_or(SeenWer{})},
        cause_{cause} {
    head(failing.machine);
    flags();
  }

  bool modules() {
    auto found = expected_modules(wer_.modules, cause_, event(), story_.world(), story_.tables());
    if (!found) return false;
    report_.modules = std::move(found->modules);
    report_.head.event = found->event;
    report_.signature = std::move(found->signature);
    report_.debugger = found->debugger;
    return true;
  }

  ExpectedFailure rest() && {
    primary_dump();
    additional_processes();
    report_.metadata = wer_.metadata;
    files();
    blocks();
    app_local_dump();
    return {std::move(report_), std::move(existing_)};
  }

 private:
  void head(MachineIndex machine) {
    const std::uint32_t id = before_.reports.empty() ? 0 : number(before_.reports.back().head.id);
    const bool crash = cause_ == Cause::crash;
    report_.head = {.id = ReportId{id + 1},
                    .time = before_.head.now,
                    .machine = machine,
                    .process = process_.head.pid,
                    .incarnation = process_.head.objectId,
                    .cause = cause_,
                    .thread = crash ? process_.threads.at(0).tid : no_thread,
                    .event = {}};
    for (const SnapText& file : before_.existing_files) existing_.push_back(file.text);
  }

  TextRef event() const {
    if (cause_ == Cause::hang) return AppHang;
    return process_.head.package ? MoAppCrash : APPCRASH;
  }

  void flags() {
    const std::uint32_t flags = wer_.head.flags;
    report_.flags = {flags, wer_.head.holdMs, story_.world().forceQueue || has_any(flags, 0x2 | 0x8)};
  }

  DumpKind kind() const {
    const bool barred =
        has_any(report_.flags.flags, 0x1) || (has_any(report_.flags.flags, 0x40) && report_.flags.queued);
    return story_.world().additionalDataRequested && !barred ? DumpKind::heap : DumpKind::mini;
  }

  Blocks blocks_of_both_kinds() const {
    return {.registered = wer_.blocks,
            .excluded = wer_.excluded,
            .registration_wins = story_.profile()[choice::block_overlap] == BlockOverlap::registration_wins};
  }

  static std::vector<SnapTid> tids(const SeenProcess& process) {
    std::vector<SnapTid> tids;
    for (const SnapThread& thread : process.threads) tids.push_back({thread.tid});
    return tids;
  }

  DumpHead dump_head(const SeenProcess& of, DumpKind kind, std::uint32_t mask) const {
    return {.machine = report_.head.machine,
            .process = of.head.pid,
            .incarnation = of.head.objectId,
            .kind = kind,
            .mask = AccessMask{mask},
            .extraThread = {},
            .extraThreadMissing = {}};
  }

  void primary_dump() {
    const Memory memory = memory_of(process_, story_.tables());
    const std::uint32_t mask = kind() == DumpKind::heap ? heap_dump_mask : mini_dump_mask;
    report_.dumps.push_back(
        {dump_head(process_, kind(), mask), tids(process_), primary_ranges(memory, kind(), blocks_of_both_kinds())});
  }

  void additional_processes() {
    const bool taken = cause_ == Cause::crash ||
                       story_.profile()[choice::additional_process_hang] == AdditionalProcessHang::crash_and_hang;
    if (!taken) return;
    for (const AdditionalProcessEntry& entry : wer_.processes) additional_process(entry);
  }

  void additional_process(const AdditionalProcessEntry& entry) {
    const Profile& profile = story_.profile();
    const bool own = entry.processId == process_.head.pid;
    if (own && profile[choice::additional_process_self] == AdditionalProcessSelf::accept_no_dump) return;
    const bool must_be_the_one =
        profile[choice::additional_process_pid_reuse] == AdditionalProcessPidReuse::treat_as_gone;
    const SeenProcess* process = machine_.process(entry.processId);
    if (process == nullptr || !process->live() || (must_be_the_one && entry.incarnation != process->head.objectId)) {
      report_.not_collected.push_back({entry.processId, NotCollected::process_missing});
    } else if (!process->head.dumpable) {
      report_.not_collected.push_back({entry.processId, NotCollected::access_denied});
    } else {
      triage_dump(*process, entry.threadId);
    }
  }

  void triage_dump(const SeenProcess& of, Tid extra) {
    const Memory memory = memory_of(of, story_.tables());
    const std::vector<SnapTid> threads = tids(of);
    const auto place =
        std::find_if(threads.begin(), threads.end(), [extra](const SnapTid& thread) { return thread.tid == extra; });
    const bool live = place != threads.end();
    const Stack* stack = live ? &memory.stacks[static_cast<std::size_t>(place - threads.begin())] : nullptr;
    DumpHead head = dump_head(of, DumpKind::triage, live ? triage_dump_mask_with_thread : triage_dump_mask);
    (live ? head.extraThread : head.extraThreadMissing) = extra;
    report_.dumps.push_back({head, threads, triage_ranges(memory, stack)});
  }

  void files() {
    for (const FileEntry& file : wer_.files) report_.files.push_back({file.path, file.type, file.flags, status(file)});
  }

  FileStatus status(const FileEntry& file) {
    const WorldSpec& world = story_.world();
    const bool document = file.type == FileType{1};
    if (!world.additionalDataRequested || (document && !world.userDocumentsRequested)) return FileStatus::not_requested;
    const std::u16string& path = story_.tables().at(file.path);
    const auto found = std::find_if(existing_.begin(), existing_.end(),
                                    [&](TextRef text) { return same_path(story_.tables().at(text), path); });
    if (!is_absolute(path) || found == existing_.end()) return FileStatus::missing;
    if (has_any(file.flags, 0x1)) existing_.erase(found);
    return FileStatus::added;
  }

  void blocks() {
    const SeenDump& primary = report_.dumps.front();
    for (const BlockEntry& block : wer_.blocks)
      report_.blocks.push_back({block.address, block.size, status_in(primary.ranges, primary.head.kind, block)});
    report_.excluded = wer_.excluded;
  }

  // The registration that counts for a failure of the process.
  std::optional<TextRef> local_path() const {
    if (wer_.head.appLocalDump) return wer_.head.appLocalDump;
    std::optional<TextRef> path;
    if (story_.profile()[choice::app_local_dump_scope] != AppLocalDumpScope::package || !process_.head.package)
      return path;
    for (const SnapProcess& registered : machine_.app_local_dumps) {
      const SeenProcess& other = Story::there(machine_.process(registered.objectId), "who has registered is there");
      if (other.head.package == process_.head.package) path = Story::there(other.wer).head.appLocalDump;
    }
    return path;
  }

  void app_local_dump() {
    const bool hangs_only = story_.profile()[choice::app_local_dump_trigger] == AppLocalDumpTrigger::hang_only;
    if (cause_ == Cause::crash && hangs_only) return;
    if (const auto path = local_path()) report_.app_local_dump = {*path, kind()};
  }

  const Story& story_;
  const Seen& before_;
  const SeenMachine& machine_;
  const SeenProcess& process_;
  const SeenWer wer_;
  Cause cause_;
  SeenReport report_{};
  std::vector<TextRef> existing_{};
};

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

std::optional<ExpectedFailure> expected_failure(const Story& story, const Seen& before, ProcessKey failing,
                                                Cause cause) {
  Collecting collecting{story, before, failing, cause};
  if (!collecting.modules()) return std::nullopt;
  return std::move(collecting).rest();
}

SeenReport expected_report(const Story& story, const Seen& before, ProcessKey failing, Cause cause) {
  auto expected = expected_failure(story, before, failing, cause);
  Story::must(expected.has_value(), "no module terminates the process");
  return std::move(expected->report);
}

bool same_additional_processes(const SeenReport& report, const SeenReport& expected) {
  const auto only = [](const SeenReport& of) {
    SeenReport part;
    part.dumps.assign(of.dumps.begin() + 1, of.dumps.end());
    part.not_collected = of.not_collected;
    return part;
  };
  return same(only(report), only(expected));
}

}  // namespace procreg::scenarios
