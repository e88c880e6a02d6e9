// Reports for tests, made by hand.
#pragma once

#include <string>
#include <vector>

#include "impl/store/report_fields.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A report with what its lists point to. Begins empty: a crash of process 1000 of the machine `local`.
struct ReportExample {
  Report report() const {
    Report made{.head = head,
                .signature = signature,
                .flags = flags,
                .modules = modules,
                .debugger = debugger,
                .dumps = dumps,
                .not_collected = not_collected,
                .metadata = metadata,
                .files = files,
                .blocks = blocks,
                .excluded = excluded,
                .app_local_dump = app_local_dump,
                .recovery = recovery,
                .restarted = restarted};
    return made;
  }
  TextRef text(std::u16string_view content) { return tables.text(content); }

  WorldSpec world{};
  Tables tables{};
  ReportHead head{.id = ReportId{1},
                  .time = 0,
                  .machine = {},
                  .process = Pid{1000},
                  .incarnation = ObjectId{1},
                  .cause = Cause::crash,
                  .thread = Tid{65536},
                  .event = APPCRASH};
  std::vector<SignatureEntry> signature{};
  ReportFlags flags{};
  std::vector<ReportedModule> modules{};
  DebuggerEntry debugger{};
  std::vector<Dump> dumps{};
  std::vector<NotCollectedEntry> not_collected{};
  std::vector<MetadataEntry> metadata{};
  std::vector<ReportedFile> files{};
  std::vector<ReportedBlock> blocks{};
  std::vector<BlockEntry> excluded{};
  std::optional<AppLocalDumpEntry> app_local_dump{};
  std::optional<RecoveryEnd> recovery{};
  std::optional<RestartedEntry> restarted{};
};

// Everything that a report can have.
inline ReportExample full_example() {
  static constexpr DumpedThread threads[] = {{Tid{65536}, 0}, {Tid{65540}, 1}};
  static constexpr SnapRange ranges[] = {{Address{0x10000}, Address{0x11000}},
                                         {Address{0x7EFFFFF03000}, Address{0x7EFFFFF04000}}};
  ReportExample full;
  full.world.machines = {MachineSpec{.name = "local"}, MachineSpec{.name = "fs1"}};
  full.head = {.id = ReportId{7},
               .time = 1234,
               .machine = MachineIndex{1},
               .process = Pid{1000},
               .incarnation = ObjectId{3},
               .cause = Cause::crash,
               .thread = Tid{65536},
               .event = full.text(u"MyEvent")};
  full.signature = {{full.text(u"Part"), full.text(u"core")}, {full.text(u""), full.text(u"\u00E4\U0001F600")}};
  full.flags = {.flags = 0x6, .holdMs = 500, .queued = true};
  full.modules = {{full.text(u"a.dll"), Address{0}, ModuleOutcome::not_listed},
                  {full.text(u"B.dll"), Address{0x1F}, ModuleOutcome::claimed}};
  full.debugger = {.custom = full.text(u"dbg.exe \"%1\""), .automatic = true};
  full.dumps = {{.head = {.machine = MachineIndex{1},
                          .process = Pid{1000},
                          .incarnation = ObjectId{3},
                          .kind = DumpKind::heap,
                          .mask = AccessMask{heap_dump_mask}},
                 .threads = threads,
                 .ranges = ranges},
                {.head = {.machine = MachineIndex{1},
                          .process = Pid{1004},
                          .incarnation = ObjectId{4},
                          .kind = DumpKind::triage,
                          .mask = AccessMask{triage_dump_mask_with_thread},
                          .extraThread = Tid{65544}}}};
  full.not_collected = {{Pid{1008}, NotCollected::process_missing}};
  full.metadata = {{full.text(u"key"), full.text(u"value")}};
  full.files = {{full.text(u"C:\\a.log"), FileType{2}, 1, FileStatus::added},
                {full.text(u"C:\\gone"), FileType{1}, 0, FileStatus::missing},
                {full.text(u"\\\\s\\b"), FileType{1}, 3, FileStatus::added}};
  full.blocks = {{Address{0xFFFFFFFFFFFFFFF0}, 65536, BlockStatus::partial}};
  full.excluded = {{Address{0x20000}, 16}};
  full.app_local_dump = {{full.text(u"dumps"), DumpKind::heap}};
  full.recovery = {{RecoveryOutcome::finished_true, true}};
  full.restarted = {{Pid{1012}, full.text(u"/again")}};
  return full;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
