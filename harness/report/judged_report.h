// A judged subject for a reader, and for programs: what it does otherwise first, the summary and the verdict last. No times,
// addresses, colours.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/judged_suite.h"

namespace procreg::harness {

std::string judged_text(const JudgedSuite& suite);
std::string judged_json(const JudgedSuite& suite);

// "accept or accept-not-sent".
std::string options_text(std::size_t choice, std::uint8_t options);

}  // namespace procreg::harness
