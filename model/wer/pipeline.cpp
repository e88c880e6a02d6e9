#include "model/wer/pipeline.h"

#include "model/wer/life.h"

namespace procreg::model {

using enum Hresult;

namespace {

bool arguments_first(Draft& world, Choices& choices) {
  return world.shaped("WER-ALL-11",
                      choices.take(choice::argument_vs_state_order) == ArgumentVsStateOrder::arguments_first);
}

}  // namespace

Refusal bad_crashed_state(Draft& world, Choices& choices) {
  world.applies("WER-ALL-46");
  if (choices.take(choice::calls_while_crashed) == CallsWhileCrashed::as_running) return passes;
  return Refusal{WER_E_INVALID_STATE, "WER-ALL-46"};
}

Refusal bad_recovery_state(Draft& world, const Process& caller, Choices& choices) {
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

Refusal first_of_both(Draft& world, Refusal arguments, Refusal state, Choices& choices) {
  world.applies("WER-ALL-12");
  return arguments && arguments_first(world, choices) ? arguments : state;
}

Refusal unregister_invalid_key(Draft& world, Refusal as_register, Clause clause, Choices& choices) {
  world.applies(clause);
  if (choices.take(choice::unregister_invalid_key) == UnregisterInvalidKey::not_found) return passes;
  return Refusal{as_register.code, clause};
}

bool unlisted_allocates(Choices& choices) {
  return choices.take(choice::unlisted_out_of_memory) == UnlistedOutOfMemory::e_outofmemory;
}

bool unlisted_heap_fails(Draft& world, ProcessKey by, Clause clause, bool allocates) {
  if (allocates) return world.heap_fails(by);
  world.applies("WER-ALL-53");
  world.applies_if(world.heap_would_fail(world.process(by)), clause);
  return false;
}

}  // namespace procreg::model
