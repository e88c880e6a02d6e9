#include "harness/subject/own_process.h"

#include <windows.h>

namespace procreg::harness {

BegunProcess this_process() { return {1, Pid{GetCurrentProcessId()}, {Tid{GetCurrentThreadId()}}}; }

}  // namespace procreg::harness
