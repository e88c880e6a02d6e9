#pragma once

#include "impl/kernel/process.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Holds the gate of a process: it cannot end, fail or be replaced by another one while one step looks at it. For steps that
// need nothing but this process.
class GateVisit {
 public:
  explicit GateVisit(ProcessRef ref) noexcept : ref_{ref} {
    if (ref_.memory != nullptr) ref_.memory->gate.lock();
  }
  ~GateVisit() {
    if (ref_.memory != nullptr) ref_.memory->gate.unlock();
  }
  GateVisit(const GateVisit&) = delete;
  GateVisit& operator=(const GateVisit&) = delete;

  // nullptr: the process cannot make a call now, or is not there any more.
  Process* caller() const noexcept { return current() && can_call(*ref_.memory) ? ref_.memory : nullptr; }
  // nullptr: it does not exist.
  Process* existing() const noexcept { return current() && is_live(*ref_.memory) ? ref_.memory : nullptr; }

 private:
  bool current() const noexcept { return ref_.memory != nullptr && ref_.memory->identity.key.object == ref_.object; }

  ProcessRef ref_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
