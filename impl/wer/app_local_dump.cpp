// The app-local dump (wer.md 4.6).
#include "impl/kernel/gate_visit.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

// WER-ALL-47
Registration::Objection Registration::app_local_dump_state(const Process& caller) const noexcept {
  if (caller.state != ProcessState::InRecovery) return registration_state(caller);
  const bool refused = profile_[choice::app_local_dump_in_recovery] == AppLocalDumpInRecovery::invalid_state;
  return refused ? Objection{Hresult::WER_E_INVALID_STATE} : std::nullopt;
}

Result Registration::wer_register_app_local_dump(ProcessRef caller, Text path) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  const auto arguments = [&] {
    return invalid_if(!path || tables_.at(*path).size() >= WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH);
  };
  const bool cannot_store = !self->identity.package || !self->identity.local_folder_usable;
  const Objection state = cannot_store ? Objection{Hresult::WER_E_INVALID_STATE} : app_local_dump_state(*self);
  if (const auto answer = refused(arguments, state)) return *answer;
  block_of(*self).app_local_dump = path;
  app_local_dumps_.put_last(*self);
  return Hresult::S_OK;
}

Result Registration::wer_unregister_app_local_dump(ProcessRef caller) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  if (const auto answer = app_local_dump_state(*self)) return *answer;
  if (storage_of(*self).app_local_dump) {
    forget_app_local_dump(*self);
  } else if (profile_[choice::app_local_dump_unregister_none] == AppLocalDumpUnregisterNone::not_found) {
    return Hresult::WER_E_NOT_FOUND;
  }
  return Hresult::S_OK;
}

// It has one. Both locks are held.
void Registration::forget_app_local_dump(Process& process) noexcept {
  process.block->app_local_dump.reset();
  app_local_dumps_.remove(process);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
