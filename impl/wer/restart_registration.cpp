// RegisterApplicationRestart, UnregisterApplicationRestart and GetApplicationRestartSettings (wer.md 4.9).
#include "impl/kernel/gate_visit.h"
#include "impl/wer/read_storage.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {
enum RestartOutput : std::uint8_t { pwzCommandline, pcchSize, pdwFlags };
}  // namespace

// No state is refused (WER-ALL-49).
Result Registration::register_application_restart(ProcessRef caller, Text command_line, std::uint32_t flags) noexcept {
  const ApplicationRestart restart{command_line.value_or(empty_text), flags};
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  if (is_too_long(restart.command_line, RESTART_MAX_CMD_LINE) || rejects_bits(flags & ~restart_flags_defined))
    return Hresult::E_INVALIDARG;
  if (self->recovery_faults.attempt_fails()) return Hresult::E_FAIL;
  block_of(*self).restart = restart;
  return Hresult::S_OK;
}

Result Registration::unregister_application_restart(ProcessRef caller) noexcept {
  const GateVisit visit{caller};
  Process* self = visit.caller();
  if (self == nullptr) return not_runnable;
  if (const auto answer = recovery_registration_state(*self)) return *answer;
  if (self->recovery_faults.attempt_fails()) return Hresult::E_FAIL;
  if (self->block != nullptr) self->block->restart.reset();
  return Hresult::S_OK;
}

Answer Registration::get_application_restart_settings(ProcessRef caller, HandleValue process,
                                                      const RestartPointers& given) noexcept {
  const bool has_null = !given.size || (!given.command_line && *given.size != 0);
  Answer answer;
  answer.result = read_storage(caller, has_null, process, PROCESS_VM_READ,
                               [&](const RegistrationBlock& block) { return read_restart(block, given, answer); });
  return answer;
}

// WER-REC-20, WER-REC-21
Hresult Registration::read_restart(const RegistrationBlock& block, const RestartPointers& given,
                                   Answer& answer) const noexcept {
  const auto write = [&](RestartOutput output, std::uint64_t value) {
    answer.written |= 1U << output;
    answer.out[output] = value;
  };
  if (!block.restart) {
    const bool zeroes = profile_[choice::restart_absent_size] == RestartAbsentSize::zero_when_storage_exists;
    if (zeroes && &block != &no_storage) write(pcchSize, 0);
    return Hresult::WER_E_NOT_FOUND;
  }
  const std::size_t need = tables_.at(block.restart->command_line).size() + 1;
  write(pcchSize, need);
  if (given.command_line && *given.size < need) {
    if (*given.size != 0) write(pwzCommandline, empty_text.index);
    return Hresult::WER_E_INSUFFICIENT_BUFFER;
  }
  if (given.command_line) write(pwzCommandline, block.restart->command_line.index);
  if (given.flags) write(pdwFlags, block.restart->flags);
  return Hresult::S_OK;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
