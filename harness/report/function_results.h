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
  std::string file{};     // of the first script that shows it
  std::string profile{};  // the label of the first of its profiles under which it does
};

// What the model answers in the steps of these scripts, each under its profiles (none: both predefined ones). One row a
// function, result and clause: functions in the order of steps(), clauses in theirs. Results by the clause come together.
std::vector<FunctionResult> function_results(std::span<const Script> scripts);

}  // namespace procreg::harness
