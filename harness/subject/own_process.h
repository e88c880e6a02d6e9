#pragma once

#include "harness/subject/foreign.h"

namespace procreg::harness {

// The process and the thread that ask, as the system numbers them.
BegunProcess this_process();

}  // namespace procreg::harness
