// WerRegisterAdditionalProcess, WerUnregisterAdditionalProcess (wer.md 4.1).
#include <algorithm>
#include <optional>

#include "model/rules.h"
#include "model/wer/pipeline.h"

namespace procreg::model {

using enum Hresult;

namespace {

AdditionalProcesses::const_iterator find_entry(const AdditionalProcesses& list, Pid pid) {
  return std::find_if(list.begin(), list.end(),
                      [pid](const RegisteredProcess& entry) { return entry.processId == pid; });
}

bool registers(const Process& process, Pid pid) {
  return find_entry(process.wer.processes, pid) != process.wer.processes.end();
}

Refusal bad_arguments(Draft& world, const WerRegisterAdditionalProcess& call, const Process* target, Choices& choices) {
  const Process& caller = world.process(call.by.raw);
  if (call.processId.raw == Pid{0}) return Refusal{E_INVALIDARG, "WER-AP-02"};
  if (call.processId.raw == caller.birth.pid) {
    world.applies("WER-AP-05");
    if (choices.take(choice::additional_process_self) == AdditionalProcessSelf::reject)
      return Refusal{E_INVALIDARG, "WER-AP-05"};
  }
  if (target == nullptr) {
    world.applies("WER-AP-06");
    if (choices.take(choice::additional_process_target) == AdditionalProcessTarget::must_exist)
      return Refusal{E_INVALIDARG, "WER-AP-06"};
  }
  const Tid thread = call.captureExtraInfoForThreadId.raw;
  if (thread != no_thread && (target == nullptr || find_thread(*target, thread) == nullptr)) {
    world.applies("WER-AP-07");
    if (choices.take(choice::additional_process_thread) == AdditionalProcessThread::must_belong)
      return Refusal{E_INVALIDARG, "WER-AP-07"};
  }
  return passes;
}

// `entries` of wer.md 3.3.
std::size_t entries(const Process& caller, AdditionalProcessEntryBudget budget) {
  return budget == AdditionalProcessEntryBudget::counts ? caller.wer.processes.size() : 0;
}

// The limit that is reached, none when there is room.
Clause full(Draft& world, const Process& caller, Choices& choices) {
  const Limits& limits = world.now().limits;
  if (caller.wer.processes.size() >= limits.dumpCollection) return Clause("WER-AP-11");
  const auto budget = choices.take(choice::additional_process_entry_budget);
  if (entries(caller, budget) < limits.entries) return {};
  world.applies("WER-AP-13");
  return budget == AdditionalProcessEntryBudget::independent ? Clause{} : Clause("WER-AP-13");
}

RegisteredProcess entry_of(Draft& world, const WerRegisterAdditionalProcess& call, const Process* target) {
  const Tid thread = call.captureExtraInfoForThreadId.raw;
  return {.processId = call.processId.raw,
          .threadId = world.shaped(thread == no_thread ? Clause("WER-AP-03") : Clause("WER-AP-04"), thread),
          .incarnation = target != nullptr ? std::optional{target->birth.object} : std::nullopt};
}

// WER-AP-09 without second-entry: the key is known.
Ruling& again(Draft& world, const WerRegisterAdditionalProcess& call, const Process* target,
              AdditionalProcessDuplicate duplicate) {
  if (duplicate == AdditionalProcessDuplicate::keep_first)
    return world.commit(S_OK, "WER-AP-09", [&](Edit& next) { creates_storage(next, call.by.raw); });

  const RegisteredProcess entry = entry_of(world, call, target);
  return world.commit(S_OK, "WER-AP-09", [&](Edit& next) {
    creates_storage(next, call.by.raw);
    auto& list = next.wer(call.by.raw).processes;
    *std::find_if(list.begin(), list.end(), [&](const auto& old) { return old.processId == entry.processId; }) = entry;
  });
}

Ruling& refuse_full(Draft& world, ProcessKey by, Clause clause) {
  const Process& caller = world.process(by);
  const auto gone = [&](const auto& entry) { return existing(world.machine(by.machine), entry.processId) == nullptr; };
  const auto& list = caller.wer.processes;
  world.applies_if(std::any_of(list.begin(), list.end(), gone), "WER-AP-12");
  const bool heap_too = world.heap_would_fail(caller);
  world.applies_if(heap_too, "WER-ALL-14");
  world.applies_if(heap_too, "WER-AP-16");
  return world.refuse(WER_E_INSUFFICIENT_BUFFER, clause);
}

Ruling& append(Draft& world, ProcessKey by, const RegisteredProcess& entry) {
  for (const Process& other : world.machine(by.machine).processes) {
    world.applies_if(other.birth.object != by.object && registers(other, entry.processId), "WER-AP-14");
  }
  world.applies("WER-ALL-17");
  return world.commit(S_OK, "WER-AP-17", [&](Edit& next) {
    creates_storage(next, by);
    next.effect("WER-ALL-18", [&] { next.wer(by).processes.push_back(entry); });
    next.effect("WER-ALL-55", [&] { ++next.heap(by).alive; });
  });
}

Refusal in_recovery(Draft& world, ProcessKey by, Clause clause) {
  if (!world.shaped("WER-ALL-46", world.process(by).core.state == ProcessState::InRecovery)) return passes;
  return Refusal{WER_E_INVALID_STATE, clause};
}

Refusal bad_key(Draft& world, Pid pid, Choices& choices) {
  if (pid != Pid{0}) return passes;
  world.applies("WER-AP-33");
  if (choices.take(choice::unregister_invalid_key) == UnregisterInvalidKey::not_found) return passes;
  return Refusal{E_INVALIDARG, "WER-AP-33"};
}

// The oldest entry with the key, where there are several (second-entry).
std::ptrdiff_t place_of(Draft& world, const AdditionalProcesses& list, Pid pid) {
  const auto is_it = [pid](const RegisteredProcess& entry) { return entry.processId == pid; };
  const auto oldest = std::find_if(list.begin(), list.end(), is_it);
  if (std::none_of(oldest + 1, list.end(), is_it) || world.shaped("WER-AP-37", true)) return oldest - list.begin();
  return list.rend() - std::find_if(list.rbegin(), list.rend(), is_it) - 1;
}

void note_removal(Draft& world, ProcessKey by, const RegisteredProcess& entry) {
  const Process* target = existing(world.machine(by.machine), entry.processId);
  world.applies_if(target == nullptr || target->birth.object != entry.incarnation, "WER-AP-36");
  world.applies_if(world.heap_would_fail(world.process(by)), "WER-AP-38");
  world.applies("WER-ALL-16");
  world.applies("WER-AP-39");
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterAdditionalProcess& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  const Process* target = existing(world.machine(by.machine), call.processId.raw);
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-10");
  world.applies("WER-AP-01");
  world.applies("WER-AP-18");

  const auto arguments = bad_arguments(world, call, target, choices);
  const auto state = in_recovery(world, by, "WER-AP-08");
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  if (registers(caller, call.processId.raw)) {
    const auto duplicate = choices.take(choice::additional_process_duplicate);
    world.applies("WER-AP-09");
    world.applies_if(caller.wer.processes.size() >= world.now().limits.dumpCollection, "WER-AP-10");
    if (duplicate != AdditionalProcessDuplicate::second_entry && world.shaped("WER-ALL-13", true))
      return again(world, call, target, duplicate);
  }
  const Clause limit = full(world, caller, choices);
  if (!limit.is_none()) return refuse_full(world, by, limit);
  if (world.heap_fails(by)) return world.refuse(E_OUTOFMEMORY, "WER-AP-15");
  return append(world, by, entry_of(world, call, target));
}

Ruling& rule(Draft& world, const WerUnregisterAdditionalProcess& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  const Pid pid = call.processId.raw;
  world.applies("WER-ALL-01");
  world.applies("WER-ALL-61");

  const auto arguments = bad_key(world, pid, choices);
  const auto state = in_recovery(world, by, "WER-AP-34");
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);
  if (!registers(caller, pid)) return world.refuse(WER_E_NOT_FOUND, "WER-AP-32");

  const auto place = place_of(world, caller.wer.processes, pid);
  note_removal(world, by, caller.wer.processes[static_cast<std::size_t>(place)]);
  return world.commit(S_OK, "WER-AP-35", [&](Edit& next) {
    auto& list = next.wer(by).processes;
    list.erase(list.begin() + place);
    next.effect("WER-ALL-55", [&] { --next.heap(by).alive; });
  });
}

}  // namespace procreg::model
