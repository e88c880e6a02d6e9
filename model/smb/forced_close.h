// How opens end without their holder (smb.md 5.3).
#pragma once

#include "model/draft.h"

namespace procreg::model {

void remove_open(Edit& next, ServerIndex server, DurableId open);
// SMB-AI-16. There must be such an open.
void force_close(Edit& next, ServerIndex server, DurableId open, ForcedClose reason);

// Somebody lost an open to a takeover before.
bool had_takeover(const Server& server);

}  // namespace procreg::model
