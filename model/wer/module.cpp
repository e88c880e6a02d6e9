// WerRegisterRuntimeExceptionModule, WerUnregisterRuntimeExceptionModule (wer.md 4.7).
#include "model/rules.h"
#include "model/wer/pipeline.h"
#include "model/wer/text.h"

namespace procreg::model {

using enum Hresult;

namespace {

Refusal bad_dll(TextIn dll) { return dll.value.has_value() ? passes : Refusal{E_INVALIDARG, "WER-REM-01"}; }

// WER-REM-08: the context tells entries of one dll apart.
const RegisteredModule* find_module(Draft& world, const Process& caller, TextIn dll, Address context) {
  if (!dll.value.has_value() || caller.wer.modules.empty()) return nullptr;
  const NameComparison names{world};
  const auto& list = caller.wer.modules;
  const auto is_dll = [&](const RegisteredModule& entry) { return names.same(entry.dll, *dll.value); };
  const auto* same = entry_where(list, [&](const auto& entry) { return entry.context == context && is_dll(entry); });
  if (same != nullptr) return same;
  const auto* other_context = entry_where(list, is_dll);
  return other_context == nullptr || world.shaped("WER-REM-08", true) ? nullptr : other_context;
}

// Neither the dll nor the context is looked at.
void note_accepted(Draft& world) {
  world.applies("WER-ALL-22");
  world.applies("WER-REM-02");
  world.applies("WER-REM-03");
}

}  // namespace

Ruling& rule(Draft& world, const WerRegisterRuntimeExceptionModule& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  const Process& caller = world.process(by);
  note_register(world);
  const auto state = bad_state(world, caller, "WER-ALL-46", choices);
  const auto refusal = first_of(world, bad_dll(call.pwszOutOfProcessCallbackDll), state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  note_accepted(world);
  const RegisteredModule* known = find_module(world, caller, call.pwszOutOfProcessCallbackDll, call.pContext);
  if (known != nullptr && world.shaped("WER-ALL-13", true))
    return register_again<Modules>(world, {by, &Wer::modules, "WER-REM-04"}, *known, *known, choices);
  if (caller.wer.modules.size() >= world.now().limits.modules) return refuse_full(world, caller, "WER-REM-05");
  world.applies("WER-REM-06");
  const bool allocates = unlisted_allocates(choices);
  if (unlisted_heap_fails(world, by, "WER-REM-07", allocates)) return world.refuse(E_OUTOFMEMORY, "WER-REM-07");
  return append<Modules>(world, {by, &Wer::modules, "WER-REM-11", allocates},
                         {*call.pwszOutOfProcessCallbackDll.value, call.pContext});
}

Ruling& rule(Draft& world, const WerUnregisterRuntimeExceptionModule& call, Choices& choices) {
  const ProcessKey by = call.by.raw;
  note_unregister(world);
  const auto arguments = bad_key(world, bad_dll(call.pwszOutOfProcessCallbackDll), "WER-REM-10", choices);
  const auto state = bad_state(world, world.process(by), "WER-ALL-46", choices);
  const auto refusal = first_of(world, arguments, state, choices);
  if (refusal) return world.refuse(refusal.code, refusal.clause);

  const auto* entry = find_module(world, world.process(by), call.pwszOutOfProcessCallbackDll, call.pContext);
  if (entry == nullptr) {
    const auto unknown = choices.take(choice::module_unregister_unknown);
    return world.refuse(unknown == ModuleUnregisterUnknown::not_found ? WER_E_NOT_FOUND : HR_FILE_NOT_FOUND,
                        "WER-REM-09");
  }
  return remove<Modules>(world, {by, &Wer::modules, "WER-REM-11", unlisted_allocates(choices)}, *entry);
}

}  // namespace procreg::model
