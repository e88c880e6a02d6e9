// Who shows the processes of a report to the writer of their dumps.
#pragma once

#include "api/value.h"
#include "impl/dump/process_image.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Not thread-safe.
class ProcessImages {
 public:
  virtual ~ProcessImages() = default;
  // The process of a dump, which is one of the report's. Valid until the next call, as long as report and tables stay.
  // nullptr: it cannot be shown.
  virtual const ProcessImage* image_of(const Report& report, const Dump& dump, const Tables& tables) = 0;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
