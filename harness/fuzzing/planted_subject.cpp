// For the test that a fault is reported: the implementation behind a subject that has one.
#include "harness/fuzzing/target.h"
#include "harness/subject/faulty.h"

namespace procreg::fuzzing {

std::unique_ptr<harness::Subject> subject_of_target() {
  return std::make_unique<harness::Faulty>([](const Step& step, Answer& answer) {
    if (std::holds_alternative<WerUnregisterAdditionalProcess>(step)) answer.result = Hresult::S_OK;
  });
}

}  // namespace procreg::fuzzing
