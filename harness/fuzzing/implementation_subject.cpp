#include "harness/fuzzing/target.h"

namespace procreg::fuzzing {

std::unique_ptr<harness::Subject> subject_of_target() { return harness::implementation(); }

}  // namespace procreg::fuzzing
