#include "harness/subject/own_process.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace procreg::harness {

BegunProcess this_process() {
  const auto thread = static_cast<std::uint32_t>(syscall(SYS_gettid));
  return {1, Pid{static_cast<std::uint32_t>(getpid())}, {Tid{thread}}};
}

}  // namespace procreg::harness
