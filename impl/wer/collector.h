#pragma once

#include "api/profile.h"
#include "api/world.h"
#include "impl/kernel/kernel.h"
#include "impl/wer/app_local_dumps.h"
#include "impl/wer/dump_ranges.h"
#include "impl/wer/existing_files.h"
#include "impl/wer/helper_modules.h"
#include "impl/wer/registration_block.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What the world asks for in every report.
struct ReportInputs {
  bool additional_data_requested{};
  bool user_documents_requested{};
  bool force_queue{};
};

// Builds the report of a process that is entering Crashed, from its registrations and the world at this instant. Wants the
// lifecycle lock and the gate of that process.
class Collector {
 public:
  Collector(Kernel& kernel, const Profile& profile, const Tables& tables, const WorldSpec& world,
            const AppLocalDumps& app_local_dumps);

  // `thread` is the one that crashed, no_thread for a hang. Changes nothing in the process, but deletes files of the world.
  // nullptr: a module has ended the process, and there is no report.
  Report* collect(ReportId id, const Process& process, Cause cause, Tid thread) noexcept;

  const ExistingFiles& existing_files() const noexcept { return existing_files_; }

 private:
  struct Failure;
  class DumpRoom;

  bool is_queued(std::uint32_t flags) const noexcept;
  Dump primary_dump(const Failure& failure, bool heap) noexcept;
  void collect_dumps(const Failure& failure, Report& report) noexcept;
  void collect_additional(const Process& process, const AdditionalProcess& registered, DumpRoom& room) noexcept;
  Dump triage_dump(const Process& process, Tid extra) noexcept;
  std::span<const DumpedThread> threads_of(const Process& process) noexcept;
  template <class T>
  std::span<const T> copied(const KeyedList<T>& entries) noexcept;
  std::span<const ReportedFile> files_of(const RegistrationBlock& block) noexcept;
  FileStatus status_of(const FileEntry& file, const PathKey& path) noexcept;
  std::span<const ReportedBlock> blocks_of(const RegistrationBlock& block, const Dump& primary) noexcept;
  std::optional<AppLocalDumpEntry> app_local_dump_of(const Failure& failure, DumpKind kind) const noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  const Tables& tables_;
  const AppLocalDumps& app_local_dumps_;
  ReportInputs inputs_;
  ExistingFiles existing_files_;
  HelperModules modules_;
  DumpRanges ranges_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
