// The stages that every register and unregister function of WER runs first (wer.md 3.2).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

struct Refusal {
  Hresult code{};
  Clause clause{};
};

// Stages 1 and 2: the refusal that comes first, nullopt when both pass.
std::optional<Refusal> first_of(Draft& world, const std::optional<Refusal>& arguments,
                                const std::optional<Refusal>& state, Choices& choices);

// A register function answers S_OK.
void creates_storage(Edit& next, ProcessKey by);

}  // namespace procreg::model
