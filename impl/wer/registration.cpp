#include "impl/wer/registration.h"

#include "impl/kernel/gate_visit.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

// WER-ALL-46
std::optional<Hresult> registration_state(const Process& caller) noexcept {
  if (caller.state == ProcessState::InRecovery) return Hresult::WER_E_INVALID_STATE;
  return std::nullopt;
}

// WER-ALL-50
std::optional<Hresult> recovery_registration_state(const Process& caller, ArrRegistrationInRecovery option) noexcept {
  if (caller.state != ProcessState::InRecovery) return std::nullopt;
  switch (option) {
    case ArrRegistrationInRecovery::internal_error:
      return Hresult::E_FAIL;
    case ArrRegistrationInRecovery::invalid_state:
      return Hresult::WER_E_INVALID_STATE;
    case ArrRegistrationInRecovery::allowed:
      break;
  }
  return std::nullopt;
}

}  // namespace

// The first two stages of wer.md 3.2. nullopt: neither answers.
template <class ArgumentsAnswer>
std::optional<Hresult> Registration::refused(ArgumentsAnswer arguments, std::optional<Hresult> state) const noexcept {
  const bool state_first = profile_[choice::argument_vs_state_order] == ArgumentVsStateOrder::state_first;
  if (state_first && state) return state;
  if (arguments()) return Hresult::E_INVALIDARG;
  return state;
}

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
  const auto arguments = [&] { return bad_argument(caller, process, thread, incarnation); };
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
    if (auto* known = block->find(registered.process)) {
      if (again == AdditionalProcessDuplicate::update) known->AdditionalProcess::operator=(registered);
      return Hresult::S_OK;
    }
  }
  const std::uint32_t size = block == nullptr ? 0 : block->size();
  if (size >= limits_.dumpCollection || budget_is_spent(block)) return Hresult::WER_E_INSUFFICIENT_BUFFER;
  if (!caller.heap.allocate()) return Hresult::E_OUTOFMEMORY;
  block_of(caller).append(kernel_.arena(), registered);
  return Hresult::S_OK;
}

// WER-AP-13
bool Registration::budget_is_spent(const RegistrationBlock* block) const noexcept {
  const auto option = profile_[choice::additional_process_entry_budget];
  if (option == AdditionalProcessEntryBudget::independent) return false;
  const bool processes_count = option == AdditionalProcessEntryBudget::counts && block != nullptr;
  return (processes_count ? block->size() : 0) >= limits_.entries;
}

Result Registration::wer_unregister_additional_process(ProcessRef caller, Pid process) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  const bool checked = profile_[choice::unregister_invalid_key] == UnregisterInvalidKey::as_register;
  const auto arguments = [&] { return checked && process == Pid{0}; };
  if (const auto answer = refused(arguments, registration_state(*self))) return *answer;
  if (self->block == nullptr || !self->block->remove(process)) return Hresult::WER_E_NOT_FOUND;
  self->heap.release();
  return Hresult::S_OK;
}

Result Registration::register_application_recovery_callback(ProcessRef caller,
                                                            const RecoveryCallback& recovery) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  const auto state = recovery_registration_state(*self, profile_[choice::arr_registration_in_recovery]);
  if (const auto answer = refused([&] { return bad_argument(recovery); }, state)) return *answer;
  return set_recovery(*self, recovery);
}

bool Registration::bad_argument(const RecoveryCallback& recovery) const noexcept {
  if (recovery.callback == Address{0}) return true;
  if (recovery.ping_ms > RECOVERY_MAX_PING_INTERVAL) return true;
  return recovery.flags != 0 && profile_[choice::undefined_flag_bits] == UndefinedFlagBits::reject;
}

Hresult Registration::set_recovery(Process& caller, const RecoveryCallback& recovery) noexcept {
  if (caller.recovery_faults.attempt_fails()) return Hresult::E_FAIL;
  RegistrationBlock& block = block_of(caller);
  block.recovery = recovery;
  if (recovery.ping_ms == 0) block.recovery->ping_ms = RECOVERY_DEFAULT_PING_INTERVAL;
  block.recovery_ever = true;
  return Hresult::S_OK;
}

RegistrationBlock& Registration::block_of(Process& process) noexcept {
  if (process.block == nullptr) process.block = kernel_.arena().make<RegistrationBlock>();
  return *process.block;
}

void Registration::exiting(Process& process) noexcept {
  Arena& arena = kernel_.arena();
  if (process.block != nullptr) {
    process.block->free(arena);
    arena.drop(process.block);
    process.block = nullptr;
  }
  process.heap.free(arena);
  process.recovery_faults.free(arena);
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
