// Whether opens are there that a change in the filter leaves alone (CCF-OPEN-07, CCF-OPEN-10).
#pragma once

#include "model/state.h"

namespace procreg::model {

bool has_opens(const State& state);
// An open of an SMB server that carried this id.
bool has_open_with(const State& state, Guid id);
// An open that somebody on this machine made.
bool has_open_from(const State& state, MachineIndex machine);

}  // namespace procreg::model
