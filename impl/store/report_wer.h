#pragma once

#include <span>
#include <string>

#include "impl/store/report_fields.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The bytes of Report.wer: UTF-16LE with a byte order mark, lines `key=value` that end in CR LF.
//
// As WER has them: Version; EventType; EventTime in 100 ns, virtual time 0 is FILETIME 0; ReportType 2 for a crash and 3 for a
// hang (WER_REPORT_TYPE); ReportIdentifier, a GUID that ends in the report's id; Sig[n] with the signature; State[n] with the
// metadata; File[n] with the files that were added, Type as WER_FILE_TYPE (4 user document, 5 other). There is no DynamicSig:
// it would tell of a system that is not simulated. All else of the report stands under names that begin with `Procreg.`;
// absent values are empty.
//
// No text breaks a line or the encoding: control characters become their pictures (U+2400...), characters that end lines
// elsewhere and unpaired surrogates U+FFFD. report.json has them as they were.
// `files` are those of the dumps, in their order; empty: there are no files, and nothing is said of them.
std::string report_wer(const Report& report, const ReportTexts& texts, std::span<const DumpFile> files = {});

}  // namespace procreg::impl::inline PROCREG_SYNC
