#include "harness/wire/lines.h"

namespace procreg::harness::wire {

// The read waits.
void wait_readable(int, int&) {}

}  // namespace procreg::harness::wire
