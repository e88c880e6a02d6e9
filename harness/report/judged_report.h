// A judged subject for a reader, and for programs: what it does otherwise first, the summary and the verdict last. No times,
// addresses, colours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/judged_suite.h"

namespace procreg::harness {

std::string judged_text(const JudgedSuite& suite);
std::string judged_json(const JudgedSuite& suite);

// The names of these options of a choice, in their order; `options` as bits.
std::vector<std::string_view> option_names(std::size_t choice, std::uint8_t options);
// "accept or accept-not-sent".
std::string options_text(std::size_t choice, std::uint8_t options);
// "additional-process-target: must-exist here, unchecked in first.json", or "before" where it was this script.
std::string text(const Contradiction& contradiction);

}  // namespace procreg::harness
