// A second fault of report folders: that of the law has another half.
#pragma once

#include <memory>

#include "harness/subject/subject.h"

namespace procreg::scenarios {

// Report.wer stays as it was written first; report.json is as it should be.
std::unique_ptr<harness::Subject> plant_never_replaces_wer(std::unique_ptr<harness::Subject> inner);

}  // namespace procreg::scenarios
