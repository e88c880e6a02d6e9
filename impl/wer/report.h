#pragma once

#include <optional>
#include <span>

#include "api/snapshot.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct DumpedThread {
  Tid tid{};
  std::uint32_t k{};  // whose of the process's stacks is its own
};

// What the contents of a dump come from: they are worked out when it is written.
struct DumpedProcess {
  StacksRef stacks{default_stacks};
  RangesRef data{default_data};
  RangesRef private_{no_ranges};
  RangesRef mapped{no_ranges};
  std::optional<LoadedModulesRef> loaded_modules{};
  std::uint64_t start_time{};
};

struct Dump {
  DumpHead head{};
  DumpedProcess process{};
  std::span<const DumpedThread> threads{};  // ascending
  std::span<const SnapRange> ranges{};      // sorted, merged
};

// The report of one failure (wer.md 5). All of it is fixed at collection but `recovery` and `restarted`. Guarded by the
// lifecycle lock; its memory stays until the world is reset.
struct Report {
  ReportHead head{};
  std::span<const SignatureEntry> signature{};
  ReportFlags flags{};
  std::span<const ReportedModule> modules{};
  DebuggerEntry debugger{};
  std::span<const Dump> dumps{};  // the primary one first
  std::span<const NotCollectedEntry> not_collected{};
  std::span<const MetadataEntry> metadata{};
  std::span<const ReportedFile> files{};
  std::span<const ReportedBlock> blocks{};
  std::span<const BlockEntry> excluded{};
  std::optional<AppLocalDumpEntry> app_local_dump{};
  std::optional<RecoveryEnd> recovery{};
  std::optional<RestartedEntry> restarted{};
};

// Is told of every report when it is collected, and again at the end of a step that completed its recovery, its restart or both.
class ReportWatcher {
 public:
  virtual ~ReportWatcher() = default;
  // The lifecycle lock is held; `report` is complete as of now.
  virtual void changed(const Report& report) noexcept = 0;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
