#pragma once

#include <span>
#include <string>

#include "impl/store/report_fields.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The whole report as JSON: UTF-8, two spaces a level, a last newline. Names and words are those of a snapshot (specification
// README, 5), the order of the fields is that of wer.md 5. Nothing of a text is lost: control characters and unpaired
// surrogates are escaped.
// `files` are those of the dumps, in their order; empty: there are no files, and nothing is said of them.
std::string report_json(const Report& report, const ReportTexts& texts, std::span<const DumpFile> files = {});

}  // namespace procreg::impl::inline PROCREG_SYNC
