# Faults between threads, planted in impl, each found by concurrent/schedule_mutant_test.cpp, which expects the scenario and
# schedule concurrent/mutants/NAME.json.
include(${PROJECT_SOURCE_DIR}/cmake/mutant.cmake)

# Compiled once for all of them.
add_library(procreg_schedule_mutant_test OBJECT concurrent/schedule_mutant_test.cpp)
target_link_libraries(procreg_schedule_mutant_test
  PUBLIC procreg::harness GTest::gmock
  PRIVATE $<BUILD_INTERFACE:procreg_warnings>)

function(plant_between_threads name source from to)
  procreg_mutant(${name} SOURCE ${source} FROM "${from}" TO "${to}" FLAVOUR procreg::impl_scheduled
    TESTS $<TARGET_OBJECTS:procreg_schedule_mutant_test> LIBS procreg::harness)
endfunction()

# The block that was there at a first look is put back: what another registration made of it meanwhile is lost.
plant_between_threads(registration-is-lost impl/wer/registration.cpp
  [[const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  return register_checked(*visit.caller(), process, thread);]]
  [[RegistrationBlock* before = nullptr;
  {
    const GateVisit look{caller};
    if (look.caller() == nullptr) return not_runnable;
    before = look.caller()->block;
  }
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  visit.caller()->block = before;
  return register_checked(*visit.caller(), process, thread);]])

# The gate, and then the lock that comes before it.
plant_between_threads(locks-in-the-wrong-order impl/wer/registration.cpp
  [[  std::unique_lock<Kernel::Lifecycle> threads_stay;
  if (profile_[choice::additional_process_thread] == AdditionalProcessThread::must_belong)
    threads_stay = std::unique_lock{kernel_.lifecycle};
  const GateVisit visit{caller};]]
  [[  const GateVisit visit{caller};
  const std::scoped_lock threads_stay{kernel_.lifecycle};]])

# Others are let in between the look whether there is a tag and its making.
plant_between_threads(tag-is-checked-and-then-made impl/ccf/filter.cpp
  [[  const Tag tag{.has_id = true,]]
  [[  if (!known) {
    kernel_.lifecycle.unlock();
    kernel_.lifecycle.lock();
    if (!is_live(process)) return not_runnable;
  }
  const Tag tag{.has_id = true,]])

# A crash between the two writes collects the new incarnation with the old thread.
plant_between_threads(entry-is-torn impl/wer/registration.cpp
  [[known->AdditionalProcess::operator=(registered);]]
  [[{
        known->incarnation = registered.incarnation;
        caller.gate.unlock();
        caller.gate.lock();
        known->thread = registered.thread;
      }]])
