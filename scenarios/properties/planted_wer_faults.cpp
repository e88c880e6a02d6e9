// Faults of registration: storage, order of checks, limits, states.
#include <algorithm>
#include <map>
#include <optional>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

using enum Hresult;
using Register = WerRegisterAdditionalProcess;
using Unregister = WerUnregisterAdditionalProcess;

// Of the calls, those of WER alone answer an HRESULT.
bool is_wer_call(const Step& step) {
  return info(step).answers == ResultKind::hresult || as<ApplicationRecoveryFinished>(step);
}

// As many additional processes as a process may have.
std::size_t room(const Inside& inside) {
  const Limits& limits = inside.world().limits;
  const bool counts = inside.profile()[choice::additional_process_entry_budget] == AdditionalProcessEntryBudget::counts;
  return counts ? std::min(limits.entries, limits.dumpCollection) : limits.dumpCollection;
}

// `before` the step: the caller's process; nullptr when there is none.
const SeenProcess* caller_in(const Seen& before, const Step& step) { return before.process(actor(step)); }

struct RegistersForOthersToo {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<Register>(step);
    if (call == nullptr || answer.result != S_OK) return answer;
    each_process(inside.look(), [&](ProcessKey key, const SeenProcess& process) {
      if (key != call->by.raw && process.live()) registered_hidden(inside, key, call->processId.raw);
    });
    return answer;
  }
};

struct UnregisteringMakesStorage {
  Answer perform(Inside& inside, const Step& step) {
    if (as<Unregister>(step)) {
      registered_hidden(inside, actor(step), hidden_pid);
      unregistered_hidden(inside, actor(step), hidden_pid);
    }
    return inside.perform(step);
  }
};

struct UnregistersLate {
  std::optional<Step> late{};

  Answer perform(Inside& inside, const Step& step) {
    if (late) inside.perform(*late);
    late.reset();
    const auto* call = as<Unregister>(step);
    const Seen before = inside.look();
    const SeenProcess* process = caller_in(before, step);
    if (call == nullptr || process == nullptr || process->entry(call->processId.raw) == nullptr)
      return inside.perform(step);
    late = step;
    return {.result = S_OK};
  }
};

struct RefusingRegisterDropsAnEntry {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (!as<Register>(step) || answer.result == S_OK) return answer;
    const Seen after = inside.look();
    const SeenProcess* process = caller_in(after, step);
    if (process != nullptr && !process->registered().empty())
      unregistered_hidden(inside, actor(step), process->registered().front());
    return answer;
  }
};

struct SetsTheLastError {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (is_wer_call(step)) inside.perform(CloseHandle{caller(actor(step)), raw(unowned_handle)});
    return answer;
  }
};

struct OpensWhatIsRegistered {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<Register>(step);
    if (call != nullptr && answer.result == S_OK)
      inside.perform(OpenProcess{call->by, {}, PROCESS_QUERY_LIMITED_INFORMATION, Bool{0}, raw(call->processId.raw)});
    return answer;
  }
};

struct LooksUpBeforeTheState {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<Unregister>(step);
    if (call == nullptr || answer.result != WER_E_INVALID_STATE) return answer;
    const Seen world = inside.look();
    return caller_in(world, step)->entry(call->processId.raw) == nullptr ? refusal(WER_E_NOT_FOUND) : answer;
  }
};

// The heap is asked before the limits.
template <bool (*exhausted)(const SeenProcess&)>
struct HeapBeforeLimits {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const bool full = registers(step) && answer.result == WER_E_INSUFFICIENT_BUFFER;
    return full && exhausted(*caller_in(before, step)) ? refusal(E_OUTOFMEMORY) : answer;
  }
};

bool next_allocation_fails(const SeenProcess& process) {
  return !process.countdowns.empty() && process.countdowns.front().n == 1;
}

bool heap_is_full(const SeenProcess& process) {
  return process.heap.capacity && process.registered().size() >= *process.heap.capacity;
}

struct PlacesAreNeverFreed {
  std::map<ProcessKey, std::size_t> used{};

  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<Register>(step);
    if (call != nullptr && used[call->by.raw] >= room(inside)) return refusal(WER_E_INSUFFICIENT_BUFFER);
    const Answer answer = inside.perform(step);
    if (call != nullptr && answer.result == S_OK) ++used[call->by.raw];
    return answer;
  }
};

struct OneLimitForAll {
  Answer perform(Inside& inside, const Step& step) {
    std::size_t all = 0;
    each_process(inside.look(), [&](ProcessKey, const SeenProcess& process) { all += process.registered().size(); });
    return as<Register>(step) && all >= room(inside) ? refusal(WER_E_INSUFFICIENT_BUFFER) : inside.perform(step);
  }
};

struct TakesThePidOfTheLiving {
  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<CreateProcess>(step);
    if (call != nullptr && call->pid.value) {
      each_process(inside.look(), [&](ProcessKey key, const SeenProcess& process) {
        if (process.head.pid == *call->pid.value && key != call->by.raw) end(inside, key);
      });
    }
    return inside.perform(step);
  }
};

template <class Call>
bool hung_caller(Inside& inside, const Step& step) {
  if (!as<Call>(step)) return false;
  const Seen before = inside.look();
  const SeenProcess* process = caller_in(before, step);
  return process != nullptr && process->head.state == ProcessState::Hung;
}

struct HungIsRecovering {
  Answer perform(Inside& inside, const Step& step) {
    const bool hung = hung_caller<ApplicationRecoveryInProgress>(inside, step);
    Answer answer = inside.perform(step);
    if (hung && answer.result == E_FAIL) answer.result = S_OK;
    return answer;
  }
};

struct HungCannotFinish {
  Answer perform(Inside& inside, const Step& step) {
    return hung_caller<ApplicationRecoveryFinished>(inside, step) ? Answer{.result = returned} : inside.perform(step);
  }
};

struct StorageIsAllocated {
  Answer perform(Inside& inside, const Step& step) {
    if (as<Register>(step) || as<RegisterApplicationRecoveryCallback>(step)) {
      const Seen before = inside.look();
      const SeenProcess* process = caller_in(before, step);
      if (process != nullptr && !process->wer) {
        registered_hidden(inside, actor(step), hidden_pid);
        unregistered_hidden(inside, actor(step), hidden_pid);
      }
    }
    return inside.perform(step);
  }
};

struct PidsAreMultiplesOfFour {
  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<Register>(step);
    return call != nullptr && number(call->processId.raw) % 4 != 0 ? refusal(E_INVALIDARG) : inside.perform(step);
  }
};

struct LimitsBeforeLookup {
  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<Register>(step);
    const Seen before = inside.look();
    const SeenProcess* process = caller_in(before, step);
    const bool known = call != nullptr && process != nullptr && process->entry(call->processId.raw) != nullptr;
    return known && process->registered().size() >= room(inside) ? refusal(WER_E_INSUFFICIENT_BUFFER)
                                                                 : inside.perform(step);
  }
};

struct ExitUnregisters {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const SeenProcess* gone = before.process(ending(before, step));
    if (gone == nullptr || (answer.result != no_return && answer.result != TRUE_)) return answer;
    each_process(before, [&](ProcessKey key, const SeenProcess& process) {
      if (process.entry(gone->head.pid) != nullptr) unregistered_hidden(inside, key, gone->head.pid);
    });
    return answer;
  }
};

struct UnregistersForAll {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<Unregister>(step);
    if (call == nullptr || answer.result != S_OK) return answer;
    each_process(inside.look(), [&](ProcessKey key, const SeenProcess&) {
      if (key != call->by.raw) unregistered_hidden(inside, key, call->processId.raw);
    });
    return answer;
  }
};

struct StartsAThreadInTheRegistered {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<Register>(step);
    if (call == nullptr || answer.result != S_OK) return answer;
    each_process(inside.look(), [&](ProcessKey key, const SeenProcess& process) {
      if (process.head.pid == call->processId.raw) inside.perform(CreateThread{target(key), {}, {}});
    });
    return answer;
  }
};

struct ForgetsTheDead {
  Answer perform(Inside& inside, const Step& step) {
    const auto* call = as<Unregister>(step);
    if (call == nullptr) return inside.perform(step);
    const Seen world = inside.look();
    const SeenProcess* process = caller_in(world, step);
    const AdditionalProcessEntry* entry = process != nullptr ? process->entry(call->processId.raw) : nullptr;
    if (entry == nullptr || !entry->incarnation) return inside.perform(step);
    const SeenProcess* registered = world.process({call->by.raw.machine, *entry->incarnation});
    return registered != nullptr && registered->live() ? inside.perform(step) : refusal(WER_E_NOT_FOUND);
  }
};

constexpr PlantedFault faults[] = {
    {"WER-ALL-01", "A registration also lands in the storage of all other processes", plant<RegistersForOthersToo>},
    {"WER-ALL-61", "Unregistering first makes the storage it looks into", plant<UnregisteringMakesStorage>},
    {"WER-ALL-07", "An entry is removed only when the next call begins", plant<UnregistersLate>},
    {"WER-ALL-08", "A refused registration drops the oldest entry", plant<RefusingRegisterDropsAnEntry>},
    {"WER-ALL-09", "A WER call sets the last error", plant<SetsTheLastError>},
    {"WER-ALL-10", "Registering opens the process named", plant<OpensWhatIsRegistered>},
    {"WER-ALL-12", "In recovery an unknown process is not found", plant<LooksUpBeforeTheState>},
    {"WER-ALL-14", "A full list asks for memory first", plant<HeapBeforeLimits<next_allocation_fails>>},
    {"WER-ALL-16", "The place of an unregistered process stays taken", plant<PlacesAreNeverFreed>},
    {"WER-ALL-17", "All processes share one limit", plant<OneLimitForAll>},
    {"WER-ALL-26", "Creating a process ends the one that has the pid", plant<TakesThePidOfTheLiving>},
    {"WER-ALL-51", "A hung process is told that its recovery is in progress", plant<HungIsRecovering>},
    {"WER-ALL-52", "ApplicationRecoveryFinished does nothing in a hung process", plant<HungCannotFinish>},
    {"WER-ALL-57", "Creating the storage is an allocation of its own", plant<StorageIsAllocated>},
    {"WER-AP-01", "A pid that is no multiple of 4 is refused", plant<PidsAreMultiplesOfFour>},
    {"WER-AP-10", "A full list refuses also a pid that it holds", plant<LimitsBeforeLookup>},
    {"WER-AP-12", "The exit of a process removes it from all lists", plant<ExitUnregisters>},
    {"WER-AP-14", "Unregistering removes the process from all lists", plant<UnregistersForAll>},
    {"WER-AP-16", "A full heap answers before a full list", plant<HeapBeforeLimits<heap_is_full>>},
    {"WER-AP-18", "Registering starts a thread in the process named", plant<StartsAThreadInTheRegistered>},
    {"WER-AP-36", "A process that has exited cannot be unregistered", plant<ForgetsTheDead>},
    {"WER-AP-38", "Unregistering needs memory for a while", plant<UnregisteringMakesStorage>},
};

}  // namespace

std::span<const PlantedFault> planted_wer_faults() { return faults; }

}  // namespace procreg::scenarios
