#include "impl/wer/crash_service.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

// A due time past the end of time is never reached (WER-ALL-23).
std::uint64_t due_after(std::uint64_t now, std::uint64_t ms) noexcept { return ms > never - now ? never : now + ms; }

std::uint32_t exit_code_of(Cause cause) noexcept { return cause == Cause::crash ? crash_exit_code : hang_exit_code; }

std::uint64_t due_of(const Process& process) noexcept {
  return process.state == ProcessState::InRecovery ? *process.failing.deadline : *process.failing.answer_due;
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

Result CrashService::application_recovery_finished(ProcessRef caller, bool success) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (self->state == ProcessState::InRecovery) {
    end_recovery(*self, success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false, 0);
    return no_return;
  }
  if (profile_[choice::recovery_finished_outside] == RecoveryFinishedOutside::no_effect) return returned;
  kernel_.exit(*self, 0);
  return no_return;
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

Result CrashService::crash(ProcessRef process, std::optional<Tid> thread) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state == ProcessState::Crashed) return not_applicable;
  if (thread && !kernel_.thread_belongs(target->identity.key, *thread)) return not_applicable;
  if (target->state == ProcessState::InRecovery) {
    end_recovery(*target, RecoveryOutcome::crashed_again, exit_code_of(*target->failing.cause));
    return applied;
  }
  engage(*target, Cause::crash, thread.value_or(target->first_thread->tid));
  return applied;
}

Result CrashService::user_choice(ProcessRef process, UserAction action, bool restart) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::Crashed || target->failing.debugged) return not_applicable;
  {
    const std::scoped_lock gate{target->gate};
    target->failing.user_restart = restart;
    if (action == UserAction::debug) {
      target->failing.debugged = true;
      return applied;
    }
    const bool late_counts = profile_[choice::late_registration] == LateRegistration::honoured;
    if (recovery_is_set(*target) && (late_counts || target->failing.recovery_in_time)) {
      begin_recovery(*target);
      return applied;
    }
  }
  kernel_.exit(*target, exit_code_of(*target->failing.cause));
  return applied;
}

Result CrashService::user_cancel(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::InRecovery) return not_applicable;
  const std::scoped_lock gate{target->gate};
  target->failing.cancelled = true;
  return applied;
}

Result CrashService::callback_returns(ProcessRef process) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* target = kernel_.existing(process);
  if (target == nullptr || target->state != ProcessState::InRecovery || target->failing.callback_returned)
    return not_applicable;
  switch (profile_[choice::callback_return]) {
    case CallbackReturn::wait_for_timeout: {
      const std::scoped_lock gate{target->gate};
      target->failing.callback_returned = true;
      break;
    }
    case CallbackReturn::finished_true:
      end_recovery(*target, RecoveryOutcome::finished_true, 0);
      break;
    case CallbackReturn::finished_false:
      end_recovery(*target, RecoveryOutcome::finished_false, 0);
      break;
  }
  return applied;
}

// --- Failing and recovering ---

bool CrashService::recovery_is_set(const Process& process) const noexcept {
  return process.block != nullptr && process.block->recovery.has_value();
}

// Into Crashed: the report is complete before anything else happens (WER-REP-32).
void CrashService::engage(Process& process, Cause cause, Tid thread) noexcept {
  const std::scoped_lock gate{process.gate};
  Failing& failing = process.failing;
  if (process.state == ProcessState::Running) {
    failing.recovery_in_time = recovery_is_set(process);
    stop_timer(process);
    failing.answer_due.reset();
  }
  if (cause == Cause::crash) failing.failure_time = kernel_.now;
  failing.cause = cause;
  failing.flags4 = (storage_of(process).flags & WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION) != 0;
  process.state = ProcessState::Crashed;
  failing.report = &collector_.collect(ReportId{reports_.size() + 1}, process, cause, thread);
  reports_.push_back(kernel_.arena(), failing.report);
}

// Its gate is held.
void CrashService::begin_recovery(Process& process) noexcept {
  const std::uint32_t ping = process.block->recovery->ping_ms;
  process.state = ProcessState::InRecovery;
  process.failing.ping = ping;
  process.failing.deadline = due_after(kernel_.now, ping);
  start_timer(process);
}

void CrashService::end_recovery(Process& process, RecoveryOutcome outcome, std::uint32_t exit_code) noexcept {
  {
    const std::scoped_lock gate{process.gate};
    process.failing.outcome = outcome;
  }
  kernel_.exit(process, exit_code);
}

void CrashService::exiting(Process& process) noexcept {
  const Failing& failing = process.failing;
  if (process.state == ProcessState::InRecovery) {
    failing.report->head.outcome = failing.outcome;
    failing.report->head.cancelled = failing.cancelled;
  }
  stop_timer(process);
}

// --- Time ---

bool CrashService::Timer::operator<(const Timer& other) const noexcept {
  return std::tie(due, machine_rank, pid) < std::tie(other.due, other.machine_rank, other.pid);
}

Result CrashService::advance_time(std::uint64_t ms) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  if (ms > never - kernel_.now) return not_applicable;
  const std::uint64_t until = kernel_.now + ms;
  collect_due(until);
  for (const Timer& timer : due_) {
    kernel_.now = timer.due + 1;
    fire(*timer.process);
  }
  kernel_.now = until;
  return applied;
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

void CrashService::fire(Process& process) noexcept {
  if (process.state == ProcessState::InRecovery)
    return end_recovery(process, RecoveryOutcome::timed_out, exit_code_of(*process.failing.cause));
  const std::scoped_lock gate{process.gate};
  stop_timer(process);
  process.state = ProcessState::Hung;
  process.failing.answer_due.reset();
  process.failing.failure_time = kernel_.now;
  process.failing.recovery_in_time = recovery_is_set(process);
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
