#pragma once

#include "api/profile.h"
#include "impl/kernel/kernel.h"
#include "impl/wer/registration_block.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What the world says about every report.
struct ReportInputs {
  bool additional_data_requested{};
  bool force_queue{};
};

// Builds the report of a process that is entering Crashed, from its registrations and the world at this instant. Wants the
// lifecycle lock and the gate of that process.
class Collector {
 public:
  Collector(Kernel& kernel, const Profile& profile, ReportInputs inputs) noexcept
      : kernel_{kernel}, profile_{profile}, inputs_{inputs} {}

  // `thread` is the one that crashed, no_thread for a hang. Changes nothing in the process.
  Report& collect(ReportId id, const Process& process, Cause cause, Tid thread) noexcept;

 private:
  struct Room;
  bool is_queued(std::uint32_t flags) const noexcept;
  Dump primary_dump(const Process& process, bool heap_barred) noexcept;
  void collect_additional(const Process& process, const AdditionalProcess& registered, Room& room) noexcept;
  Dump triage_dump(const Process& process, Tid extra) noexcept;
  std::span<const Tid> threads_of(const Process& process) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  ReportInputs inputs_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
