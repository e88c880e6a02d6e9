// Calls that may raise an exception of Windows.
#pragma once

#include "harness/probe/windows_header.h"

namespace procreg::harness::probe {

// Once for a process, before `guarded`.
void catch_exceptions();

// Calls and gives 0, or the code of an exception that no frame of what was called handled. What that had begun stays as it is, and
// no destructor runs. One call at a time in a process.
DWORD guarded(void (*call)(void*), void* argument);

template <class F>
DWORD guarded(F& call) {
  return guarded([](void* it) { (*static_cast<F*>(it))(); }, &call);
}

}  // namespace procreg::harness::probe
