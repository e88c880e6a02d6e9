#include "harness/cli/version.h"

namespace procreg::cli {

std::string_view version() { return PROCREG_VERSION; }

}  // namespace procreg::cli
