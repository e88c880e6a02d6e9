#include "model/wer/ending.h"

#include "model/object/process.h"

namespace procreg::model {

namespace {

bool excluded_by_flags(const Restart& restart, Cause cause) {
  return (restart.flags & (cause == Cause::hang ? RESTART_NO_HANG : RESTART_NO_CRASH)) != 0;
}

// How long it had run when it failed.
std::uint64_t life_of(const Core& core) { return core.failure_time.value_or(core.start_time) - core.start_time; }

// The choices are asked where nothing else forbids the restart.
bool meets_conditions(const Process& process, const Ending& ending, Choices& choices) {
  const Core& core = process.core;
  const auto& restart = process.wer.restart;
  if (!restart.has_value() || !core.user_restart || life_of(core) < restart_life_ms) return false;
  if (excluded_by_flags(*restart, core.cause.value_or(Cause::crash))) return false;
  if (!core.restart_in_time && choices.take(choice::late_registration) == LateRegistration::ignored) return false;
  const bool failed_recovery = ending.outcome.has_value() && ending.outcome != RecoveryOutcome::finished_true;
  return !failed_recovery ||
         choices.take(choice::restart_after_failed_recovery) == RestartAfterFailedRecovery::apply_rules;
}

// What is left of the old process when the new one is made.
struct Former {
  Birth birth{};
  ReportId report{};
  TextRef command_line{};
};

GivenName first_of_chain(const Birth& former) { return former.restarts == 0 ? former.name : former.restart_of; }

Newborn reborn(const Birth& former, GivenName given) {
  Newborn made{.birth = former, .pid = pid_of_kind(former.kind), .threads = 1};
  made.birth.parent.reset();
  made.birth.creator.reset();
  made.birth.restart_of = first_of_chain(former);
  made.birth.restarts = former.restarts + 1;
  made.birth.name = given == GivenName{} ? restarted_name(made.birth.restart_of, made.birth.restarts) : given;
  return made;
}

void note_in_report(Edit& next, const Former& former, Pid pid) {
  for (Report& report : next.reports()) {
    if (report.head.id == former.report) report.restarted = RestartedEntry{pid, former.command_line};
  }
}

void restart(Edit& next, MachineIndex machine, const Former& former, Binds as) {
  const Newborn newborn = reborn(former.birth, next.has_restarted() ? GivenName{} : GivenName{as.base});
  if (!pid_left(next.machine(machine), newborn.pid) || !tids_left(next.now(), newborn.threads)) return;
  next.applies_if(newborn.pid.has_value(), "WER-ALL-26");
  const ProcessKey key = add_process(next, machine, newborn);
  if (next.shaped("WER-ALL-06", false)) next.wer(key).storage_exists = true;
  const Process& made = next.process(key);
  next.restarted({key, made.birth.name, made.birth.pid, made.threads.front().tid});
  note_in_report(next, former, made.birth.pid);
}

void note_recovery_end(Edit& next, const Core& core, RecoveryOutcome outcome) {
  for (Report& report : next.reports()) {
    if (report.head.id == core.report) report.recovery = RecoveryEnd{outcome, core.running->cancelled};
  }
}

}  // namespace

void ends(Edit& next, ProcessKey key, const Ending& ending, Choices& choices) {
  const Process& process = next.process(key);
  const Former former{process.birth, process.core.report, process.wer.restart.value_or(Restart{}).command_line};
  if (ending.outcome.has_value()) note_recovery_end(next, process.core, *ending.outcome);
  const bool restarts = next.shaped("WER-REC-22", meets_conditions(process, ending, choices));
  become_exited(next, key, ending.exit_code);
  if (!restarts) return;
  next.applies_if(ending.outcome.has_value(), "WER-REC-25");
  next.effect("WER-REC-24", [&] { restart(next, key.machine, former, ending.restarted_as); });
}

}  // namespace procreg::model
