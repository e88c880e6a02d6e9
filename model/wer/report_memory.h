// Which bytes the dumps of a report hold (wer.md 5).
#pragma once

#include "model/draft.h"

namespace procreg::model {

// The ranges of the primary dump, whose kind is known, and what became of the registered blocks.
void collect_memory(Draft& world, const Process& failing, Dump& primary, Report& report, Choices& choices);

// The ranges of a triage dump, with more of the thread that its `extra_thread` names.
void collect_memory(Draft& world, const Process& process, Dump& triage);

}  // namespace procreg::model
