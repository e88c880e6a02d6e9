// What the runtime exception modules of a failing process make of its report (wer.md 5).
#pragma once

#include "model/draft.h"

namespace procreg::model {

// Fills `modules` and, when one claims, `event`, `signature` and `debugger`, which must be the default ones. False: a module
// terminated the process (WER-REP-29).
bool ask_modules(Draft& world, const Process& failing, Report& report);

}  // namespace procreg::model
