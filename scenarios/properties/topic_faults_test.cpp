// The topics about restarts and reports notice faults that no law and no choice names.
#include <algorithm>

#include "scenarios/properties/noticed.h"
#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_folder_faults.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;

template <void (*change)(SeenReport&)>
struct ShowsEachReport {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) change(report);
  }
};

// --- Ranges and blocks ---

void splits_a_range(SeenReport& report) {
  for (SeenDump& dump : report.dumps) {
    if (dump.ranges.empty()) continue;
    const SnapRange first = dump.ranges.front();
    const auto begin = static_cast<std::uint64_t>(first.begin);
    const std::uint64_t size = static_cast<std::uint64_t>(first.end) - begin;
    if (size < 2) continue;
    dump.ranges.front().begin = Address{begin + size / 2};
    dump.ranges.insert(dump.ranges.begin(), {first.begin, Address{begin + size / 2}});
  }
}

void excludes_from_all_dumps(SeenReport& report) {
  for (SeenDump& dump : report.dumps)
    if (dump.head.process == report.head.process && !report.excluded.empty()) dump.ranges = report.dumps[0].ranges;
}

void loses_a_byte(SeenReport& report) {
  if (report.dumps[0].ranges.empty()) return;
  Address& end = report.dumps[0].ranges.back().end;
  end = Address{static_cast<std::uint64_t>(end) - 1};
}

void calls_partial_blocks_included(SeenReport& report) {
  for (ReportedBlock& block : report.blocks)
    if (block.status == BlockStatus::partial) block.status = BlockStatus::included;
}

// Processes of the first machine have another input than the world says, and show what that says.
template <auto specified, auto shown, auto instead>
struct HasAnotherInput {
  std::vector<std::remove_const_t<decltype(instead)>> said{};

  void change(WorldSpec& world) {
    for (ProcessSpec& process : world.processes) {
      said.push_back(process.*specified);
      process.*specified = instead;
    }
  }
  void show(Seen& world) const {
    for (SeenProcess& process : world.machines[0].processes) {
      const auto place = number(process.head.objectId) - 1;
      if (place < said.size()) process.head.*shown = said[place];
    }
  }
};
using PrivateMemoryIsForgotten = HasAnotherInput<&ProcessSpec::private_, &ProcessHead::private_, no_ranges>;
using MappedMemoryIsForgotten = HasAnotherInput<&ProcessSpec::mapped, &ProcessHead::mapped, no_ranges>;
using StacksAreAsEver = HasAnotherInput<&ProcessSpec::stacks, &ProcessHead::stacks, default_stacks>;

// --- Contents ---

void loses_the_last_pair(SeenReport& report) {
  if (!report.metadata.empty()) report.metadata.pop_back();
}

void reports_what_nobody_registered(SeenReport& report) {
  if (report.blocks.size() > 1) report.blocks.push_back({Address{0x77777000}, 16, report.blocks[0].status});
}

void finds_no_files(SeenReport& report) {
  for (ReportedFile& file : report.files)
    if (file.status == FileStatus::added) file.status = FileStatus::missing;
}

struct DeletedFilesAreBack {
  void show(Seen& world) const {
    for (const SeenReport& report : world.reports)
      for (const ReportedFile& file : report.files)
        if (file.status == FileStatus::added && (file.flags & 1U) != 0) world.existing_files.push_back({file.path});
  }
};

struct DocumentsAreFilesLikeOthers {
  void change(WorldSpec& world) const { world.userDocumentsRequested = true; }
};

struct NoModuleIsListed {
  void change(WorldSpec& world) const { world.helperModules.clear(); }
};

struct CallbacksNeverTerminate {
  void change(WorldSpec& world) const {
    for (ModuleBehaviour& behaviour : world.moduleBehaviours)
      if (behaviour.debugger == CallbackDeed::terminates) behaviour.debugger = CallbackDeed::fails;
  }
};

struct ElevenSignatures {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports)
      if (report.signature.size() == WER_MAX_PARAM_COUNT) report.signature.push_back(report.signature.back());
  }
};

void a_failed_module_claimed(SeenReport& report) {
  for (ReportedModule& module : report.modules)
    if (module.outcome == ModuleOutcome::failed) module.outcome = ModuleOutcome::claimed;
}

// --- Recovery and restart ---

struct SignsOfLifeChangeNothing {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const SeenProcess* process = before.process(actor(step));
    const bool recovering = process != nullptr && process->head.state == ProcessState::InRecovery;
    if (!as<ApplicationRecoveryInProgress>(step) || !recovering) return inside.perform(step);
    Answer answer{.result = S_OK};
    answer.written = 1;
    answer.out[0] = process->life.cancelled ? 1 : 0;
    return answer;
  }
};

void forgets_the_cancel(SeenReport& report) {
  if (report.recovery) report.recovery->cancelled = false;
}

void restarts_without_a_line(SeenReport& report) {
  if (report.restarted) report.restarted->commandLine = empty_text;
}

// A crash after exactly 60000 ms is taken for one too early.
struct SixtySecondsAreTooFew {
  void show(Seen& world) const {
    for (SeenReport& report : world.reports) {
      const SeenProcess* process = world.machines[0].process(report.head.incarnation);
      if (process != nullptr && report.head.cause == Cause::crash &&
          report.head.time - process->head.startTime == restart_life_ms)
        report.restarted.reset();
    }
  }
};

template <void (*change)(const Seen&, SeenProcess&)>
struct ShowsEachRestarted {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      for (SeenProcess& process : machine.processes)
        if (process.head.restarts > 0) change(world, process);
  }
};

void starts_when_the_step_ends(const Seen& world, SeenProcess& process) { process.head.startTime = world.head.now; }
void was_created_by_somebody(const Seen& /*world*/, SeenProcess& process) { process.head.creator = ObjectId{1}; }
void inherits_a_heap(const Seen& /*world*/, SeenProcess& process) { process.heap.capacity = 7; }

struct SizesWithoutNul {
  Answer perform(Inside& inside, const Step& step) {
    Answer answer = inside.perform(step);
    if (as<GetApplicationRestartSettings>(step) && answer.out[1] > 0) --answer.out[1];
    return answer;
  }
};

// --- Registrations ---

struct SixtyFourCharactersAreAllowed {
  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<WerRegisterAppLocalDump>(step);
    const bool just_too_long = call != nullptr && call->localAppDataRelativePath.value &&
                               inside.text(*call->localAppDataRelativePath.value).size() == 64;
    return just_too_long ? Answer{.result = S_OK} : inside.perform(step);
  }
};

struct KeepsTheFirstFlags {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    auto* call = std::get_if<RegisterApplicationRestart>(&changed);
    const Seen before = inside.look();
    const SeenProcess* process = before.process(actor(step));
    if (call != nullptr && process != nullptr && process->wer && process->wer->restart)
      call->dwFlags = Dword{process->wer->restart->flags};
    return inside.perform(changed);
  }
};

struct RegisteringAgainKeepsThePlace {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines)
      std::sort(machine.app_local_dumps.begin(), machine.app_local_dumps.end(),
                [](const SnapProcess& a, const SnapProcess& b) { return a.objectId < b.objectId; });
  }
};

struct ALocalDumpIsAnEntry {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (as<WerRegisterAppLocalDump>(step) && answer.result == S_OK)
      inside.perform(WerRegisterMemoryBlock{caller(actor(step)), Address{0x7777}, ByteCount{1}});
    return answer;
  }
};

// --- Which property has to notice ---

constexpr std::string_view bitmap = "A primary dump has the bytes";
constexpr std::string_view extra = "The extra data of a thread";
constexpr std::string_view whole = "A report has all that its process has registered";
constexpr std::string_view files = "A file is deleted by the first report";
constexpr std::string_view modules = "Modules are asked in turn";
constexpr std::string_view life = "A process ends and is restarted as its life";

constexpr HasToNotice cases[] = {
    {bitmap, "Ranges that touch are not merged", plant<ShowsEachReport<splits_a_range>>},
    {bitmap, "Exclusion also applies to a triage dump of the process", plant<ShowsEachReport<excludes_from_all_dumps>>},
    {bitmap, "The last byte is missing", plant<ShowsEachReport<loses_a_byte>>},
    {bitmap, "A block of which something is there is included", plant<ShowsEachReport<calls_partial_blocks_included>>},
    {bitmap, "Private memory is never dumped", plant<PrivateMemoryIsForgotten>},
    {bitmap, "Mapped memory is not there for registered blocks", plant<MappedMemoryIsForgotten>},
    {bitmap, "All stacks are the usual ones", plant<StacksAreAsEver>},
    {extra, "Mapped memory is not there for registers", plant<MappedMemoryIsForgotten>},
    {extra, "Private memory is not there for registers", plant<PrivateMemoryIsForgotten>},
    {extra, "Ranges that touch are not merged", plant<ShowsEachReport<splits_a_range>>},
    {whole, "The last pair is missing", plant<ShowsEachReport<loses_the_last_pair>>},
    {whole, "A block appears that nobody registered", plant<ShowsEachReport<reports_what_nobody_registered>>},
    {whole, "No file is found", plant<ShowsEachReport<finds_no_files>>},
    {whole, "What was deleted is there again", plant<DeletedFilesAreBack>},
    {whole, "A user document is a file like any other", plant<DocumentsAreFilesLikeOthers>},
    {files, "What was deleted is there again", plant<DeletedFilesAreBack>},
    {files, "A user document is a file like any other", plant<DocumentsAreFilesLikeOthers>},
    {modules, "No module is listed", plant<NoModuleIsListed>},
    {modules, "The debugger callback cannot terminate the process", plant<CallbacksNeverTerminate>},
    {modules, "There may be eleven signature parameters", plant<ElevenSignatures>},
    {modules, "A module that failed has claimed", plant<ShowsEachReport<a_failed_module_claimed>>},
    {life, "A sign of life does not move the deadline", plant<SignsOfLifeChangeNothing>},
    {life, "The report forgets that the user cancelled", plant<ShowsEachReport<forgets_the_cancel>>},
    {life, "The restart has no command line", plant<ShowsEachReport<restarts_without_a_line>>},
    {life, "60000 ms of life are too few", plant<SixtySecondsAreTooFew>},
    {life, "A restarted process starts when the step ends", plant<ShowsEachRestarted<starts_when_the_step_ends>>},
    {"Recoveries that time out together", "All start when the step ends",
     plant<ShowsEachRestarted<starts_when_the_step_ends>>},
    {"A restarted process has the inputs", "It has a creator", plant<ShowsEachRestarted<was_created_by_somebody>>},
    {"A restarted process has the inputs", "It has the heap of the old one",
     plant<ShowsEachRestarted<inherits_a_heap>>},
    {"Report folders show", "Report.wer stays as it was written first", plant_never_replaces_wer},
    {"A registered restart is read", "The size does not count the NUL", plant<SizesWithoutNul>},
    {"A restart line is as long as", "The size does not count the NUL", plant<SizesWithoutNul>},
    {"The path of an app-local dump", "64 characters are allowed", plant<SixtyFourCharactersAreAllowed>},
    {"An app-local dump and a restart are replaced", "The first flags stay", plant<KeepsTheFirstFlags>},
    {"A failure uses the app-local dump", "Registering again keeps the place", plant<RegisteringAgainKeepsThePlace>},
    {"An independent count of all entries", "An app-local dump is one of the entries", plant<ALocalDumpIsAnEntry>},
};

TEST(Topics, NoticeFaultsByThemselves) { expect_noticed(cases); }

}  // namespace
}  // namespace procreg::scenarios
