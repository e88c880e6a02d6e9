// Parts of steps and answers as JSON text, for the writer and for expectations.
#pragma once

#include <cstddef>
#include <string>

#include "harness/scenario/script.h"

namespace procreg::harness {

// A step as the JSON object of a scenario file, with what is expected of it.
std::string step_json(const Script& script, const Step& step, const Expectation& expectation);

// `world` as in a scenario file, on one line; {} for the default one.
std::string world_json(const Script& script);

// The value of an output as JSON.
std::string out_json(const Tables& tables, const OutInfo& out, const Answer& answer);

// Output number `out` of the step was written.
bool was_written(const Answer& answer, std::size_t out);

}  // namespace procreg::harness
