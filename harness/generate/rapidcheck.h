// rapidcheck as a source of choices: it draws the lists, ListSource hands them out, harness/search shrinks what fails.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "harness/generate/choice_source.h"

namespace procreg::harness {

// Numbers for a world and for up to `steps_max` steps.
inline rc::Gen<ListSource::Lists> choice_lists(std::size_t steps_max) {
  constexpr std::size_t numbers_a_slice = 24;
  const auto number =
      rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, std::numeric_limits<std::uint32_t>::max()));
  const auto slice = rc::gen::container<std::vector<std::uint32_t>>(numbers_a_slice, number);
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, steps_max + 2),
                         [slice](std::size_t slices) { return rc::gen::container<ListSource::Lists>(slices, slice); });
}

}  // namespace procreg::harness
