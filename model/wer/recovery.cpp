// The recovery callback: registered, unregistered, read, running (wer.md 4.9).

#include "model/object/process.h"
#include "model/rules.h"
#include "model/wer/life.h"
#include "model/wer/pipeline.h"
#include "model/wer/read_process.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_arguments(Draft& world, const RegisterApplicationRecoveryCallback& call, Choices& choices) {
  if (call.pRecoveyCallback == Address{0}) return Refusal{E_INVALIDARG, "WER-REC-01"};
  if (number(call.dwPingInterval) > RECOVERY_MAX_PING_INTERVAL) return Refusal{E_INVALIDARG, "WER-REC-02"};
  if (call.dwFlags == Dword{0}) return passes;
  world.applies("WER-REC-03");
  if (choices.take(choice::undefined_flag_bits) == UndefinedFlagBits::accept) return passes;
  return Refusal{E_INVALIDARG, "WER-REC-03"};
}

Recovery registered(const RegisterApplicationRecoveryCallback& call) {
  const std::uint32_t ping = number(call.dwPingInterval);
  return {.callback = call.pRecoveyCallback,
          .parameter = call.pvParameter,
          .ping = ping == 0 ? RECOVERY_DEFAULT_PING_INTERVAL : ping,
          .flags = number(call.dwFlags)};
}

Ruling& refuse_unset(Draft& world, const Wer& read, Choices& choices) {
  if (read.recovery_ever) world.applies("WER-REC-07");
  const auto unset = choices.take(choice::get_recovery_not_registered);
  return world.refuse(unset == GetRecoveryNotRegistered::s_false ? S_FALSE : WER_E_NOT_FOUND,
                      read.recovery_ever ? Clause("WER-REC-08") : Clause("WER-REC-07"));
}

std::uint32_t ping_read(std::uint32_t ms, Choices& choices) {
  return choices.take(choice::get_recovery_ping_unit) == GetRecoveryPingUnit::milliseconds ? ms : ms * 10000;
}

void write_out(Draft& world, const GetApplicationRecoveryCallback& call, const Recovery& recovery, std::uint32_t ping) {
  using Get = GetApplicationRecoveryCallback;
  world.output<Get>(0, number(recovery.callback));
  world.output<Get>(1, number(recovery.parameter));
  if (call.pdwPingInterval.valid) world.output<Get>(2, ping);
  if (call.pdwFlags.valid) world.output<Get>(3, recovery.flags);
}

bool says_null(const Wer& read, Choices& choices) {
  return read.recovery_ever &&
         choices.take(choice::get_recovery_after_unregister) == GetRecoveryAfterUnregister::ok_null;
}

}  // namespace

Ruling& rule(Draft& world, const RegisterApplicationRecoveryCallback& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_register(world);
  world.applies("WER-ALL-22");

  const auto arguments = bad_arguments(world, call, choices);
  const auto state = bad_recovery_state(world, world.process(by), choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);
  if (world.recovery_api_fails(by)) return world.refuse(E_FAIL, "WER-REC-29");
  return world.commit(S_OK, "WER-REC-04", [&](Edit& next) {
    creates_storage(next, by);
    Wer& wer = next.wer(by);
    wer.recovery = registered(call);
    wer.recovery_ever = true;
  });
}

Ruling& rule(Draft& world, const UnregisterApplicationRecoveryCallback& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto state = bad_recovery_state(world, world.process(by), choices);
  if (state) return world.refuse(state.code, state.clause);
  if (world.recovery_api_fails(by)) return world.refuse(E_FAIL, "WER-REC-29");
  return world.commit(S_OK, "WER-REC-05", [&](Edit& next) {
    if (next.process(by).wer.recovery.has_value()) next.wer(by).recovery.reset();
  });
}

Ruling& rule(Draft& world, const GetApplicationRecoveryCallback& call, Choices& choices) {
  world.applies("WER-ALL-48");
  if (call.hProcess.raw == null_handle || !call.pRecoveryCallback.valid || !call.ppvParameter.valid)
    return world.refuse(E_INVALIDARG, "WER-REC-06");
  const auto source = process_to_read(world, call.by.raw, call.hProcess, PROCESS_VM_READ, choices);
  if (source.refusal) return world.refuse(source.refusal.code, source.refusal.clause);

  const Wer& read = source.process->wer;
  if (read.recovery.has_value()) {
    write_out(world, call, *read.recovery, ping_read(read.recovery->ping, choices));
    return world.answer(S_OK, "WER-REC-09");
  }
  if (!says_null(read, choices)) return refuse_unset(world, read, choices);
  write_out(world, call, {}, 0);
  return world.answer(S_OK, "WER-REC-08");
}

Ruling& rule(Draft& world, const ApplicationRecoveryInProgress& call, Choices&) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  if (!call.pbCancelled.valid) return world.refuse(E_INVALIDARG, "WER-REC-10");
  world.applies("WER-ALL-51");
  if (!recovering(caller)) {
    world.output<ApplicationRecoveryInProgress>(0, 0);
    return world.refuse(E_FAIL, "WER-REC-11");
  }
  world.output<ApplicationRecoveryInProgress>(0, caller.core.running->cancelled);
  return world.commit(S_OK, "WER-REC-12", [&](Edit& next) {
    next.effect("WER-ALL-36", [&] {
      RunningRecovery& running = *next.core(by).running;
      running.deadline = later(next.now().now, running.ping);
    });
  });
}

Ruling& rule(Draft& world, const ApplicationRecoveryFinished& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  world.applies("WER-ALL-52");
  if (recovering(world.process(by))) {
    const bool success = number(call.bSuccess) != 0;
    const auto outcome = success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false;
    return world.commit(no_return, "WER-ALL-38", [&](Edit& next) {
      ends(next, by, {0, outcome, call.restartedAs}, choices);
    });
  }
  if (choices.take(choice::recovery_finished_outside) == RecoveryFinishedOutside::no_effect)
    return world.answer(returned, "WER-REC-13");
  return world.commit(no_return, "WER-REC-13", [&](Edit& next) { become_exited(next, by, 0); });
}

}  // namespace procreg::model
