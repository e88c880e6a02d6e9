// The version gate (smb.md 6.2).
#pragma once

#include "model/smb/create.h"

namespace procreg::model {

// The gate refuses the newcomer for the sake of this open.
bool gate_rejects(Draft& world, const Create& create, const Open& matched, Choices& choices);

}  // namespace procreg::model
