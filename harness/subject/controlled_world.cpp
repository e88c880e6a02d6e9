#include "harness/subject/controlled_world.h"

namespace procreg::harness {

namespace {

procreg_process process_of(const Target& target) { return number(target.raw.object); }

}  // namespace

// --- Beginning ---

std::variant<std::vector<BegunProcess>, Stopped> ControlledWorld::reset(Script& script, const Profile& profile) {
  script_ = &script;
  caller_.reset();
  outcome_ = c_.last_outcome();
  mirror_ = Script{};
  mirror_.world.machines = script.world.machines;
  CWorld c{script, mirror_.tables};
  const procreg_world_spec& spec = c.world(profile);
  if (!c.problem().empty()) return Stopped{Stopped::Why::cannot, c.problem()};
  if (world_ == nullptr) {
    world_ = c_.world_create(&spec);
    if (world_ == nullptr) return Stopped{Stopped::Why::cannot, c_.error()};
  } else if (c_.world_restart(world_, &spec) == 0) {
    return Stopped{Stopped::Why::cannot, c_.error()};
  }
  std::vector<BegunProcess> begun;
  for (const ProcessSpec& process : script.world.processes) {
    const procreg_process id = c_.process_named(world_, script.names[process.name - 1U].name.c_str());
    BegunProcess& made = begun.emplace_back(BegunProcess{id, Pid{c_.process_pid(world_, id)}, {}});
    for (std::uint32_t k = 0; k < process.threads.count; ++k)
      made.threads.push_back(Tid{c_.process_thread(world_, id, k)});
  }
  return begun;
}

// --- One step ---

void ControlledWorld::become(ProcessKey process) {
  if (caller_ == process) return;
  caller_ = process;
  // One that the library does not know makes no calls either.
  if (c_.become(world_, number(process.object)) == 0) c_.become(world_, 0);
}

MachineIndex ControlledWorld::machine(const char* name) const {
  const auto& machines = script_->world.machines;
  std::size_t i = 0;
  while (i + 1 < machines.size() && machines[i].name != name) ++i;
  return static_cast<MachineIndex>(i);
}

void ControlledWorld::add_restarts(std::size_t count, ForeignAnswer& answer) {
  for (std::size_t i = 0; i < count; ++i) {
    const procreg_restart fresh = c_.last_restart(world_, i);
    answer.restarted.push_back(
        {{machine(fresh.machine), ObjectId{fresh.process}}, GivenName{}, Pid{fresh.pid}, Tid{fresh.thread}});
  }
  if (count != 0) tell(answer.answer, answer.restarted.front());
}

bool ControlledWorld::complete_otherwise(ForeignAnswer& answer) {
  const procreg_outcome& outcome = *outcome_;
  const auto instead = [&](Result result) { answer.answer = {.result = result, .lastError = outcome.last_error}; };
  switch (outcome.kind) {
    case PROCREG_ANSWERED:
      answer.answer.lastError = outcome.last_error;
      break;
    case PROCREG_ENDED_CALLER:
      instead(no_return);
      break;
    case PROCREG_RAISED:
      instead({ResultKind::exception, outcome.value});
      break;
    case PROCREG_NOT_RUN:
      instead(not_runnable);
      break;
    case PROCREG_APPLIED:
      instead(applied);
      answer.answer.made = outcome.made;
      break;
    case PROCREG_NOT_APPLICABLE:
      instead(not_applicable);
      break;
    case PROCREG_UNUSABLE:
      unusable_ = c_.error();
      return false;
  }
  if (outcome.restarted != 0) add_restarts(outcome.restarted, answer);
  return true;
}

bool ControlledWorld::call(const CreateProcess& step, ForeignAnswer& answer) {
  CWorld c{*script_, mirror_.tables};
  const procreg_new_process& how = c.child(step);
  unusable_ = c.problem();
  if (!unusable_.empty()) return false;
  procreg_created created{};
  const bool is_made = c_.create_process(&how, &created) != 0;
  answer.answer = {.result = is_made ? TRUE_ : FALSE_, .lastError = outcome_->last_error};
  if (is_made) {
    answer.answer.written = 0b1111;
    answer.answer.out = {number_of(created.hProcess), number_of(created.hThread), created.dwProcessId,
                         created.dwThreadId};
    answer.answer.made = created.process;
    for (std::uint32_t k = 0; k < step.threads.count; ++k)
      answer.threads.push_back(Tid{c_.process_thread(world_, created.process, k)});
  }
  return complete(step, answer);
}

bool ControlledWorld::call(const NewObject& step, ForeignAnswer& answer) {
  const DWORD mask = static_cast<DWORD>(step.mask.value.value_or(AccessMask{}));
  const HANDLE handle = c_.new_object(static_cast<procreg_object_type>(step.type), step.mask.value ? &mask : nullptr,
                                      step.inheritable.set);
  answer.answer = {
      .result = HandleValue{number_of(handle)}, .lastError = outcome_->last_error, .made = number_of(handle)};
  return complete(step, answer);
}

bool ControlledWorld::call(const OpenTag& step, ForeignAnswer& answer) {
  static constexpr std::uint8_t nothing = 0;
  procreg_opened opened{};
  const auto* ea = step.ea.value ? &script_->tables.at(*step.ea.value) : nullptr;
  const NTSTATUS status = ea == nullptr ? c_.open_tag(nullptr, 0, &opened)
                                        : c_.open_tag(ea->empty() ? &nothing : ea->data(), ea->size(), &opened);
  answer.answer.result = {ResultKind::ntstatus, static_cast<std::uint32_t>(status)};
  answer.answer.written = outcome_->written;
  const Guid guid = guid_of(reinterpret_cast<const CGuid&>(opened.id));  // whose bytes are copied
  answer.answer.out = {guid.high, guid.low, opened.csv_flags, opened.version_high, opened.version_low};
  return complete(step, answer);
}

int ControlledWorld::happen(const CreateThread& step) {
  const DWORD tid = step.tid.value ? number(*step.tid.value) : 0;
  return c_.create_thread(world_, process_of(step.process), name(step.as), step.tid.value ? &tid : nullptr);
}
int ControlledWorld::happen(const ExitThread& step) {
  return c_.exit_thread(world_, process_of(step.process), number(step.thread.raw));
}
int ControlledWorld::happen(const StopAnswering& step) { return c_.stop_answering(world_, process_of(step.process)); }
int ControlledWorld::happen(const Answering& step) { return c_.answer(world_, process_of(step.process)); }
int ControlledWorld::happen(const CloseHung& step) { return c_.close_hung(world_, process_of(step.process)); }
int ControlledWorld::happen(const Crash& step) {
  const DWORD tid = step.thread.value ? number(step.thread.value->raw) : 0;
  return c_.crash(world_, process_of(step.process), step.thread.value ? &tid : nullptr);
}
int ControlledWorld::happen(const UserChoice& step) {
  const auto& restart = step.restart.value;
  return c_.user_choice(world_, process_of(step.process), static_cast<procreg_user_action>(step.action),
                        !restart   ? PROCREG_DEFAULT
                        : *restart ? PROCREG_YES
                                   : PROCREG_NO);
}
int ControlledWorld::happen(const UserCancel& step) { return c_.user_cancel(world_, process_of(step.process)); }
int ControlledWorld::happen(const CallbackReturns& step) {
  return c_.callback_returns(world_, process_of(step.process));
}
int ControlledWorld::happen(const SetHeapCapacity& step) {
  const auto& n = step.n.allocations;
  return c_.set_heap_capacity(world_, process_of(step.process), n ? *n : PROCREG_UNLIMITED);
}
int ControlledWorld::happen(const FailAllocation& step) {
  return c_.fail_allocation(world_, process_of(step.process), static_cast<std::uint32_t>(step.n));
}
int ControlledWorld::happen(const FailRecoveryApi& step) {
  return c_.fail_recovery_api(world_, process_of(step.process), static_cast<std::uint32_t>(step.n));
}
int ControlledWorld::happen(const FilterLoad& step) { return c_.filter_load(world_, name(step.machine)); }
int ControlledWorld::happen(const FilterUnload& step) { return c_.filter_unload(world_, name(step.machine)); }
int ControlledWorld::happen(const FailCcfAllocation& step) {
  return c_.fail_ccf_allocation(world_, name(step.machine), static_cast<std::uint32_t>(step.n));
}
int ControlledWorld::happen(const AdvanceTime& step) {
  return c_.advance_time(world_, static_cast<std::uint64_t>(step.ms));
}

// --- Reading ---

std::string ControlledWorld::snapshot() {
  words_.resize(words_.capacity());
  const std::size_t size = c_.snapshot_words(world_, words_.data(), words_.size());
  if (size > words_.size()) {
    words_.resize(size);
    c_.snapshot_words(world_, words_.data(), words_.size());
  }
  words_.resize(size);
  mirror_texts();
  mirror_names();
  return snapshot_json(mirror_, words_);
}

// The library's texts are all different, so each gets its own index here again.
void ControlledWorld::mirror_texts() {
  for (std::size_t i = mirror_.tables.texts(); i < c_.text_count(world_); ++i) {
    std::size_t length = 0;
    const auto* text = reinterpret_cast<const char16_t*>(c_.text(world_, i, &length));
    mirror_.tables.text({text, length});
  }
}

void ControlledWorld::mirror_names() {
  mirror_.names.clear();
  for (std::size_t base = 1; base <= c_.name_count(world_); ++base) {
    GivenNameEntry& entry = mirror_.names.emplace_back(GivenNameEntry{c_.name(world_, base), {}});
    for (std::uint32_t k = 0; *c_.name_of_thread(world_, base, k) != '\0'; ++k)
      entry.thread_names.emplace_back(c_.name_of_thread(world_, base, k));
  }
}

}  // namespace procreg::harness
