// The bytes of a fuzzer as a scenario file.
#pragma once

#include <string>
#include <string_view>

#include "harness/scenario/files.h"

namespace procreg::fuzzing {

using Write = std::string (*)(const harness::Script&);

// What is wrong with reading the input: a refusal without a reason, or an accepted file that is not written and read back to
// the same. "" when all is well.
std::string reader_problem(std::string_view input, Write write = harness::write_script);

}  // namespace procreg::fuzzing
