// Durable opens (smb.md 7).
#pragma once

#include "model/smb/create.h"

namespace procreg::model {

// SMB-DUR-05.
Failure not_available(const Create& create);
// SMB-DUR-07.
Failure duplicate_guid(const Create& create);
// SMB-DUR-01 and 7.2: what DH2Q makes of a new open whose granted mask is set.
void make_durable(Draft& world, const Create& create, Open& open);

// The reconnect pipeline 7.3 whole.
Failure reconnects(Edit& next, const Create& create, Choices& choices);

}  // namespace procreg::model
