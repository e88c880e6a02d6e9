#include "model/wer/pipeline.h"

namespace procreg::model {

namespace {

bool arguments_first(Draft& world, Choices& choices) {
  return world.shaped("WER-ALL-11",
                      choices.take(choice::argument_vs_state_order) == ArgumentVsStateOrder::arguments_first);
}

}  // namespace

Refusal first_of_both(Draft& world, Refusal arguments, Refusal state, Choices& choices) {
  world.applies("WER-ALL-12");
  return arguments && arguments_first(world, choices) ? arguments : state;
}

void creates_storage(Edit& next, ProcessKey by) {
  const bool exists = next.process(by).wer.storage_exists;
  next.applies_if(!exists, "WER-ALL-57");
  next.effect("WER-ALL-03", [&] {
    if (!exists) next.wer(by).storage_exists = true;
  });
}

}  // namespace procreg::model
