// What a step did to those who have files open on a server, in sentences: who holds a file, who lost it, and how.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "api/step.h"
#include "harness/scenario/script.h"

namespace procreg::harness {

// `before` and `after` are snapshots of one side around the step; `answer` is that side's. Empty for a step that is not about
// files of a server and changes none of them.
std::vector<std::string> story(const Script& script, const Step& step, const Answer& answer,
                               std::span<const std::uint64_t> before, std::span<const std::uint64_t> after);

}  // namespace procreg::harness
