// WerRegisterAppLocalDump, WerUnregisterAppLocalDump (wer.md 4.6), and which failures they count for.
#include "model/wer/app_local_dump.h"

#include <algorithm>

#include "model/rules.h"
#include "model/wer/life.h"
#include "model/wer/pipeline.h"
#include "model/wer/text.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_path(Draft& world, TextIn path) {
  if (!path.value.has_value()) return Refusal{E_INVALIDARG, "WER-ALD-01"};
  world.applies("WER-ALL-19");
  const bool fits = text_at(world, *path.value).size() < WER_MAX_LOCAL_DUMP_SUBPATH_LENGTH;
  return fits ? passes : Refusal{E_INVALIDARG, "WER-ALD-02"};
}

bool refused_by_state(const Process& caller, Choices& choices) {
  switch (caller.core.state) {
    case ProcessState::InRecovery:
      return choices.take(choice::app_local_dump_in_recovery) == AppLocalDumpInRecovery::invalid_state;
    case ProcessState::Crashed:
      return choices.take(choice::calls_while_crashed) == CallsWhileCrashed::invalid_state;
    default:
      return false;
  }
}

Refusal bad_dump_state(Draft& world, const Process& caller, Choices& choices) {
  world.applies("WER-ALL-47");
  return refused_by_state(caller, choices) ? Refusal{WER_E_INVALID_STATE, "WER-ALL-47"} : passes;
}

Refusal cannot_store(const Process& caller) {
  const bool stores = caller.birth.package.has_value() && caller.birth.local_folder_usable;
  return stores ? passes : Refusal{WER_E_INVALID_STATE, "WER-ALD-03"};
}

// One that may not name a place below the folder.
bool unlikely(std::u16string_view path) {
  return path.empty() || is_absolute(path) || path.find(u"..") != std::u16string_view::npos;
}

// In the order of the last registration.
void list_last(Edit& next, ProcessKey key) {
  auto& list = next.app_local_dumps(key.machine);
  const auto listed = std::find(list.begin(), list.end(), key.object);
  if (listed != list.end()) list.erase(listed);
  list.push_back(key.object);
}

void store(Edit& next, ProcessKey key, TextRef path) {
  next.wer(key).app_local_dump = path;
  list_last(next, key);
}

// What the last other process of the package that has one registered.
std::optional<TextRef> of_package(Draft& world, ProcessKey failing) {
  const Machine& machine = world.machine(failing.machine);
  const auto package = world.process(failing).birth.package;
  if (!package.has_value()) return std::nullopt;
  for (std::size_t i = machine.app_local_dumps.size(); i-- > 0;) {
    const Process* other = find(machine, machine.app_local_dumps[i]);
    if (other != nullptr && live(*other) && other->birth.package == package) return other->wer.app_local_dump;
  }
  return std::nullopt;
}

std::optional<TextRef> in_scope(Draft& world, ProcessKey failing, Choices& choices) {
  const auto& own = world.process(failing).wer.app_local_dump;
  const auto other = own.has_value() ? std::nullopt : of_package(world, failing);
  if (!own.has_value() && !other.has_value()) return std::nullopt;
  const bool shared = other.has_value() && choices.take(choice::app_local_dump_scope) == AppLocalDumpScope::package;
  return world.shaped("WER-ALD-08", shared ? other : own);
}

bool counts(Draft& world, Cause cause, Choices& choices) {
  return world.shaped("WER-ALD-09", cause == Cause::hang || choices.take(choice::app_local_dump_trigger) ==
                                                                AppLocalDumpTrigger::crash_and_hang);
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterAppLocalDump& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_register(world);
  const auto storable = cannot_store(caller);
  const auto state = storable ? storable : bad_dump_state(world, caller, choices);
  const auto refusal = first_of(world, bad_path(world, call.localAppDataRelativePath), state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const TextRef path = *call.localAppDataRelativePath.value;
  const Clause accepted = caller.wer.app_local_dump.has_value() ? Clause("WER-ALD-05") : Clause("WER-ALL-47");
  return world.commit(S_OK, accepted, [&](Edit& next) {
    creates_storage(next, by);
    if (!unlikely(text_at(next, path))) return store(next, by, path);
    next.effect("WER-ALD-04", [&] { store(next, by, path); });
  });
}

Ruling& rule(Draft& world, const WerUnregisterAppLocalDump& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_unregister(world);
  const auto state = bad_dump_state(world, caller, choices);
  if (state) return world.refuse(state.code, state.clause);
  if (!caller.wer.app_local_dump.has_value()) {
    const auto none = choices.take(choice::app_local_dump_unregister_none);
    return world.refuse(none == AppLocalDumpUnregisterNone::success ? S_OK : WER_E_NOT_FOUND, "WER-ALD-07");
  }
  return world.commit(S_OK, "WER-ALD-06", [&](Edit& next) {
    auto& list = next.app_local_dumps(by.machine);
    list.erase(std::find(list.begin(), list.end(), by.object));
    next.wer(by).app_local_dump.reset();
  });
}

std::optional<TextRef> app_local_dump_of(Draft& world, ProcessKey failing, Cause cause, Choices& choices) {
  const auto path = in_scope(world, failing, choices);
  return path.has_value() && counts(world, cause, choices) ? path : std::nullopt;
}

}  // namespace procreg::model
