#pragma once

#include <string>

#include "impl/store/report_fields.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The whole report as JSON: UTF-8, two spaces a level, a last newline. Names and words are those of a snapshot (specification
// README, 5), the order of the fields is that of wer.md 5. Nothing of a text is lost: control characters and unpaired
// surrogates are escaped.
std::string report_json(const Report& report, const ReportTexts& texts);

}  // namespace procreg::impl::inline PROCREG_SYNC
