// The JSON form of a run of the suite, and JUnit's XML made from it.
#pragma once

#include <string>
#include <string_view>

#include "harness/report/results.h"

namespace procreg::harness {

// Format "procreg-report/1": everything that the text form shows, and each clause and option with who names and who reached it.
std::string suite_json(const SuiteResult& result);

// One divergence as in suite_json, an object on one line.
std::string divergence_json(const Script& script, const Divergence& divergence);

// What suite_json gave as JUnit's XML: one test case a scenario, property and asked clause, one a problem. Characters that XML
// 1.0 cannot hold become U+FFFD.
std::string junit_of(std::string_view suite_json);

}  // namespace procreg::harness
