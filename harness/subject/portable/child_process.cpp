#include "harness/subject/child_process.h"

namespace procreg::harness {

std::variant<std::unique_ptr<ChildProcess>, std::string> ChildProcess::start(const std::string&,
                                                                             const std::atomic<bool>*) {
  return "programs as subjects need Linux";
}

}  // namespace procreg::harness
