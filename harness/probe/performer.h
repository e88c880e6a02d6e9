// Makes calls in the process that it runs in: that of an agent.
#pragma once

#include <memory>

#include "harness/probe/functions.h"
#include "harness/probe/messages.h"

namespace procreg::harness::probe {

class Performer {
 public:
  explicit Performer(const Functions& functions) : functions_{functions} {}

  // A call of the process. It may not return.
  Reply perform(Command& command);

 private:
  template <class T>
  Reply call(const T& step);
  Reply call(const CreateProcess& step, const std::u16string& command_line);
  Reply call(const NewObject& step);

  const Functions& functions_;
  Tables tables_{};
  // Of the process, as the specification has it (OBJ-PROC-19): threads that end leave theirs to the next.
  std::uint32_t last_error_{};
};

}  // namespace procreg::harness::probe
