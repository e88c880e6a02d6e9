// Flags and hold time, the recovery callback, and the functions that read them in any process (wer.md 4.8, 4.9).
#include "impl/kernel/gate_visit.h"
#include "impl/wer/read_storage.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint32_t hundred_nanoseconds_a_ms = 10000;

}  // namespace

bool Registration::rejects_bits(std::uint32_t undefined) const noexcept {
  return undefined != 0 && profile_[choice::undefined_flag_bits] == UndefinedFlagBits::reject;
}

// --- Flags and hold time ---

Result Registration::wer_set_flags(ProcessRef caller, std::uint32_t flags) noexcept {
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  if (rejects_bits(flags & ~fault_flags_defined)) return Hresult::E_INVALIDARG;
  block_of(*visit.caller()).flags = flags;
  return Hresult::S_OK;
}

Result Registration::wer_set_max_process_hold_milliseconds(ProcessRef caller, std::uint32_t ms) noexcept {
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  block_of(*visit.caller()).hold_ms = ms;
  return Hresult::S_OK;
}

// --- The recovery callback ---

// WER-ALL-50
Registration::Objection Registration::recovery_registration_state(const Process& caller) const noexcept {
  if (caller.state != ProcessState::InRecovery) return std::nullopt;
  switch (profile_[choice::arr_registration_in_recovery]) {
    case ArrRegistrationInRecovery::internal_error:
      return Hresult::E_FAIL;
    case ArrRegistrationInRecovery::invalid_state:
      return Hresult::WER_E_INVALID_STATE;
    case ArrRegistrationInRecovery::allowed:
      break;
  }
  return std::nullopt;
}

Result Registration::register_application_recovery_callback(ProcessRef caller,
                                                            const RecoveryCallback& recovery) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  const auto arguments = [&] { return objection_to_recovery(recovery); };
  if (const auto answer = refused(arguments, recovery_registration_state(*self))) return *answer;
  return set_recovery(*self, recovery);
}

Registration::Objection Registration::objection_to_recovery(const RecoveryCallback& recovery) const noexcept {
  return invalid_if(recovery.callback == Address{0} || recovery.ping_ms > RECOVERY_MAX_PING_INTERVAL ||
                    rejects_bits(recovery.flags));
}

Hresult Registration::set_recovery(Process& caller, const RecoveryCallback& recovery) noexcept {
  if (caller.recovery_faults.attempt_fails()) return Hresult::E_FAIL;
  RegistrationBlock& block = block_of(caller);
  block.recovery = recovery;
  if (recovery.ping_ms == 0) block.recovery.ping_ms = RECOVERY_DEFAULT_PING_INTERVAL;
  block.recovery_ever = true;
  return Hresult::S_OK;
}

Result Registration::unregister_application_recovery_callback(ProcessRef caller) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  if (const auto answer = recovery_registration_state(*self)) return *answer;
  if (self->recovery_faults.attempt_fails()) return Hresult::E_FAIL;
  if (self->block != nullptr) self->block->recovery = {};
  return Hresult::S_OK;
}

// --- Reading a process named by a handle ---

Registration::Objection Registration::objection_to_rights(AccessMask mask, AccessMask sufficient) const noexcept {
  const bool has_page_rights = any(mask & sufficient);
  if (profile_[choice::get_handle_rights] == GetHandleRights::page_rights)
    return has_page_rights ? std::nullopt : Objection{Hresult::HR_ACCESS_DENIED};
  if (!any(mask & (PROCESS_QUERY_INFORMATION | PROCESS_QUERY_LIMITED_INFORMATION))) return Hresult::HR_INVALID_HANDLE;
  return any(mask & PROCESS_VM_READ) ? std::nullopt : Objection{Hresult::HR_ACCESS_DENIED};
}

Result Registration::wer_get_flags(ProcessRef caller, HandleValue process, std::uint32_t* flags) noexcept {
  return read_storage(caller, flags == nullptr, process, PROCESS_VM_READ | PROCESS_QUERY_INFORMATION,
                      [&](const RegistrationBlock& block) {
                        *flags = block.flags;
                        return Hresult::S_OK;
                      });
}

Result Registration::get_application_recovery_callback(ProcessRef caller, HandleValue process,
                                                       const RecoveryOutputs& outputs) noexcept {
  const bool has_null = outputs.callback == nullptr || outputs.parameter == nullptr;
  return read_storage(caller, has_null, process, PROCESS_VM_READ,
                      [&](const RegistrationBlock& block) { return read_recovery(block, outputs); });
}

// WER-REC-07 to WER-REC-09
Hresult Registration::read_recovery(const RegistrationBlock& block, const RecoveryOutputs& outputs) const noexcept {
  const bool null_after_unregister =
      block.recovery_ever && profile_[choice::get_recovery_after_unregister] == GetRecoveryAfterUnregister::ok_null;
  const RecoveryCallback& recovery = block.recovery;
  if (!recovery.is_registered() && !null_after_unregister) {
    const bool false_is_none = profile_[choice::get_recovery_not_registered] == GetRecoveryNotRegistered::s_false;
    return false_is_none ? Hresult::S_FALSE : Hresult::WER_E_NOT_FOUND;
  }
  const bool in_ms = profile_[choice::get_recovery_ping_unit] == GetRecoveryPingUnit::milliseconds;
  write(outputs.callback, recovery.callback);
  write(outputs.parameter, recovery.parameter);
  write(outputs.ping, recovery.ping_ms * (in_ms ? 1 : hundred_nanoseconds_a_ms));
  write(outputs.flags, recovery.flags);
  return Hresult::S_OK;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
