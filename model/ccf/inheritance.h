// What a new process gets of the tag of the process that it comes from (ccf.md 6).
#pragma once

#include <optional>

#include "model/draft.h"

namespace procreg::model {

// The tag of a child of these two, nullopt when it gets none. `process` of the tag is not set yet.
std::optional<Tag> inherited_tag(Draft& world, MachineIndex machine, const Process& creator, const Process& parent,
                                 Choices& choices);

// The entry of a process in the cache, made when it has none.
Tag& tag_of(Edit& next, ProcessKey process);
void give_tag(Edit& next, ProcessKey process, Tag tag);

}  // namespace procreg::model
