// What the functions of the filter make of their pointers and handles (ccf.md 5.1, steps 1 and 3 to 5).
#pragma once

#include "model/draft.h"

namespace procreg::model {

// Step 1 fails.
Ruling& ccf_null_pointer(Draft& world, Choices& choices);

// What steps 3 to 5 make of a handle. `refused_by` none: they pass; CCF-REG-06: no such handle, -05: not a process, -07: an
// exited one, any other: access.
struct JudgedHandle {
  const Process* target{};
  Clause refused_by{};
};
JudgedHandle judged(Draft& world, ProcessKey by, HandleValue handle, Choices& choices);

// Step 4 fails.
Ruling& exited_target(Draft& world, Choices& choices);

}  // namespace procreg::model
