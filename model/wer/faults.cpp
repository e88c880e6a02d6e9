// Faults of a process (wer.md 7).
#include "model/rules.h"

namespace procreg::model {

Ruling& rule(Draft& world, const SetHeapCapacity& event, Choices&) {
  return world.commit(applied, "WER-ALL-55", [&](Edit& next) {
    next.effect("WER-ALL-55", [&] { next.heap(event.process.raw).capacity = event.n.allocations; });
  });
}

Ruling& rule(Draft& world, const FailAllocation& event, Choices&) {
  return world.commit(applied, "WER-ALL-54", [&](Edit& next) {
    next.effect("WER-ALL-54", [&] { add(next.heap(event.process.raw).countdowns, event.n); });
  });
}

Ruling& rule(Draft& world, const FailRecoveryApi& event, Choices&) {
  return world.commit(applied, "WER-REC-29",
                      [&](Edit& next) { add(next.core(event.process.raw).recovery_faults, event.n); });
}

}  // namespace procreg::model
