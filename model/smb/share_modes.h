// Holds and share modes (smb.md 4.3).
#pragma once

#include "model/smb/create.h"

namespace procreg::model {

// Step 14: breaks holds, and fails where a remaining open conflicts with the new one.
Failure shares(Edit& next, const Create& create);

// SMB-DUR-02, after the closes of step 14.
HoldKind granted_hold(Draft& world, const Create& create);

}  // namespace procreg::model
