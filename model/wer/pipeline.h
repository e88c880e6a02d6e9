// The stages that every register and unregister function of WER runs first (wer.md 3.2).
#pragma once

#include "model/draft.h"

namespace procreg::model {

// What a stage says: the code and the clause that refuses, or no clause when it lets the call pass. Small enough for a
// register: an optional of it cost a quarter of a refused call.
struct Refusal {
  Hresult code{};
  Clause clause{};
  explicit operator bool() const { return !clause.is_none(); }
};
inline constexpr Refusal passes{};

Refusal first_of_both(Draft& world, Refusal arguments, Refusal state, Choices& choices);

// Stages 1 and 2: the refusal that comes first.
inline Refusal first_of(Draft& world, Refusal arguments, Refusal state, Choices& choices) {
  return state ? first_of_both(world, arguments, state, choices) : arguments;
}

// A register function answers S_OK.
inline void creates_storage(Edit& next, ProcessKey by) {
  const bool exists = next.process(by).wer.storage_exists;
  next.applies_if(!exists, "WER-ALL-57");
  next.effect("WER-ALL-03", [&] {
    if (!exists) next.wer(by).storage_exists = true;
  });
}

}  // namespace procreg::model
