// WerRegisterAdditionalProcess, WerUnregisterAdditionalProcess (wer.md 4.1).
#include "model/rules.h"
#include "model/wer/budget.h"
#include "model/wer/pipeline.h"

namespace procreg::model {

using enum Hresult;

namespace {

// nullptr: the process has not registered this pid.
const RegisteredProcess* find_entry(const Process& process, Pid pid) {
  for (const RegisteredProcess& entry : process.wer.processes)
    if (entry.processId == pid) return &entry;
  return nullptr;
}

Refusal bad_pid(Pid pid) { return pid == Pid{0} ? Refusal{E_INVALIDARG, "WER-AP-02"} : passes; }

Refusal bad_arguments(Draft& world, const WerRegisterAdditionalProcess& call, const Process& caller,
                      const Process* target, Choices& choices) {
  if (const Refusal zero = bad_pid(call.processId.raw)) return zero;
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

// The limit that is reached, none when there is room.
Clause full(Draft& world, const Process& caller, Choices& choices) {
  const Limits& limits = world.now().limits;
  if (caller.wer.processes.size() >= limits.dumpCollection) return Clause("WER-AP-11");
  if (!no_entry_left(world, caller, choices)) return {};
  world.applies("WER-AP-13");
  const auto budget = choices.take(choice::additional_process_entry_budget);
  return budget == AdditionalProcessEntryBudget::independent ? Clause{} : Clause("WER-AP-13");
}

RegisteredProcess entry_of(Draft& world, const WerRegisterAdditionalProcess& call, const Process* target) {
  const Tid thread = call.captureExtraInfoForThreadId.raw;
  return {.processId = call.processId.raw,
          .threadId = world.shaped(thread == no_thread ? Clause("WER-AP-03") : Clause("WER-AP-04"), thread),
          .incarnation = target != nullptr ? target->birth.object : no_object};
}

// WER-AP-09 without second-entry: the key is known.
Ruling& again(Draft& world, const WerRegisterAdditionalProcess& call, const RegisteredProcess& known,
              const Process* target, AdditionalProcessDuplicate duplicate) {
  if (duplicate == AdditionalProcessDuplicate::keep_first)
    return world.commit(S_OK, "WER-AP-09", [&](Edit& next) { creates_storage(next, call.by.raw); });

  const RegisteredProcess entry = entry_of(world, call, target);
  return world.commit(S_OK, "WER-AP-09", [&](Edit& next) {
    creates_storage(next, call.by.raw);
    if (known == entry) return;
    AdditionalProcesses& list = next.registered(call.by.raw, &Wer::processes).list;
    list[static_cast<std::size_t>(&known - list.data())] = entry;
  });
}

// Some entry is of a pid that nobody has any more.
bool has_gone(const Machine& machine, const Process& process) {
  for (const RegisteredProcess& entry : process.wer.processes)
    if (existing(machine, entry.processId) == nullptr) return true;
  return false;
}

Ruling& refuse_when_full(Draft& world, const Machine& machine, const Process& caller, Clause clause) {
  world.applies_if([&] { return has_gone(machine, caller); }, "WER-AP-12");
  world.applies_if(world.heap_would_fail(caller), "WER-AP-16");
  return refuse_full(world, caller, clause);
}

void note_other_lists(Draft& world, ProcessKey by, const RegisteredProcess& entry) {
  for (const Process& other : world.machine(by.machine).processes) {
    world.applies_if(other.birth.object != by.object && find_entry(other, entry.processId) != nullptr, "WER-AP-14");
  }
}

// The oldest entry with the key, which is the first, where there are several (second-entry).
const RegisteredProcess& oldest(Draft& world, const AdditionalProcesses& list, const RegisteredProcess& first) {
  const RegisteredProcess* last = &first;
  for (const RegisteredProcess* entry = last + 1; entry != list.end(); ++entry)
    if (entry->processId == first.processId) last = entry;
  return last == &first || world.shaped("WER-AP-37", true) ? first : *last;
}

void note_removal(Draft& world, ProcessKey by, const RegisteredProcess& entry) {
  const auto is_of_another = [&] {
    const Process* target = existing(world.machine(by.machine), entry.processId);
    return target == nullptr || target->birth.object != entry.incarnation;
  };
  world.applies_if(is_of_another, "WER-AP-36");
  world.applies_if(world.heap_would_fail(world.process(by)), "WER-AP-38");
  world.applies("WER-AP-39");
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterAdditionalProcess& call, Choices& choices) {
  const ProcessKey& by = call.by.raw;
  const Process& caller = world.process(by);
  const Machine& machine = world.machine(by.machine);
  const Process* target = existing(machine, call.processId.raw);
  note_register(world);
  world.applies("WER-AP-01");
  world.applies("WER-AP-18");

  const auto arguments = bad_arguments(world, call, caller, target, choices);
  const auto state = bad_state(world, caller, "WER-AP-08", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const RegisteredProcess* known = find_entry(caller, call.processId.raw);
  if (known != nullptr) {
    const auto duplicate = choices.take(choice::additional_process_duplicate);
    world.applies("WER-AP-09");
    world.applies_if(caller.wer.processes.size() >= world.now().limits.dumpCollection, "WER-AP-10");
    if (duplicate != AdditionalProcessDuplicate::second_entry && world.shaped("WER-ALL-13", true))
      return again(world, call, *known, target, duplicate);
  }
  const Clause limit = full(world, caller, choices);
  if (!limit.is_none()) return refuse_when_full(world, machine, caller, limit);
  if (world.heap_fails(by)) return world.refuse(E_OUTOFMEMORY, "WER-AP-15");
  const RegisteredProcess entry = entry_of(world, call, target);
  note_other_lists(world, by, entry);
  return append<AdditionalProcesses>(world, {by, &Wer::processes, "WER-AP-17"}, entry);
}

Ruling& rule(Draft& world, const WerUnregisterAdditionalProcess& call, Choices& choices) {
  const ProcessKey& by = call.by.raw;
  const Process& caller = world.process(by);
  const Pid pid = call.processId.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_pid(pid), "WER-AP-33", choices);
  const auto state = bad_state(world, caller, "WER-AP-34", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);
  const RegisteredProcess* const first = find_entry(caller, pid);
  if (first == nullptr) return world.refuse(WER_E_NOT_FOUND, "WER-AP-32");

  const RegisteredProcess& entry = oldest(world, caller.wer.processes, *first);
  note_removal(world, by, entry);
  return remove<AdditionalProcesses>(world, {by, &Wer::processes, "WER-AP-35"}, entry);
}

}  // namespace procreg::model
