// The subject `program:COMMAND`: a process that speaks the subject protocol (docs/subject-protocol.md).
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "harness/subject/foreign.h"

namespace procreg::harness {

struct ProgramLimits {
  std::chrono::milliseconds message{10'000};   // from a request to its answer
  std::chrono::milliseconds scenario{60'000};  // from a reset to the last answer before the next one
  const std::atomic<bool>* interrupted{};      // while it is true nothing is waited for
};

std::unique_ptr<ForeignSubject> program_subject(std::string command, ProgramLimits limits = {});

}  // namespace procreg::harness
