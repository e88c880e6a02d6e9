// Which version of procreg this is.
#pragma once

#include <string_view>

namespace procreg::cli {

std::string_view version();  // "0.1.0"

}  // namespace procreg::cli
