// How a failed process ends, and WER restarts it (wer.md 3.6, 4.9).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

struct Ending {
  std::uint32_t exit_code{};
  std::optional<RecoveryOutcome> outcome{};  // of the recovery that ran
  Binds restarted_as{};                      // the name of the step for the first process that it restarts
};

// The process ends, with the recovery that runs; then the restart rules (WER-REC-22).
void ends(Edit& next, ProcessKey process, const Ending& ending, Choices& choices);

}  // namespace procreg::model
