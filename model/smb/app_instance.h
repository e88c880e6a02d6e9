// The AppInstanceId decision and its version gate (smb.md 5 and 6).
#pragma once

#include "model/smb/create.h"

namespace procreg::model {

// Step 8 of a create: closes what the newcomer takes over.
Failure takes_over(Edit& next, Create& create, Choices& choices);

}  // namespace procreg::model
