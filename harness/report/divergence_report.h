// A divergence for a reader: the one step that matters, both answers, the clause, what differs afterwards.
#pragma once

#include <string>
#include <string_view>

#include "harness/coverage/coverage.h"
#include "harness/lockstep/lockstep.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// "TRUE, hProcess=4, hThread=8", "0, lastError=87": the result, the outputs that were written, the caller's last error.
std::string answer_text(const Tables& tables, const Step& step, const Answer& answer);

// What stands around the step in a report.
struct DivergenceContext {
  std::string_view title;      // file, or what the script is called
  std::string_view profile;    // label
  std::string_view subject;    // name of the subject
  std::string_view again;      // the command that brings it back, "" when there is none
  const Coverage* coverage{};  // of the run that diverged; nullptr: no line about clauses
};

// Several lines, each ended, without times, addresses and colours.
std::string divergence_text(const Script& script, const Divergence& divergence, const DivergenceContext& context);

}  // namespace procreg::harness
