// The text form of a run of the suite: what went wrong first, the summary and the verdict last. No times, addresses, colours.
#pragma once

#include <string>
#include <string_view>

#include "harness/report/results.h"

namespace procreg::harness {

std::string suite_text(const SuiteResult& result);

// The command that brings a divergence of this scenario back.
std::string again_command(const SuiteResult& result, const ScenarioResult& scenario, const ScenarioRun& run);

// As one word of a shell's command line.
std::string shell_word(std::string_view text);

// "CONFORMS", "DIVERGES", "NOTHING RAN" ...
std::string headline(Verdict verdict);

}  // namespace procreg::harness
