// How a process moves from state to state (wer.md 3.6).
#pragma once

#include "model/draft.h"
#include "model/wer/ending.h"

namespace procreg::model {

inline bool recovering(const Process& process) { return process.core.state == ProcessState::InRecovery; }

// A due time past the end of the clock is never reached (WER-ALL-23).
constexpr std::uint64_t later(std::uint64_t now, std::uint64_t ms) {
  const std::uint64_t due = now + ms;
  return due < now ? ~std::uint64_t{0} : due;
}

// The process ends by ExitProcess, TerminateProcess or with its last thread: by WER-ALL-42 in recovery, else by
// WER-ALL-43.
Clause exit_clause(const Process& process);
void end_process(Edit& next, ProcessKey process, std::uint32_t exit_code, Binds restarted_as, Choices& choices);

// What the failure that brought the process here makes of its exit code (WER-ALL-59).
std::uint32_t exit_code_of(const Process& process);

// The StopAnswering timer fires (WER-ALL-28).
void becomes_hung(Edit& next, ProcessKey process, std::uint64_t stamp);

}  // namespace procreg::model
