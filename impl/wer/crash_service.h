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
  // `watcher`: where the watcher of the reports stands, nullptr in it for none; outlives the world.
  CrashService(Kernel& kernel, const Profile& profile, Collector& collector, ReportWatcher* const& watcher) noexcept
      : kernel_{kernel}, profile_{profile}, collector_{collector}, watcher_{watcher} {}

  // *cancelled is written unless the answer is E_INVALIDARG, which a nullptr gets, or not_runnable.
  Result application_recovery_in_progress(ProcessRef caller, bool* cancelled) noexcept;
  // `restarted_as`, here and below: the name of the first process that the step makes in place of one that ends.
  Answer application_recovery_finished(ProcessRef caller, bool success, GivenName restarted_as) noexcept;

  Result stop_answering(ProcessRef process) noexcept;
  Result answer(ProcessRef process) noexcept;
  Result close_hung(ProcessRef process) noexcept;
  // `thread` nullopt: the live one with the lowest tid.
  Answer crash(ProcessRef process, std::optional<Tid> thread, GivenName restarted_as) noexcept;
  Answer user_choice(ProcessRef process, UserAction action, bool restart, GivenName restarted_as) noexcept;
  Result user_cancel(ProcessRef process) noexcept;
  Answer callback_returns(ProcessRef process, GivenName restarted_as) noexcept;
  Answer advance_time(std::uint64_t ms, GivenName restarted_as) noexcept;

  void created(Process&, const Process&, const Process&) noexcept override {}
  // Stops the timer; a running recovery ends, with the outcome `exited` unless another was noted.
  void exiting(Process& process) noexcept override;
  // Restarts it where WER-REC-22 says so.
  void exited(const Identity& ended, Succession& succession) noexcept override;

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

  // What is left to do for a process that is ending: between exiting() and exited().
  struct Ending {
    Report* report{};  // nullptr: nothing
    bool recovery_ended{};
    std::optional<TextRef> command_line{};  // of a restart
  };

  void engage(Process& process, Cause cause, Tid thread) noexcept;
  void enter_crashed(Process& process, Report& report) noexcept;
  bool recovery_is_usable(const Process& process) const noexcept;
  void begin_recovery(Process& process) noexcept;
  void end_recovery(Process& process, RecoveryOutcome outcome, std::uint32_t exit_code,
                    Succession& succession) noexcept;
  bool is_to_be_restarted(const Process& process) const noexcept;
  Process* restart(const Identity& ended, Succession& succession) noexcept;
  void tell_watcher(const Report& report) const noexcept;

  void start_timer(Process& process) noexcept;
  void stop_timer(Process& process) noexcept;
  void collect_due(std::uint64_t until) noexcept;
  void fire(Process& process, Succession& succession) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  Collector& collector_;
  ReportWatcher* const& watcher_;
  ArenaVector<Report*> reports_{};
  Ending ending_{};
  Process* timed_{};          // processes with a running timer, in no order
  ArenaVector<Timer> due_{};  // scratch of advance_time
};

}  // namespace procreg::impl::inline PROCREG_SYNC
