// Which function answers what, by which clause, and the scenario that shows it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "api/clause.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

struct FunctionResult {
  std::size_t kind{};    // of the call: index into steps()
  std::string result{};  // "S_OK", "TRUE", "a handle"
  Clause decided{};
  std::string file{};     // of the script that shows it: one that names the clause before others, the first of these
  std::string profile{};  // the label of its first profile under which it does
};

// What the model answers in the steps of these scripts, each under its profiles (none: both predefined ones). One row a
// function, result and clause: functions in the order of steps(), clauses in theirs. Results by the clause come together.
std::vector<FunctionResult> function_results(std::span<const Script> scripts);

}  // namespace procreg::harness
