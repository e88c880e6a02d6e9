#include "harness/probe/guarded_call.h"

namespace procreg::harness::probe {

namespace {

struct Landing {
  CONTEXT context;
  DWORD thread;
  volatile DWORD code;
};
Landing* volatile landing = nullptr;

// The filter of last resort runs when no frame has handled the exception. A vectored handler would also see those that a function
// raises and handles itself. It goes back by itself: one that cannot be continued must not be answered with
// EXCEPTION_CONTINUE_EXECUTION.
LONG WINAPI land(EXCEPTION_POINTERS* raised) {
  Landing* const here = landing;
  if (here == nullptr || here->thread != ::GetCurrentThreadId()) return EXCEPTION_CONTINUE_SEARCH;
  here->code = raised->ExceptionRecord->ExceptionCode;
  ::RtlRestoreContext(&here->context, nullptr);
  return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

void catch_exceptions() {
  ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  ::SetUnhandledExceptionFilter(land);
}

// RtlCaptureContext returns a second time after an exception. `here` is what the second time reads, and only in memory.
[[gnu::noinline]] DWORD guarded(void (*call)(void*), void* argument) {
  Landing here;
  here.thread = ::GetCurrentThreadId();
  here.code = 0;
  landing = &here;
  ::RtlCaptureContext(&here.context);
  if (here.code == 0) call(argument);
  landing = nullptr;
  return here.code;
}

}  // namespace procreg::harness::probe
