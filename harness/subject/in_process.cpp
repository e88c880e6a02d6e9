#include "harness/subject/one_world.h"

namespace procreg::harness {

std::unique_ptr<Subject> implementation() { return std::make_unique<OneWorld<Subject>>(); }

}  // namespace procreg::harness
