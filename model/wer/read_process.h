// Whose storage a Get function reads (WER-FLAG-05, WER-FLAG-06, WER-REC-28).
#pragma once

#include "model/draft.h"
#include "model/wer/pipeline.h"

namespace procreg::model {

// The process whose storage is read; when there is a refusal, nobody's.
struct ReadProcess {
  const Process* process{};
  Refusal refusal{};
};

// `rights`: any of them is enough under page-rights.
ReadProcess process_to_read(Draft& world, ProcessKey by, HandleRef handle, AccessMask rights, Choices& choices);

}  // namespace procreg::model
