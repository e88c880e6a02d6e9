#include "model/wer/life.h"

#include <algorithm>
#include <utility>

#include "model/object/process.h"
#include "model/rules.h"
#include "model/wer/report.h"
#include "model/wer/report_files.h"

namespace procreg::model {

namespace {

Ruling& not_listed(Draft& world) { return world.refuse(not_applicable, "WER-ALL-44"); }

ProcessState state_of(Draft& world, const Target& target) { return world.process(target.raw).core.state; }

void enters_crashed(Edit& next, ProcessKey key, Report& report) {
  Core& core = next.core(key);
  core.state = ProcessState::Crashed;
  core.cause = report.head.cause;
  core.flags4 = (report.flags.flags & WER_FAULT_REPORTING_FLAG_DISABLE_THREAD_SUSPENSION) != 0;
  core.answer_due.reset();
  core.report = report.head.id;
  delete_files(next, report);
  next.reports().push_back(std::move(report));
}

void registered_in_time(Core& core, const Wer& wer) {
  core.recovery_in_time = wer.recovery.has_value();
  core.restart_in_time = wer.restart.has_value();
}

bool recovery_usable(Draft& world, const Process& process, Choices& choices) {
  const bool usable =
      process.wer.recovery.has_value() &&
      (process.core.recovery_in_time || choices.take(choice::late_registration) == LateRegistration::honoured);
  return world.shaped("WER-REC-17", usable);
}

// WER-REP-29
Ruling& terminated_by_module(Draft& world, ProcessKey key) {
  return world.commit(applied, "WER-REP-29", [&](Edit& next) {
    next.effect("WER-REP-29", [&] { become_exited(next, key, crash_exit_code); });
  });
}

void starts_recovery(Edit& next, ProcessKey key) {
  const std::uint32_t ping = next.process(key).wer.recovery.value_or(Recovery{}).ping;
  Core& core = next.core(key);
  core.state = ProcessState::InRecovery;
  core.running = RunningRecovery{.ping = ping, .deadline = later(next.now().now, ping)};
}

}  // namespace

Clause exit_clause(const Process& process) { return recovering(process) ? Clause("WER-ALL-42") : Clause("WER-ALL-43"); }

void end_process(Edit& next, ProcessKey key, std::uint32_t exit_code, Binds restarted_as, Choices& choices) {
  const Process& process = next.process(key);
  next.effect(exit_clause(process), [&] {
    if (recovering(process)) return ends(next, key, {exit_code, RecoveryOutcome::exited, restarted_as}, choices);
    become_exited(next, key, exit_code);
  });
}

std::uint32_t exit_code_of(const Process& process) {
  return process.core.cause == Cause::hang ? hang_exit_code : crash_exit_code;
}

void becomes_hung(Edit& next, ProcessKey key, std::uint64_t stamp) {
  next.effect("WER-ALL-28", [&] {
    Core& core = next.core(key);
    core.state = ProcessState::Hung;
    core.answer_due.reset();
    core.failure_time = next.shaped("WER-REC-23", stamp);
    registered_in_time(core, next.process(key).wer);
  });
}

Ruling& rule(Draft& world, const StopAnswering& event, Choices&) {
  const Core& core = world.process(event.process.raw).core;
  if (core.state != ProcessState::Running || core.answer_due.has_value()) return not_listed(world);
  return world.commit(applied, "WER-ALL-28", [&](Edit& next) {
    next.effect("WER-ALL-28", [&] { next.core(event.process.raw).answer_due = later(next.now().now, hung_after_ms); });
  });
}

Ruling& rule(Draft& world, const Answering& event, Choices&) {
  const Core& core = world.process(event.process.raw).core;
  if (core.state == ProcessState::Running && core.answer_due.has_value())
    return world.commit(applied, "WER-ALL-44", [&](Edit& next) { next.core(event.process.raw).answer_due.reset(); });
  if (core.state != ProcessState::Hung) return not_listed(world);
  return world.commit(applied, "WER-ALL-29", [&](Edit& next) {
    next.effect("WER-ALL-29", [&] {
      Core& back = next.core(event.process.raw);
      back.state = ProcessState::Running;
      back.failure_time.reset();
      back.recovery_in_time = false;
      back.restart_in_time = false;
    });
  });
}

Ruling& rule(Draft& world, const CloseHung& event, Choices& choices) {
  const ProcessKey key = event.process.raw;
  if (state_of(world, event.process) != ProcessState::Hung) return not_listed(world);
  Report report = *collected(world, key, Cause::hang, no_thread, choices);  // no module runs that could end it
  return world.commit(applied, "WER-ALL-31",
                      [&](Edit& next) { next.effect("WER-ALL-31", [&] { enters_crashed(next, key, report); }); });
}

Ruling& rule(Draft& world, const Crash& event, Choices& choices) {
  const ProcessKey key = event.process.raw;
  const Process& process = world.process(key);
  if (process.core.state == ProcessState::Crashed || process.threads.empty()) return not_listed(world);
  const Tid thread = event.thread.value.value_or(TidRef{process.threads.front().tid, {}}).raw;
  if (find_thread(process, thread) == nullptr) return not_listed(world);

  if (recovering(process)) {
    const std::uint32_t code = exit_code_of(process);
    return world.commit(applied, "WER-ALL-41", [&](Edit& next) {
      next.effect("WER-ALL-41", [&] {
        ends(next, key, {code, RecoveryOutcome::crashed_again, event.restartedAs}, choices);
      });
    });
  }
  auto report = collected(world, key, Cause::crash, thread, choices);
  if (!report.has_value()) return terminated_by_module(world, key);
  return world.commit(applied, "WER-ALL-30", [&](Edit& next) {
    next.effect("WER-ALL-30", [&] {
      Core& core = next.core(key);
      if (core.state == ProcessState::Running) registered_in_time(core, next.process(key).wer);
      core.failure_time = next.shaped("WER-REC-23", next.now().now);
      enters_crashed(next, key, *report);
    });
  });
}

Ruling& rule(Draft& world, const UserChoice& event, Choices& choices) {
  const ProcessKey key = event.process.raw;
  const Process& process = world.process(key);
  const bool restart = event.restart.value.value_or(true);
  if (process.core.state != ProcessState::Crashed || process.core.debugged) return not_listed(world);

  if (event.action == UserAction::debug) {
    return world.commit(applied, "WER-ALL-34", [&](Edit& next) {
      next.effect("WER-ALL-34", [&] {
        next.core(key).debugged = true;
        next.core(key).user_restart = restart;
      });
    });
  }
  if (recovery_usable(world, process, choices)) {
    return world.commit(applied, "WER-ALL-32", [&](Edit& next) {
      next.effect("WER-ALL-32", [&] {
        next.core(key).user_restart = restart;
        starts_recovery(next, key);
      });
    });
  }
  const std::uint32_t code = exit_code_of(process);
  return world.commit(applied, "WER-ALL-33", [&](Edit& next) {
    next.effect("WER-ALL-33", [&] {
      next.core(key).user_restart = restart;
      ends(next, key, {code, std::nullopt, event.restartedAs}, choices);
    });
  });
}

Ruling& rule(Draft& world, const UserCancel& event, Choices&) {
  if (state_of(world, event.process) != ProcessState::InRecovery) return not_listed(world);
  return world.commit(applied, "WER-ALL-35", [&](Edit& next) {
    next.effect("WER-ALL-35", [&] { next.core(event.process.raw).running->cancelled = true; });
  });
}

Ruling& rule(Draft& world, const CallbackReturns& event, Choices& choices) {
  const ProcessKey key = event.process.raw;
  const Process& process = world.process(key);
  if (!recovering(process) || process.core.running->callback_returned) return not_listed(world);
  const auto callback_return = choices.take(choice::callback_return);
  return world.commit(applied, "WER-ALL-40", [&](Edit& next) {
    next.effect("WER-ALL-40", [&] {
      if (callback_return == CallbackReturn::wait_for_timeout) {
        next.core(key).running->callback_returned = true;
      } else {
        const bool success = callback_return == CallbackReturn::finished_true;
        const auto outcome = success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false;
        ends(next, key, {0, outcome, event.restartedAs}, choices);
      }
    });
  });
}

}  // namespace procreg::model
