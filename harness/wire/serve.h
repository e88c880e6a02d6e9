// The other end of the subject protocol: any subject, put behind a pair of descriptors (docs/subject-protocol.md).
#pragma once

#include "harness/subject/foreign.h"

namespace procreg::harness::wire {

// Answers requests until `shutdown` or the end of the input. False: the answers could not be written, or a line was longer than
// line_bytes_max.
bool serve(ForeignSubject& subject, int input, int output);

}  // namespace procreg::harness::wire
