// What a subject can do, as `initialize` answers it; and the whole of what there is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/subject/foreign.h"
#include "harness/wire/message.h"

namespace procreg::harness::wire {

void write_abilities(std::string& out, const Abilities& abilities);
// "" or what is wrong.
std::string read_abilities(const Value& result, Abilities& abilities);

}  // namespace procreg::harness::wire
