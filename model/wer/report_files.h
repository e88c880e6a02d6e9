// The registered files of a report (wer.md 5).
#pragma once

#include "model/draft.h"

namespace procreg::model {

void collect_files(Draft& world, const Process& failing, Report& report);

// Those that were added and are to be deleted exist no more (WER-REP-17).
void delete_files(Edit& next, const Report& report);

}  // namespace procreg::model
