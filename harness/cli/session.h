// What every command gets: where to print, what to test, and what may stop it.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "harness/cli/exit_status.h"
#include "harness/cli/progress.h"
#include "harness/cli/watchdog.h"
#include "harness/report/property.h"
#include "harness/scenario/script.h"

namespace procreg::cli {

struct Session {
  std::ostream& out;  // results
  std::ostream& err;  // what went wrong besides
  harness::SubjectFactory subject{harness::implementation};
  std::span<const harness::Property> properties{};
  Progress* progress{};  // nullptr: none is shown
  Watchdog* watchdog{};  // nullptr: nobody watches
  // For what uses one subject from several threads and notices by itself when a step never ends; empty: `subject` does.
  harness::SubjectFactory shared_subject{};

  void runs(const std::string& what) const {
    if (watchdog != nullptr) watchdog->runs(what);
  }
};

}  // namespace procreg::cli
