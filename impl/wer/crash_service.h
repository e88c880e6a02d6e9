#pragma once

#include <optional>

#include "api/profile.h"
#include "api/status.h"
#include "api/step.h"
#include "impl/kernel/arena_vector.h"
#include "impl/kernel/kernel.h"
#include "impl/wer/collector.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What WER does about processes that stop answering or crash: the report, what the user says, recovery with its deadlines, the
// end. Also the virtual clock, which runs the timers of both. Each function takes the lifecycle lock.
class CrashService final : public ProcessWatcher {
 public:
  CrashService(Kernel& kernel, const Profile& profile, ReportInputs inputs) noexcept
      : kernel_{kernel}, profile_{profile}, collector_{kernel, profile, inputs} {}

  // *cancelled is written unless the answer is E_INVALIDARG, which a nullptr gets, or not_runnable.
  Result application_recovery_in_progress(ProcessRef caller, bool* cancelled) noexcept;
  Result application_recovery_finished(ProcessRef caller, bool success) noexcept;

  Result stop_answering(ProcessRef process) noexcept;
  Result answer(ProcessRef process) noexcept;
  Result close_hung(ProcessRef process) noexcept;
  // `thread` nullopt: the live one with the lowest tid.
  Result crash(ProcessRef process, std::optional<Tid> thread) noexcept;
  Result user_choice(ProcessRef process, UserAction action, bool restart) noexcept;
  Result user_cancel(ProcessRef process) noexcept;
  Result callback_returns(ProcessRef process) noexcept;
  Result advance_time(std::uint64_t ms) noexcept;

  void created(Process&, const Process&, const Process&) noexcept override {}
  // Stops the timer; a running recovery ends, with the outcome `exited` unless another was noted.
  void exiting(Process& process) noexcept override;

  // By id. Wants the lifecycle lock.
  const ArenaVector<Report*>& reports() const noexcept { return reports_; }

 private:
  struct Timer {
    std::uint64_t due;
    std::uint32_t machine_rank;
    Pid pid;
    Process* process;
    bool operator<(const Timer& other) const noexcept;
  };

  bool recovery_is_set(const Process& process) const noexcept;
  void engage(Process& process, Cause cause, Tid thread) noexcept;
  void begin_recovery(Process& process) noexcept;
  void end_recovery(Process& process, RecoveryOutcome outcome, std::uint32_t exit_code) noexcept;

  void start_timer(Process& process) noexcept;
  void stop_timer(Process& process) noexcept;
  void collect_due(std::uint64_t until) noexcept;
  void fire(Process& process) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  Collector collector_;
  ArenaVector<Report*> reports_{};
  Process* timed_{};          // processes with a running timer, in no order
  ArenaVector<Timer> due_{};  // scratch of advance_time
};

}  // namespace procreg::impl::inline PROCREG_SYNC
