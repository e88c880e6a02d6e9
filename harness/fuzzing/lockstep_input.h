// The bytes of a fuzzer as a script that is generated and run in lockstep.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "harness/subject/subject.h"

namespace procreg::fuzzing {

struct Finding {
  std::string report{};     // the divergence as `procreg replay` shows it
  std::string scenario{};   // the shrunk script as a scenario file
  std::string file_name{};  // of that file: the same for the same fault
};

// Every input is a script: slice 0 of the bytes is its world, each further slice a step (harness::BytesSource), at most
// steps_max. nullopt when model and subject agree.
std::optional<Finding> run_input(std::span<const std::uint8_t> bytes, harness::Subject& subject);

inline constexpr std::size_t steps_max = 256;

}  // namespace procreg::fuzzing
