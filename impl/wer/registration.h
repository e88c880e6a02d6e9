#pragma once

#include <optional>

#include "api/limits.h"
#include "api/profile.h"
#include "api/status.h"
#include "impl/kernel/kernel.h"
#include "impl/wer/registration_block.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The registration functions of WER, and the faults of the heap they allocate from. They hold the gate of the process only, so
// calls of different processes do not meet; but WerRegisterAdditionalProcess takes the lifecycle lock too when the profile makes
// it look at threads. Each answers `not_runnable`, or `not_applicable` for the faults, when the process is not there to be called.
class Registration final : public ProcessWatcher {
 public:
  Registration(Kernel& kernel, const Profile& profile, const Limits& limits) noexcept
      : kernel_{kernel}, profile_{profile}, limits_{limits} {}

  Result wer_register_additional_process(ProcessRef caller, Pid process, Tid thread) noexcept;
  Result wer_unregister_additional_process(ProcessRef caller, Pid process) noexcept;
  // `recovery.ping_ms` as the caller gave it.
  Result register_application_recovery_callback(ProcessRef caller, const RecoveryCallback& recovery) noexcept;

  Result set_heap_capacity(ProcessRef process, std::optional<std::uint32_t> allocations) noexcept;
  Result fail_allocation(ProcessRef process, std::uint32_t n) noexcept;
  Result fail_recovery_api(ProcessRef process, std::uint32_t n) noexcept;

  void created(Process&, const Process&, const Process&) noexcept override {}  // a child starts without storage
  // Destroys the storage and the heap.
  void exiting(Process& process) noexcept override;

 private:
  Result register_checked(Process& caller, Pid process, Tid thread) noexcept;
  Hresult add(Process& caller, const AdditionalProcess& registered) noexcept;
  bool bad_argument(const Process& caller, Pid process, Tid thread, ObjectId incarnation) const noexcept;
  bool bad_argument(const RecoveryCallback& recovery) const noexcept;
  bool budget_is_spent(const RegistrationBlock* block) const noexcept;
  Hresult set_recovery(Process& caller, const RecoveryCallback& recovery) noexcept;
  template <class ArgumentsAnswer>
  std::optional<Hresult> refused(ArgumentsAnswer arguments, std::optional<Hresult> state) const noexcept;
  RegistrationBlock& block_of(Process& process) noexcept;
  template <class Fault>
  Result fault(ProcessRef process, Fault fault) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  const Limits& limits_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
