// The entry that libFuzzer and the replayers call, one definition a target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "harness/subject/subject.h"

// Returns 0; prints what it found and aborts when the input shows a fault.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace procreg::fuzzing {

// What fuzz_lockstep holds against the model. Which one is decided by the file that is linked.
std::unique_ptr<harness::Subject> subject_of_target();

}  // namespace procreg::fuzzing
