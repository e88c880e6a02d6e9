// One world of a library that has procreg's control functions.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/scenario/files.h"
#include "harness/subject/control_functions.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

// A step that a function of control.h performs, and no function of Windows.
template <class T>
concept Controlled = std::is_same_v<T, CreateProcess> || std::is_same_v<T, NewObject> || std::is_same_v<T, OpenTag> ||
    std::is_same_v<T, CreateThread> || std::is_same_v<T, ExitThread> || std::is_same_v<T, StopAnswering> ||
    std::is_same_v<T, Answering> || std::is_same_v<T, CloseHung> || std::is_same_v<T, Crash> ||
    std::is_same_v<T, UserChoice> || std::is_same_v<T, UserCancel> || std::is_same_v<T, CallbackReturns> ||
    std::is_same_v<T, SetHeapCapacity> || std::is_same_v<T, FailAllocation> || std::is_same_v<T, FailRecoveryApi> ||
    std::is_same_v<T, FilterLoad> || std::is_same_v<T, FilterUnload> || std::is_same_v<T, FailCcfAllocation> ||
    std::is_same_v<T, AdvanceTime>;

// Processes are numbered as procreg_process.
class ControlledWorld {
 public:
  explicit ControlledWorld(const ControlFunctions& functions) : c_{functions} {}
  ~ControlledWorld() {
    if (world_ != nullptr) c_.world_destroy(world_);
  }
  ControlledWorld(const ControlledWorld&) = delete;
  ControlledWorld& operator=(const ControlledWorld&) = delete;

  std::variant<std::vector<BegunProcess>, Stopped> reset(Script& script, const Profile& profile);

  // Before a call or an event: who makes it, and what it may restart is called so.
  template <class T>
  void prepare(const T& step) {
    if constexpr (Call<T>) {
      if (const Caller* by = caller_of(step)) become(by->raw);
    }
    if constexpr (requires { step.restartedAs; })
      if (step.restartedAs.base != 0) c_.name_next_restart(world_, name(step.restartedAs));
  }
  // After a call of a function of Windows: what its value could not say, and the last error. Else as it is.
  template <class T>
  bool complete(const T&, ForeignAnswer& answer) {
    if (outcome_->kind != PROCREG_ANSWERED || outcome_->restarted != 0) return complete_otherwise(answer);
    answer.answer.lastError = outcome_->last_error;
    // Whether a size that is the same was written cannot be seen from here, nor a handle that was made and that nobody was told of.
    if constexpr (std::is_same_v<T, GetApplicationRestartSettings>) answer.answer.written = outcome_->written;
    if constexpr (std::is_same_v<T, DuplicateHandle>) answer.answer.made = outcome_->made;
    return true;
  }

  // False, here and above: it cannot be performed, see unusable().
  template <Controlled T>
  bool perform(const T& step, ForeignAnswer& answer);

  const std::string& unusable() const { return unusable_; }

  std::string snapshot();

 private:
  void become(ProcessKey process);
  const char* name(Binds binds) const {
    return binds.base == 0 ? nullptr : script_->names[binds.base - 1U].name.c_str();
  }
  const char* name(MachineRef machine) const { return script_->world.machines[number(machine.index)].name.c_str(); }
  MachineIndex machine(const char* name) const;
  bool complete_otherwise(ForeignAnswer& answer);
  void add_restarts(std::size_t count, ForeignAnswer& answer);
  void mirror_texts();
  void mirror_names();

  bool call(const CreateProcess& step, ForeignAnswer& answer);
  bool call(const NewObject& step, ForeignAnswer& answer);
  bool call(const OpenTag& step, ForeignAnswer& answer);
  int happen(const CreateThread& step);
  int happen(const ExitThread& step);
  int happen(const StopAnswering& step);
  int happen(const Answering& step);
  int happen(const CloseHung& step);
  int happen(const Crash& step);
  int happen(const UserChoice& step);
  int happen(const UserCancel& step);
  int happen(const CallbackReturns& step);
  int happen(const SetHeapCapacity& step);
  int happen(const FailAllocation& step);
  int happen(const FailRecoveryApi& step);
  int happen(const FilterLoad& step);
  int happen(const FilterUnload& step);
  int happen(const FailCcfAllocation& step);
  int happen(const AdvanceTime& step);

  const ControlFunctions& c_;
  const procreg_outcome* outcome_{};  // of the thread that began the world
  procreg_world* world_{};
  const Script* script_{};
  std::optional<ProcessKey> caller_{};  // that this thread is
  Script mirror_{};                     // texts, lists and names with the indexes that the library's have
  std::string unusable_{};
  SnapshotWords words_{};
};

template <Controlled T>
bool ControlledWorld::perform(const T& step, ForeignAnswer& answer) {
  prepare(step);
  if constexpr (Call<T>) {
    return call(step, answer);
  } else {
    happen(step);
    return complete(step, answer);
  }
}

}  // namespace procreg::harness
