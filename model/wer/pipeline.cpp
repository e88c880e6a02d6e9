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

}  // namespace procreg::model
