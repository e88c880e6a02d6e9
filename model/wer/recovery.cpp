// RegisterApplicationRecoveryCallback, ApplicationRecoveryInProgress, ApplicationRecoveryFinished (wer.md 4.9).

#include "model/object/process.h"
#include "model/rules.h"
#include "model/wer/life.h"
#include "model/wer/pipeline.h"

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

Refusal bad_state(Draft& world, const Process& caller, Choices& choices) {
  if (!recovering(caller)) return passes;
  world.applies("WER-ALL-50");
  switch (choices.take(choice::arr_registration_in_recovery)) {
    case ArrRegistrationInRecovery::internal_error:
      return Refusal{E_FAIL, "WER-ALL-50"};
    case ArrRegistrationInRecovery::invalid_state:
      return Refusal{WER_E_INVALID_STATE, "WER-ALL-50"};
    case ArrRegistrationInRecovery::allowed:
      break;
  }
  return passes;
}

Recovery registered(const RegisterApplicationRecoveryCallback& call) {
  const std::uint32_t ping = number(call.dwPingInterval);
  return {.callback = call.pRecoveyCallback,
          .parameter = call.pvParameter,
          .ping = ping == 0 ? RECOVERY_DEFAULT_PING_INTERVAL : ping,
          .flags = number(call.dwFlags)};
}

}  // namespace

Ruling& rule(Draft& world, const RegisterApplicationRecoveryCallback& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-10");

  const auto arguments = bad_arguments(world, call, choices);
  const auto state = bad_state(world, world.process(by), choices);
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
    return world.commit(no_return, "WER-ALL-38", [&](Edit& next) {
      end_recovery(next, by, success ? RecoveryOutcome::finished_true : RecoveryOutcome::finished_false, 0);
    });
  }
  if (choices.take(choice::recovery_finished_outside) == RecoveryFinishedOutside::no_effect)
    return world.answer(returned, "WER-REC-13");
  return world.commit(no_return, "WER-REC-13", [&](Edit& next) { become_exited(next, by, 0); });
}

}  // namespace procreg::model
