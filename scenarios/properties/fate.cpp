#include "scenarios/properties/fate.h"

namespace procreg::scenarios {

void Fate::hangs(std::uint64_t now) {
  state_ = ProcessState::Hung;
  failure_ = now;
  recovery_in_time_ = ping_.has_value();
  restart_in_time_ = restart_.has_value();
}

void Fate::answers() {
  state_ = ProcessState::Running;
  recovery_in_time_ = false;
  restart_in_time_ = false;
}

void Fate::crashes(std::uint64_t now) {
  if (state_ == ProcessState::InRecovery) return ends(now, code_of_cause(), RecoveryOutcome::crashed_again);
  if (state_ == ProcessState::Running) hangs(now);  // what is registered in time is what is registered now
  failure_ = now;
  cause_ = Cause::crash;
  state_ = ProcessState::Crashed;
}

void Fate::is_closed() {
  cause_ = Cause::hang;
  state_ = ProcessState::Crashed;
}

bool Fate::is_in_time(bool mark) const {
  return mark || profile_[choice::late_registration] == LateRegistration::honoured;
}

void Fate::chooses(std::uint64_t now, UserAction action, bool restart) {
  if (action == UserAction::debug) return;
  wanted_ = restart;
  if (!ping_ || !is_in_time(recovery_in_time_)) return ends(now, code_of_cause(), {});
  state_ = ProcessState::InRecovery;
  interval_ = *ping_;
  deadline_ = now + interval_;
}

void Fate::finishes(std::uint64_t now, bool success) {
  ends(now, 0, success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false);
}

void Fate::exits(std::uint64_t now, std::uint32_t code) { ends(now, code, RecoveryOutcome::exited); }

void Fate::callback_returns(std::uint64_t now) {
  const auto returning = profile_[choice::callback_return];
  if (returning != CallbackReturn::wait_for_timeout) finishes(now, returning == CallbackReturn::finished_true);
}

void Fate::time_is(std::uint64_t now) {
  if (state_ == ProcessState::InRecovery && now > deadline_)
    ends(deadline_ + 1, code_of_cause(), RecoveryOutcome::timed_out);
}

std::uint32_t Fate::code_of_cause() const { return cause_ == Cause::crash ? 0xC0000005U : 0xCFFFFFFFU; }

void Fate::ends(std::uint64_t now, std::uint32_t code, std::optional<RecoveryOutcome> outcome) {
  state_ = ProcessState::Exited;
  exit_time_ = now;
  exit_code_ = code;
  if (outcome) end_ = {*outcome, cancelled_};
  if (is_restarted()) restarted_ = restart_->line;
}

bool Fate::is_restarted() const {
  if (!restart_ || !wanted_ || !is_in_time(restart_in_time_)) return false;
  if (failure_ - start_ < restart_life_ms) return false;
  if ((restart_->flags & (cause_ == Cause::crash ? RESTART_NO_CRASH : RESTART_NO_HANG)) != 0) return false;
  const bool failed = end_ && end_->outcome != RecoveryOutcome::finished_true;
  return !failed || profile_[choice::restart_after_failed_recovery] == RestartAfterFailedRecovery::apply_rules;
}

}  // namespace procreg::scenarios
