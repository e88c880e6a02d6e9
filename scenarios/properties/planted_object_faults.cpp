// Faults of processes and handles.
#include <map>
#include <utility>

#include "scenarios/properties/planted.h"
#include "scenarios/properties/planted_faults.h"

namespace procreg::scenarios {
namespace {

std::size_t handles_to(const Seen& world, ProcessKey named) {
  std::size_t count = 0;
  each_process(world, [&](ProcessKey key, const SeenProcess& process) {
    for (const SnapHandle& handle : process.handles)
      if (key.machine == named.machine && handle.type == ObjectType::Process && handle.object == number(named.object))
        ++count;
  });
  return count;
}

struct LastHandleEndsTheProcess {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const auto* call = as<CloseHandle>(step);
    if (call == nullptr || answer.result != TRUE_) return answer;
    const Reached named = reached(before, call->by.raw, call->hObject.raw);
    if (named.process != nobody && !named.pseudo && handles_to(before, named.process) == 1) end(inside, named.process);
    return answer;
  }
};

bool holds_itself(const SeenProcess& process) {
  for (const SnapHandle& handle : process.handles)
    if (handle.type == ObjectType::Process && handle.object == number(process.head.objectId)) return true;
  return false;
}

struct AHandleToItselfKeepsIt {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const SeenProcess* exiting = as<ExitProcess>(step) ? before.process(actor(step)) : nullptr;
    if (exiting != nullptr && holds_itself(*exiting)) {
      each_process(before, [&](ProcessKey key, const SeenProcess& process) {
        if (key != actor(step) && process.live())
          inside.perform(
              OpenProcess{caller(key), {}, PROCESS_QUERY_LIMITED_INFORMATION, Bool{0}, raw(exiting->head.pid)});
      });
    }
    return inside.perform(step);
  }
};

struct FailedCreationConsumesIds {
  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    if (!as<CreateProcess>(step) || answer.result == TRUE_) return answer;
    CreateProcess hidden{};
    hidden.by = caller(actor(step));
    const Answer made = inside.perform(hidden);
    inside.perform(TerminateProcess{hidden.by, raw(HandleValue{made.out[0]}), Dword{0}});
    inside.perform(CloseHandle{hidden.by, raw(HandleValue{made.out[0]})});
    inside.perform(CloseHandle{hidden.by, raw(HandleValue{made.out[1]})});
    return answer;
  }
};

struct CrashTakesRightsAway {
  void show(Seen& world) const {
    for (SeenMachine& machine : world.machines) {
      for (SeenProcess& holder : machine.processes) {
        for (SnapHandle& handle : holder.handles) {
          if (handle.type != ObjectType::Process) continue;
          const SeenProcess* named = machine.process(ObjectId{handle.object});
          if (named != nullptr && named->head.state == ProcessState::Crashed)
            handle.mask = handle.mask & ~PROCESS_TERMINATE;
        }
      }
    }
  }
};

struct ExitClosesHandlesToIt {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    const Answer answer = inside.perform(step);
    const ProcessKey gone = ending(before, step);
    if (gone == nobody || (answer.result != no_return && answer.result != TRUE_)) return answer;
    each_process(before, [&](ProcessKey key, const SeenProcess& holder) {
      for (const SnapHandle& handle : holder.handles)
        if (handle.type == ObjectType::Process && handle.object == number(gone.object))
          inside.perform(CloseHandle{caller(key), raw(handle.value)});
    });
    return answer;
  }
};

struct RemembersExitCodes {
  std::map<std::pair<ProcessKey, HandleValue>, Answer> known{};

  Answer perform(Inside& inside, const Step& step) {
    const Answer answer = inside.perform(step);
    const auto* call = as<GetExitCodeProcess>(step);
    if (call == nullptr || answer.result != TRUE_) return answer;
    return known.emplace(std::pair{call->by.raw, call->hProcess.raw}, answer).first->second;
  }
};

struct MaskBeforeType {
  Answer perform(Inside& inside, const Step& step) {
    const Seen before = inside.look();
    Answer answer = inside.perform(step);
    const auto* call = as<TerminateProcess>(step);
    if (call == nullptr || answer.result != FALSE_) return answer;
    const SeenProcess* holder = before.process(call->by.raw);
    const SnapHandle* handle = holder != nullptr ? holder->handle(call->hProcess.raw) : nullptr;
    if (handle != nullptr && !has(handle->mask, PROCESS_TERMINATE))
      answer.lastError = static_cast<std::uint32_t>(Win32Error::ERROR_ACCESS_DENIED);
    return answer;
  }
};

struct SuccessClearsTheLastError {
  Answer perform(Inside& inside, const Step& step) {
    Answer answer = inside.perform(step);
    if (answer.result == TRUE_ || answer.result.kind == ResultKind::handle) answer.lastError = 0;
    return answer;
  }
};

struct TrueIsOne {
  Answer perform(Inside& inside, const Step& step) {
    Step changed = step;
    if (auto* call = std::get_if<DuplicateHandle>(&changed))
      call->bInheritHandle = static_cast<Bool>(static_cast<std::int32_t>(call->bInheritHandle) & 1);
    return inside.perform(changed);
  }
};

constexpr PlantedFault faults[] = {
    {"OBJ-PROC-06", "Closing the last handle to a process ends it", plant<LastHandleEndsTheProcess>},
    {"OBJ-PROC-22", "A process that holds a handle to itself stays when it exits", plant<AHandleToItselfKeepsIt>},
    {"OBJ-NEW-05", "A failed creation uses up a pid, an object id and a tid", plant<FailedCreationConsumesIds>},
    {"OBJ-HND-01", "Handles to a process lose PROCESS_TERMINATE when it crashes", plant<CrashTakesRightsAway>},
    {"OBJ-HND-05", "The exit of a process closes the handles to it", plant<ExitClosesHandlesToIt>},
    {"OBJ-HND-06", "A handle value remembers the exit code it was first asked for", plant<RemembersExitCodes>},
    {"OBJ-HND-11", "The mask of a handle is tested before its type", plant<MaskBeforeType>},
    {"OBJ-HND-13", "A successful call clears the last error", plant<SuccessClearsTheLastError>},
    {"OBJ-DUP-17", "DuplicateHandle looks at the lowest bit of a BOOL only", plant<TrueIsOne>},
};

}  // namespace

std::span<const PlantedFault> planted_object_faults() { return faults; }

}  // namespace procreg::scenarios
