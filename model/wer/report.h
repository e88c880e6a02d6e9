// What a crash or hang report holds (wer.md 5).
#pragma once

#include "model/draft.h"

namespace procreg::model {

// The report of a process that fails now, from its storage and the world as they are. Writes nothing.
Report collected(Draft& world, ProcessKey process, Cause cause, Tid thread, Choices& choices);

}  // namespace procreg::model
