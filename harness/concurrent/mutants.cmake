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
    process.gate.unlock();
    kernel_.lifecycle.unlock();
    kernel_.lifecycle.lock();
    process.gate.lock();
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

# Others are let in between the look whether the open is still there and the write (of who holds no lock that comes later): what takes the file over has returned, and its
# loser writes all the same.
plant_between_threads(takeover-forgets-a-pending-write impl/smb/operations.cpp
  [[    return answered(write_to(kernel_.arena(), open, number(step.offset), tables_.at(step.bytes.ref)));]]
  [[    const Open found = open;
    Part& part = *open.file->part;
    if (!by) {
      part.lock.unlock();
      part.lock.lock();
    }
    return answered(write_to(kernel_.arena(), found, number(step.offset), tables_.at(step.bytes.ref)));]])

# Others are let in between the decision that nobody is in the way and the open.
plant_between_threads(file-has-two-owners impl/smb/create.cpp
  [[  auto answer = commit(arrived, pipeline, request, status);]]
  [[  if (caller == nullptr && pipeline.file != nullptr && part.closing.empty() && part.broken.empty()) {
    part.lock.unlock();
    part.lock.lock();
  }
  auto answer = commit(arrived, pipeline, request, status);]])

# What is found by its id stays what it was when it was open.
plant_between_threads(index-keeps-a-closed-open impl/smb/opens.cpp
  [[  File& file = *open.file;
  --file.opens;
  file.modes.remove(mode_of(open));
  if (open.hold != HoldKind::none) remove_holder(file, open);
  forget_identity(arena, open);
  remove_locks(open);
  if (is_orphan(open))
    discount_persistent_orphan(open);
  else
    unlink_from_connection(open);
  open.share->server->handles.erase(arena, open.durable);
]]
  [[  constexpr std::uint8_t closed = 0xFF;
  if (open.share_access == closed) return;
  File& file = *open.file;
  --file.opens;
  file.modes.remove(mode_of(open));
  if (open.hold != HoldKind::none) remove_holder(file, open);
  forget_identity(arena, open);
  remove_locks(open);
  if (!is_orphan(open)) {
    unlink_from_connection(open);
    open.share_access = closed;
    open.create_guid.reset();
    return;
  }
  discount_persistent_orphan(open);
  open.share->server->handles.erase(arena, open.durable);
]])
