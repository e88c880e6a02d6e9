#include "impl/wer/crash_service.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "impl/kernel/answers.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

// A due time past the end of time is never reached (WER-ALL-23).
std::uint64_t due_after(std::uint64_t now, std::uint64_t ms) noexcept { return ms > never - now ? never : now + ms; }

std::uint32_t exit_code_of(Cause cause) noexcept { return cause == Cause::crash ? crash_exit_code : hang_exit_code; }

std::uint64_t due_of(const Process& process) noexcept {
  return process.state == ProcessState::InRecovery ? *process.failing.deadline : *process.failing.answer_due;
}

bool has_recovery(const Process& process) noexcept { return storage_of(process).recovery.is_registered(); }
bool has_restart(const Process& process) noexcept { return storage_of(process).restart.has_value(); }

// WER-ALL-28, WER-ALL-30
void note_in_time(Process& process) noexcept {
  process.failing.recovery_in_time = has_recovery(process);
  process.failing.restart_in_time = has_restart(process);
}

bool answers_to_user(const Process& process) noexcept {
  return process.state == ProcessState::Running || process.state == ProcessState::Hung;
}

}  // namespace

// --- Calls ---

Result CrashService::application_recovery_in_progress(ProcessRef caller, bool* cancelled) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (cancelled == nullptr) return Hresult::E_INVALIDARG;
  *cancelled = self->failing.cancelled;
  if (self->state != ProcessState::InRecovery) return Hresult::E_FAIL;
  const std::scoped_lock gate{self->gate};
  self->failing.deadline = due_after(kernel_.now, *self->failing.ping);
  return Hresult::S_OK;
}

Answer CrashService::application_recovery_finished(ProcessRef caller, bool success, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return {.result = not_runnable};
  Succession succession{restarted_as, {}};
  if (self->state == ProcessState::InRecovery) {
    end_recovery(*self, success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false, 0, succession);
  } else if (profile_[choice::recovery_finished_outside] == RecoveryFinishedOutside::no_effect) {
    return {.result = returned};
  } else {
    kernel_.exit(*self, 0, succession);
  }
  return told({.result = no_return}, succession);
}

// --- Events of a process ---

Result CrashService::stop_answering(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::Running || target->failing.answer_due) return not_applicable;
  const std::scoped_lock gate{target->gate};
  target->failing.answer_due = due_after(kernel_.now, hung_after_ms);
  start_timer(*target);
  return applied;
}

Result CrashService::answer(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || !answers_to_user(*target)) return not_applicable;
  if (target->state == ProcessState::Running && !target->failing.answer_due) return not_applicable;
  const std::scoped_lock gate{target->gate};
  stop_timer(*target);
  target->state = ProcessState::Running;
  target->failing = {};
  return applied;
}

Result CrashService::close_hung(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::Hung) return not_applicable;
  engage(*target, Cause::hang, no_thread);
  return applied;
}

Answer CrashService::crash(ProcessRef process, std::optional<Tid> thread, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state == ProcessState::Crashed) return {.result = not_applicable};
  if (thread && !kernel_.thread_belongs(target->identity.key, *thread)) return {.result = not_applicable};
  if (target->state != ProcessState::InRecovery) {
    engage(*target, Cause::crash, thread.value_or(target->first_thread->tid));
    return {.result = applied};
  }
  Succession succession{restarted_as, {}};
  end_recovery(*target, RecoveryOutcome::crashed_again, exit_code_of(*target->failing.cause), succession);
  return told({.result = applied}, succession);
}

Answer CrashService::user_choice(ProcessRef process, UserAction action, bool restart, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::Crashed || target->failing.debugged)
    return {.result = not_applicable};
  Succession succession{restarted_as, {}};
  std::unique_lock gate{target->gate};
  target->failing.user_restart = restart;
  if (action == UserAction::debug) {
    target->failing.debugged = true;
  } else if (recovery_is_usable(*target)) {
    begin_recovery(*target);
  } else {
    kernel_.exit(*target, std::move(gate), exit_code_of(*target->failing.cause), succession);
  }
  return told({.result = applied}, succession);
}

Result CrashService::user_cancel(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::InRecovery) return not_applicable;
  const std::scoped_lock gate{target->gate};
  target->failing.cancelled = true;
  return applied;
}

Answer CrashService::callback_returns(ProcessRef process, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::InRecovery || target->failing.callback_returned)
    return {.result = not_applicable};
  Succession succession{restarted_as, {}};
  switch (profile_[choice::callback_return]) {
    case CallbackReturn::wait_for_timeout: {
      const std::scoped_lock gate{target->gate};
      target->failing.callback_returned = true;
      break;
    }
    case CallbackReturn::finished_true:
      end_recovery(*target, RecoveryOutcome::finished_true, 0, succession);
      break;
    case CallbackReturn::finished_false:
      end_recovery(*target, RecoveryOutcome::finished_false, 0, succession);
      break;
  }
  return told({.result = applied}, succession);
}

// --- Failing and recovering ---

// Into Crashed: the report is complete before anything else happens (WER-REP-32). But a module may end the process.
void CrashService::engage(Process& process, Cause cause, Tid thread) noexcept {
  std::unique_lock gate{process.gate};
  Report* report = collector_.collect(ReportId{reports_.size() + 1}, process, cause, thread);
  if (report == nullptr) {
    Succession nobody_follows;
    return kernel_.exit(process, std::move(gate), exit_code_of(cause), nobody_follows);
  }
  enter_crashed(process, *report);
  reports_.push_back(kernel_.arena(), report);
  gate.unlock();
  tell_watcher(*report);
}

// Its gate is held.
void CrashService::enter_crashed(Process& process, Report& report) noexcept {
  Failing& failing = process.failing;
  if (process.state == ProcessState::Running) {
    note_in_time(process);
    stop_timer(process);
    failing.answer_due.reset();
  }
  if (report.head.cause == Cause::crash) failing.failure_time = kernel_.now;
  failing.cause = report.head.cause;
  failing.flags4 = (report.flags.flags & WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION) != 0;
  failing.report = &report;
  process.state = ProcessState::Crashed;
}

// WER-REC-17
bool CrashService::recovery_is_usable(const Process& process) const noexcept {
  const bool late_counts = profile_[choice::late_registration] == LateRegistration::honoured;
  return has_recovery(process) && (late_counts || process.failing.recovery_in_time);
}

// Its gate is held.
void CrashService::begin_recovery(Process& process) noexcept {
  const std::uint32_t ping = process.block->recovery.ping_ms;
  process.state = ProcessState::InRecovery;
  process.failing.ping = ping;
  process.failing.deadline = due_after(kernel_.now, ping);
  start_timer(process);
}

void CrashService::end_recovery(Process& process, RecoveryOutcome outcome, std::uint32_t exit_code,
                                Succession& succession) noexcept {
  std::unique_lock gate{process.gate};
  process.failing.outcome = outcome;
  kernel_.exit(process, std::move(gate), exit_code, succession);
}

void CrashService::exiting(Process& process) noexcept {
  const Failing& failing = process.failing;
  const bool in_recovery = process.state == ProcessState::InRecovery;
  if (in_recovery) failing.report->recovery = RecoveryEnd{failing.outcome, failing.cancelled};
  ending_ = {.report = failing.report, .recovery_ended = in_recovery};
  if (is_to_be_restarted(process)) ending_.command_line = process.block->restart->command_line;
  stop_timer(process);
}

// --- Restarting ---

// WER-REC-22. Only the choice that ends the process, or lets it recover until it ends, leaves `user_restart` without `debugged`.
bool CrashService::is_to_be_restarted(const Process& process) const noexcept {
  const Failing& failing = process.failing;
  if (!failing.user_restart || failing.debugged || !has_restart(process)) return false;
  const bool late_counts = profile_[choice::late_registration] == LateRegistration::honoured;
  if (!late_counts && !failing.restart_in_time) return false;
  const std::uint32_t barring = *failing.cause == Cause::crash ? RESTART_NO_CRASH : RESTART_NO_HANG;
  if ((process.block->restart->flags & barring) != 0) return false;
  if (*failing.failure_time - process.identity.start_time < restart_life_ms) return false;
  const bool failed_to_recover =
      process.state == ProcessState::InRecovery && failing.outcome != RecoveryOutcome::finished_true;
  return !failed_to_recover ||
         profile_[choice::restart_after_failed_recovery] == RestartAfterFailedRecovery::apply_rules;
}

void CrashService::exited(const Identity& ended, Succession& succession) noexcept {
  const Ending ending = std::exchange(ending_, {});
  const Process* fresh = ending.command_line ? restart(ended, succession) : nullptr;
  if (fresh != nullptr) ending.report->restarted = RestartedEntry{fresh->identity.pid, *ending.command_line};
  if (fresh != nullptr || ending.recovery_ended) tell_watcher(*ending.report);
}

// WER-REC-24. nullptr: the world cannot make another process.
Process* CrashService::restart(const Identity& ended, Succession& succession) noexcept {
  const std::optional<Pid> pid = fixed_pid(ended.kind);
  if (!kernel_.can_create(ended.key.machine, pid, 1)) return nullptr;
  Identity identity = ended;
  identity.parent = identity.creator = no_object;
  if (ended.restarts == 0) identity.restart_of = ended.name;
  ++identity.restarts;
  const bool is_named = !succession.first && succession.as != GivenName{};
  identity.name = is_named ? succession.as : restarted_name(identity.restart_of, identity.restarts);
  Process& fresh = kernel_.create(identity, pid, 1, nullptr);
  if (!succession.first)
    succession.first = Restarted{fresh.identity.key, fresh.identity.name, fresh.identity.pid, fresh.first_thread->tid};
  return &fresh;
}

void CrashService::tell_watcher(const Report& report) const noexcept {
  if (watcher_ != nullptr) watcher_->changed(report);
}

// --- Time ---

bool CrashService::Timer::operator<(const Timer& other) const noexcept {
  return std::tie(due, machine_rank, pid) < std::tie(other.due, other.machine_rank, other.pid);
}

Answer CrashService::advance_time(std::uint64_t ms, GivenName restarted_as) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  if (ms > never - kernel_.now) return {.result = not_applicable};
  Succession succession{restarted_as, {}};
  const std::uint64_t until = kernel_.now + ms;
  collect_due(until);
  Timers* others = kernel_.timers();
  if (others != nullptr && !others->hold(until)) others = nullptr;
  for (const Timer& timer : due_) {
    if (others != nullptr) others->fire(timer.due);
    kernel_.now = timer.due + 1;
    fire(*timer.process, succession);
  }
  if (others != nullptr) others->fire(until);
  if (others != nullptr) others->release();
  kernel_.now = until;
  return told({.result = applied}, succession);
}

// No timer starts another one, so what is due is known beforehand.
void CrashService::collect_due(std::uint64_t until) noexcept {
  due_.clear();
  for (Process* process = timed_; process != nullptr; process = process->next_timed) {
    const Identity& identity = process->identity;
    if (due_of(*process) < until)
      due_.push_back(kernel_.arena(),
                     {due_of(*process), kernel_.machine(identity.key.machine).rank, identity.pid, process});
  }
  std::sort(due_.begin(), due_.end());
}

void CrashService::fire(Process& process, Succession& succession) noexcept {
  if (process.state == ProcessState::InRecovery)
    return end_recovery(process, RecoveryOutcome::timed_out, exit_code_of(*process.failing.cause), succession);
  const std::scoped_lock gate{process.gate};
  stop_timer(process);
  process.state = ProcessState::Hung;
  process.failing.answer_due.reset();
  process.failing.failure_time = kernel_.now;
  note_in_time(process);
}

void CrashService::start_timer(Process& process) noexcept {
  process.previous_timed = nullptr;
  process.next_timed = timed_;
  if (timed_ != nullptr) timed_->previous_timed = &process;
  timed_ = &process;
}

// Of a process without a running timer: nothing.
void CrashService::stop_timer(Process& process) noexcept {
  const bool runs = process.state == ProcessState::InRecovery || process.failing.answer_due.has_value();
  if (!runs) return;
  (process.previous_timed == nullptr ? timed_ : process.previous_timed->next_timed) = process.next_timed;
  if (process.next_timed != nullptr) process.next_timed->previous_timed = process.previous_timed;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
