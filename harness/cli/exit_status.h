// The exit status of procreg, the same for every command.
#pragma once

#include "harness/lockstep/lockstep.h"

namespace procreg::cli {

enum class ExitStatus : int {
  conforms = 0,
  diverges = 1,
  undecided = 2,    // a bound was hit, the run was interrupted, a clause in scope was never reached
  unusable = 3,     // input or arguments
  failed = 4,       // the harness or the subject
  nothing_ran = 5,  // or everything was not applicable
};

constexpr ExitStatus exit_status(harness::Verdict verdict) {
  switch (verdict) {
    case harness::Verdict::conforms:
      return ExitStatus::conforms;
    case harness::Verdict::diverges:
      return ExitStatus::diverges;
    case harness::Verdict::undecided:
      return ExitStatus::undecided;
    case harness::Verdict::unusable_input:
      return ExitStatus::unusable;
    case harness::Verdict::failed:
      return ExitStatus::failed;
    case harness::Verdict::not_applicable:
    case harness::Verdict::nothing_ran:
      return ExitStatus::nothing_ran;
  }
  return ExitStatus::failed;
}

}  // namespace procreg::cli
