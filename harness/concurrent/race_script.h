// Scripts drawn for a race: few processes and ids, so that what threads do to each other is seldom nothing.
#pragma once

#include <cstddef>

#include "harness/generate/choice_source.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

struct RaceShape {
  std::size_t threads{4};
  std::size_t operations{8};  // of each thread
};

// A world, a few steps that prepare it, and the steps of each thread, all valid as a scenario file. The steps of threads
// are drawn for the world as it is when they are let go, and give no names.
Script draw_race(ChoiceSource& source, const RaceShape& shape);

}  // namespace procreg::harness
