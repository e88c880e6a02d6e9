// Which app-local dump a failure makes (wer.md 4.6).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

// The path that was registered for it, if its failures count (WER-ALD-08, WER-ALD-09).
std::optional<TextRef> app_local_dump_of(Draft& world, ProcessKey failing, Cause cause, Choices& choices);

}  // namespace procreg::model
