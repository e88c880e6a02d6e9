// A history as a picture: one lane a thread, time runs downwards, what has no place in any order is marked.
#pragma once

#include <string>

#include "harness/concurrent/recorded_race.h"

namespace procreg::harness {

// Several lines of at most 120 characters, without times, addresses and colours. Up to four threads have lanes with the
// whole text of their steps, more have one column each beside it. Of a long history that has no order only what stands
// near the operations that cannot be ordered is shown.
std::string timeline_text(const RecordedRace& race, const Explanation& explanation);

// What the explanation says in words: lines, each ended.
std::string explanation_text(const RecordedRace& race, const Explanation& explanation);

// Complete files that need nothing else, for light and dark screens. The whole step and answer show where the pointer
// rests.
std::string timeline_svg(const RecordedRace& race, const Explanation& explanation);
std::string timeline_html(const RecordedRace& race, const Explanation& explanation);

}  // namespace procreg::harness
