// What a crash or hang report holds (wer.md 5).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

// The report of a process that fails now, from its storage and the world as they are. Writes nothing. None when a module
// terminates the process (WER-REP-29); for a hang there always is one.
std::optional<Report> collected(Draft& world, ProcessKey process, Cause cause, Tid thread, Choices& choices);

}  // namespace procreg::model
