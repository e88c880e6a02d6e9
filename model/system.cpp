#include "model/system.h"

#include <array>
#include <type_traits>
#include <utility>
#include <variant>

#include "model/rules.h"

namespace procreg::model {

namespace {

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

// Those that change the registration storage of the caller.
template <class T>
inline constexpr bool is_registration =
    is_one_of<T, WerRegisterAdditionalProcess, WerUnregisterAdditionalProcess, WerRegisterFile, WerUnregisterFile,
              WerRegisterMemoryBlock, WerUnregisterMemoryBlock, WerRegisterExcludedMemoryBlock,
              WerUnregisterExcludedMemoryBlock, WerRegisterCustomMetadata, WerUnregisterCustomMetadata,
              WerRegisterAppLocalDump, WerUnregisterAppLocalDump, WerRegisterRuntimeExceptionModule,
              WerUnregisterRuntimeExceptionModule, WerSetFlags, WerSetMaxProcessHoldMilliseconds,
              RegisterApplicationRecoveryCallback, UnregisterApplicationRecoveryCallback, RegisterApplicationRestart,
              UnregisterApplicationRestart>;
template <class T>
inline constexpr bool is_wer_call =
    is_registration<T> || is_one_of<T, WerGetFlags, GetApplicationRecoveryCallback, GetApplicationRestartSettings,
                                    ApplicationRecoveryInProgress, ApplicationRecoveryFinished>;
template <class T>
inline constexpr bool is_ccf_call =
    is_one_of<T, RegisterAppInstance, SetAppInstanceCsvFlags, RegisterAppInstanceVersion, QueryAppInstanceVersion,
              ResetAllAppInstanceVersions>;
template <class T>
inline constexpr bool is_object_call = is_one_of<T, CreateProcess, TerminateProcess, GetExitCodeProcess, OpenProcess,
                                                 DuplicateHandle, CloseHandle, NewObject>;

// WER-ALL-58. Crashed processes are suspended, unless their flags had 0x4 when the report was collected.
bool can_call(const Process* process) {
  if (process == nullptr) return false;
  const Core& core = process->core;
  switch (core.state) {
    case ProcessState::Running:
    case ProcessState::Hung:
      return true;
    case ProcessState::InRecovery:
      return !core.running->callback_returned;
    case ProcessState::Crashed:
      return core.flags4;
    case ProcessState::Exited:
      break;
  }
  return false;
}

bool refused(Result result) {
  return result == FALSE_ || result == null_handle ||
         (result.value != 0 && (result.kind == ResultKind::hresult || result.kind == ResultKind::win32));
}

// The laws that hold for every call of a family.
template <class T>
[[gnu::always_inline]] inline void note_family(Draft& world, Result result) {
  world.applies("WER-ALL-07");
  if constexpr (is_wer_call<T>) {
    world.applies("WER-ALL-09");
    world.applies_if([&] { return refused(result); }, "WER-ALL-08");
  }
  if constexpr (is_ccf_call<T>) {
    world.applies("CCF-FLT-12");
    world.applies_if([&] { return refused(result); }, "CCF-FLT-11");
  }
  if constexpr (is_object_call<T>) world.applies_if([&] { return !refused(result); }, "OBJ-HND-13");
  if constexpr (std::is_same_v<T, CreateProcess>) world.applies_if(result != TRUE_, "OBJ-NEW-05");
}

template <Call T>
void perform_call(Draft& world, const T& call, const Process& caller, Choices& choices) {
  const bool crashed = caller.core.state == ProcessState::Crashed;
  Answer& answer = rule(world, call, choices).answer;
  if constexpr (is_registration<T>) world.applies_if(crashed && !refused(answer.result), "WER-REP-34");
  note_family<T>(world, answer.result);
  if (is_object_call<T> && answer.result != no_return) answer.lastError = world.process(call.by.raw).core.last_error;
}

// A call that an unnamed program may make, too.
template <Call T>
requires requires(T call) { call.by.value; }
void perform_call(Draft& world, const T& call, Choices& choices) {
  note_family<T>(world, rule(world, call, choices).answer.result);
}

template <Call T>
void perform_step(Draft& world, const T& call, Choices& choices) {
  const Caller* by = caller_of(call);
  const Process* caller = by != nullptr ? world.find_known(by->raw) : nullptr;
  if (by != nullptr && !can_call(caller)) {
    world.refuse(not_runnable, "WER-ALL-58");
    return;
  }
  if constexpr (requires { call.by.value; })
    perform_call(world, call, choices);
  else
    perform_call(world, call, *caller, choices);
}

template <Event T>
void perform_step(Draft& world, const T& event, Choices& choices) {
  if constexpr (requires { event.process; }) {
    const Process* target = find(world.now(), event.process.raw);
    if (target == nullptr || !live(*target)) {
      world.refuse(not_applicable, "WER-ALL-44");
      return;
    }
  }
  rule(world, event, choices);
}

// The step is known to be of this kind.
template <class Kind>
const Kind& of_kind(const Step& step) {
  const Kind* const known = std::get_if<Kind>(&step);
  if (known == nullptr) __builtin_unreachable();
  return *known;
}

template <class... Kinds>
constexpr std::array<detail::Performer, sizeof...(Kinds)> performers_of(std::variant<Kinds...>*) {
  return {
      [](Draft& world, const Step& step, Choices& choices) { perform_step(world, of_kind<Kinds>(step), choices); }...};
}

}  // namespace

namespace detail {

const std::array<Performer, step_kinds> performers = performers_of(static_cast<Step*>(nullptr));

void spoil(Ruling& ruling) {
  if (info(ruling.decided).kind == ClauseKind::decides) ruling.answer.result = another(ruling.answer.result);
}

}  // namespace detail

System::System(const WorldSpec& world, const Tables& tables, const Profile& profile)
    : draft_{begin(world, tables), tables}, choices_{profile} {}

void System::reset(const WorldSpec& world, const Profile& profile) {
  draft_.state() = begin(world, draft_.tables());
  choices_ = Choices{profile};
}

void System::snapshot(SnapshotWords& words) const { snapshot_of(state(), draft_.tables(), words); }

Ruled ruled(State now, const Step& step, const Tables& tables, Choices& choices, Clause spoiled) {
  Edit draft{std::move(now), tables, spoiled};
  detail::perform_on(draft, step, choices);
  return {.ruling = std::move(draft.ruling()), .next = std::move(draft.state())};
}

}  // namespace procreg::model
