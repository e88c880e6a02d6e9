#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "api/limits.h"
#include "api/profile.h"
#include "api/status.h"
#include "api/step.h"
#include "impl/kernel/kernel.h"
#include "impl/wer/app_local_dumps.h"
#include "impl/wer/registration_block.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The registration functions of WER, and the faults of the heap they allocate from. They hold the gate of the caller only, so
// calls of different processes do not meet; but those that get hold the lifecycle lock and then the gate of the process they
// read, those of the app-local dump hold both, and WerRegisterAdditionalProcess takes the lifecycle lock first when the profile
// makes it look at threads. Each answers `not_runnable`, or `not_applicable` for the faults, when the process is not there to be
// called.
class Registration final : public ProcessWatcher {
 public:
  using Text = std::optional<TextRef>;  // nullopt: NULL

  // `tables` outlives the world, as texts do that an entry names.
  Registration(Kernel& kernel, const Profile& profile, const Limits& limits, const Tables& tables,
               AppLocalDumps& app_local_dumps) noexcept
      : kernel_{kernel}, profile_{profile}, limits_{limits}, tables_{tables}, app_local_dumps_{app_local_dumps} {}

  Result wer_register_additional_process(ProcessRef caller, Pid process, Tid thread) noexcept;
  Result wer_unregister_additional_process(ProcessRef caller, Pid process) noexcept;

  // --- impl/wer/registration_lists.cpp ---

  Result wer_register_file(ProcessRef caller, Text path, FileType type, std::uint32_t flags) noexcept;
  Result wer_unregister_file(ProcessRef caller, Text path) noexcept;
  Result wer_register_memory_block(ProcessRef caller, Address start, std::uint32_t size) noexcept;
  Result wer_unregister_memory_block(ProcessRef caller, Address start) noexcept;
  Result wer_register_excluded_memory_block(ProcessRef caller, Address start, std::uint32_t size) noexcept;
  Result wer_unregister_excluded_memory_block(ProcessRef caller, Address start) noexcept;
  Result wer_register_custom_metadata(ProcessRef caller, Text key, Text value) noexcept;
  Result wer_unregister_custom_metadata(ProcessRef caller, Text key) noexcept;
  Result wer_register_runtime_exception_module(ProcessRef caller, Text dll, Address context) noexcept;
  Result wer_unregister_runtime_exception_module(ProcessRef caller, Text dll, Address context) noexcept;

  // --- impl/wer/app_local_dump.cpp ---

  Result wer_register_app_local_dump(ProcessRef caller, Text path) noexcept;
  Result wer_unregister_app_local_dump(ProcessRef caller) noexcept;

  // --- impl/wer/flags_and_recovery.cpp ---

  Result wer_set_flags(ProcessRef caller, std::uint32_t flags) noexcept;
  // *flags is written on S_OK; nullptr: NULL.
  Result wer_get_flags(ProcessRef caller, HandleValue process, std::uint32_t* flags) noexcept;
  Result wer_set_max_process_hold_milliseconds(ProcessRef caller, std::uint32_t ms) noexcept;
  // `recovery.ping_ms` as the caller gave it.
  Result register_application_recovery_callback(ProcessRef caller, const RecoveryCallback& recovery) noexcept;
  Result unregister_application_recovery_callback(ProcessRef caller) noexcept;
  // All are written on S_OK; nullptr: NULL.
  struct RecoveryOutputs {
    Address* callback{};
    Address* parameter{};
    std::uint32_t* ping{};  // in the unit of the profile
    std::uint32_t* flags{};
  };
  Result get_application_recovery_callback(ProcessRef caller, HandleValue process,
                                           const RecoveryOutputs& outputs) noexcept;

  // --- impl/wer/restart_registration.cpp ---

  Result register_application_restart(ProcessRef caller, Text command_line, std::uint32_t flags) noexcept;
  Result unregister_application_restart(ProcessRef caller) noexcept;
  struct RestartPointers {
    bool command_line{};                  // pwzCommandline is not NULL
    std::optional<std::uint32_t> size{};  // *pcchSize before the call; nullopt: pcchSize is NULL
    bool flags{};                         // pdwFlags is not NULL
  };
  // The answer has the outputs.
  Answer get_application_restart_settings(ProcessRef caller, HandleValue process,
                                          const RestartPointers& given) noexcept;

  // --- Faults ---

  Result set_heap_capacity(ProcessRef process, std::optional<std::uint32_t> allocations) noexcept;
  Result fail_allocation(ProcessRef process, std::uint32_t n) noexcept;
  Result fail_recovery_api(ProcessRef process, std::uint32_t n) noexcept;

  void created(Process&, const Process&, const Process&) noexcept override {}  // a child starts without storage
  // Destroys the storage and the heap.
  void exiting(Process& process) noexcept override;

 private:
  using Objection = std::optional<Hresult>;  // nullopt: none
  static Objection invalid_if(bool bad) noexcept { return bad ? Objection{Hresult::E_INVALIDARG} : std::nullopt; }

  // The first two stages of wer.md 3.2.
  template <class Arguments>
  Objection refused(Arguments arguments, Objection state) const noexcept {
    const bool state_first = profile_[choice::argument_vs_state_order] == ArgumentVsStateOrder::state_first;
    if (state_first && state) return state;
    const Objection bad = arguments();
    return bad ? bad : state;
  }
  Objection registration_state(const Process& caller) const noexcept;
  Objection recovery_registration_state(const Process& caller) const noexcept;
  bool unregister_checks_keys() const noexcept {
    return profile_[choice::unregister_invalid_key] == UnregisterInvalidKey::as_register;
  }

  RegistrationBlock& block_of(Process& process) noexcept;
  std::uint32_t entries(const RegistrationBlock& block) const noexcept;

  Result register_checked(Process& caller, Pid process, Tid thread) noexcept;
  Hresult add(Process& caller, const AdditionalProcess& registered) noexcept;
  bool bad_argument(const Process& caller, Pid process, Tid thread, ObjectId incarnation) const noexcept;
  bool budget_is_spent(const RegistrationBlock& block) const noexcept;

  template <class List>
  bool is_full(const RegistrationBlock& block) const noexcept;
  template <class List>
  bool allocates() const noexcept;
  template <class List, class Key, class Entry>
  Hresult add(Process& caller, const Key& key, const Entry& entry) noexcept;
  template <class List, class Key>
  Hresult remove(Process& caller, const Key& key, Hresult unknown) noexcept;
  template <class Arguments, class Rest>
  Result perform(ProcessRef caller, Arguments arguments, Rest rest) noexcept;
  template <class List, class KeyObjection, class Key>
  Result unregister(ProcessRef caller, KeyObjection objection, const Key& key, Hresult unknown) noexcept;

  bool is_too_long(TextRef text, std::size_t limit) const noexcept;
  Objection objection_to_path(Text path) const noexcept;
  Objection objection_to_file(Text path, FileType type, std::uint32_t flags) const noexcept;
  Objection objection_to_key(Text key) const noexcept;
  Objection objection_to_metadata(Text key, Text value) const noexcept;

  Objection app_local_dump_state(const Process& caller) const noexcept;
  void forget_app_local_dump(Process& process) noexcept;

  bool rejects_bits(std::uint32_t undefined) const noexcept;
  Objection objection_to_recovery(const RecoveryCallback& recovery) const noexcept;
  Hresult set_recovery(Process& caller, const RecoveryCallback& recovery) noexcept;
  Hresult read_recovery(const RegistrationBlock& block, const RecoveryOutputs& outputs) const noexcept;
  Hresult read_restart(const RegistrationBlock& block, const RestartPointers& given, Answer& answer) const noexcept;
  Objection objection_to_rights(AccessMask mask, AccessMask sufficient) const noexcept;
  template <class Read>
  Result read_storage(ProcessRef caller, bool has_null, HandleValue process, AccessMask sufficient, Read read) noexcept;

  template <class Fault>
  Result fault(ProcessRef process, Fault fault) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  const Limits& limits_;
  const Tables& tables_;
  AppLocalDumps& app_local_dumps_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
