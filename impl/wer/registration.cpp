// What the registration functions share, the additional processes and the faults.
#include "impl/wer/registration.h"

#include "impl/kernel/gate_visit.h"

namespace procreg::impl::inline PROCREG_SYNC {

// --- What they share ---

// WER-ALL-46; who can call while Crashed had 0x4.
Registration::Objection Registration::registration_state(const Process& caller) const noexcept {
  const bool refused_while_crashed = profile_[choice::calls_while_crashed] == CallsWhileCrashed::invalid_state;
  const bool refused =
      caller.state == ProcessState::InRecovery || (caller.state == ProcessState::Crashed && refused_while_crashed);
  return refused ? Objection{Hresult::WER_E_INVALID_STATE} : std::nullopt;
}

RegistrationBlock& Registration::block_of(Process& process) noexcept {
  if (process.block == nullptr) process.block = kernel_.arena().make<RegistrationBlock>();
  return *process.block;
}

// wer.md 3.3
std::uint32_t Registration::entries(const RegistrationBlock& block) const noexcept {
  std::uint32_t count = block.files.size() + block.blocks.size() + block.excluded.size();
  if (profile_[choice::metadata_entry_budget] == MetadataEntryBudget::counts) count += block.metadata.size();
  const auto processes = profile_[choice::additional_process_entry_budget];
  if (processes == AdditionalProcessEntryBudget::counts) count += block.processes.size();
  return count;
}

void Registration::exiting(Process& process) noexcept {
  Arena& arena = kernel_.arena();
  if (process.block != nullptr) {
    if (process.block->app_local_dump) forget_app_local_dump(process);
    process.block->free(arena);
    arena.drop(process.block);
    process.block = nullptr;
  }
  process.heap.free(arena);
  process.recovery_faults.free(arena);
}

// --- Additional processes ---

Result Registration::wer_register_additional_process(ProcessRef caller, Pid process, Tid thread) noexcept {
  std::unique_lock<Kernel::Lifecycle> threads_stay;
  if (profile_[choice::additional_process_thread] == AdditionalProcessThread::must_belong)
    threads_stay = std::unique_lock{kernel_.lifecycle};
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  return register_checked(*visit.caller(), process, thread);
}

Result Registration::register_checked(Process& caller, Pid process, Tid thread) noexcept {
  // Looked up once, so that all clauses speak of one instant.
  const ObjectId incarnation = kernel_.incarnation_of(caller.identity.key.machine, process);
  const auto arguments = [&] { return invalid_if(bad_argument(caller, process, thread, incarnation)); };
  if (const auto answer = refused(arguments, registration_state(caller))) return *answer;
  return add(caller, {process, thread, incarnation});
}

bool Registration::bad_argument(const Process& caller, Pid process, Tid thread, ObjectId incarnation) const noexcept {
  if (process == Pid{0}) return true;
  const bool own_pid = process == caller.identity.pid;
  if (own_pid && profile_[choice::additional_process_self] == AdditionalProcessSelf::reject) return true;
  const bool exists = incarnation != no_object;
  if (!exists && profile_[choice::additional_process_target] == AdditionalProcessTarget::must_exist) return true;
  return profile_[choice::additional_process_thread] == AdditionalProcessThread::must_belong && thread != no_thread &&
         !(exists && kernel_.thread_belongs({caller.identity.key.machine, incarnation}, thread));
}

Hresult Registration::add(Process& caller, const AdditionalProcess& registered) noexcept {
  RegistrationBlock* block = caller.block;
  const auto again = profile_[choice::additional_process_duplicate];
  if (block != nullptr && again != AdditionalProcessDuplicate::second_entry) {
    if (auto* known = block->processes.find(registered.process)) {
      if (again == AdditionalProcessDuplicate::update) known->AdditionalProcess::operator=(registered);
      return Hresult::S_OK;
    }
  }
  const RegistrationBlock& storage = storage_of(caller);
  const std::uint32_t size = storage.processes.size();
  if (size >= limits_.dumpCollection || budget_is_spent(storage)) return Hresult::WER_E_INSUFFICIENT_BUFFER;
  if (!caller.heap.allocate()) return Hresult::E_OUTOFMEMORY;
  block_of(caller).processes.append(kernel_.arena(), registered);
  return Hresult::S_OK;
}

// WER-AP-13
bool Registration::budget_is_spent(const RegistrationBlock& block) const noexcept {
  const auto option = profile_[choice::additional_process_entry_budget];
  return option != AdditionalProcessEntryBudget::independent && entries(block) >= limits_.entries;
}

Result Registration::wer_unregister_additional_process(ProcessRef caller, Pid process) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  const auto arguments = [&] { return invalid_if(unregister_checks_keys() && process == Pid{0}); };
  if (const auto answer = refused(arguments, registration_state(*self))) return *answer;
  if (self->block == nullptr || !self->block->processes.remove(process)) return Hresult::WER_E_NOT_FOUND;
  self->heap.release();
  return Hresult::S_OK;
}

// --- Faults ---

template <class Fault>
Result Registration::fault(ProcessRef process, Fault fault) noexcept {
  const GateVisit visit{process};
  if (visit.existing() == nullptr) return not_applicable;
  fault(*visit.existing());
  return applied;
}

Result Registration::set_heap_capacity(ProcessRef process, std::optional<std::uint32_t> allocations) noexcept {
  return fault(process, [&](Process& p) { p.heap.set_capacity(allocations); });
}

Result Registration::fail_allocation(ProcessRef process, std::uint32_t n) noexcept {
  return fault(process, [&](Process& p) { p.heap.fail(kernel_.arena(), n); });
}

Result Registration::fail_recovery_api(ProcessRef process, std::uint32_t n) noexcept {
  return fault(process, [&](Process& p) { p.recovery_faults.add(kernel_.arena(), n); });
}

}  // namespace procreg::impl::inline PROCREG_SYNC
