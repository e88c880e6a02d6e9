// Variants of a script in which ids stand for each other, wherever they stand.
#pragma once

#include "harness/search/rewrite.h"

namespace procreg::harness {

// A raw number becomes the name of what an earlier step makes; that step gets a name if it has none.
bool name_raw_ids(const Script& script, const Offer& offer);
// The name of a handle of another process becomes one of the process's own.
bool name_own_handles(const Script& script, const Offer& offer);
// One process plays the part of two.
bool merge_processes(const Script& script, const Offer& offer);
// One id for another.
bool merge_ids(const Script& script, const Offer& offer);
// Two ids, GUIDs or processes change places.
bool exchange_ids(const Script& script, const Offer& offer);
bool exchange_guids(const Script& script, const Offer& offer);
bool exchange_processes(const Script& script, const Offer& offer);

// A pid that is used before the process that will have it is made, by chance: instead that process is made at once and
// ends after the first use, so that the number means something by name.
bool end_before_reuse(const Script& script, const Offer& offer);

}  // namespace procreg::harness
