#include "impl/wer/helper_modules.h"

#include <algorithm>

namespace procreg::impl::inline PROCREG_SYNC {

struct HelperModules::DllKey {
  DllKey(const Tables& tables, TextRef text) noexcept : dll{tables, text}, hash{hash_of(dll.hash())} {}
  DllKey(const Tables& tables, TextRef text, std::uint32_t known) noexcept : dll{tables, text}, hash{known} {}
  bool names(const Helper& helper) const noexcept { return dll.equals(helper.dll); }

  FoldedText dll;
  std::uint32_t hash;
};

// What came of asking one module.
struct HelperModules::Verdict {
  ModuleOutcome outcome{};
  bool terminated{};
  bool ends_asking{};        // no further module is asked
  const Helper* claiming{};  // with ModuleOutcome::claimed
};

HelperModules::HelperModules(Arena& arena, const Tables& tables, const WorldSpec& world) : tables_{tables} {
  for (const TextRef dll : world.helperModules) {
    const DllKey key{tables, dll};
    if (helpers_.find(key) == nullptr) helpers_.append(arena, key, Helper{.dll = dll});
  }
  for (const ModuleBehaviour& behaviour : world.moduleBehaviours)
    if (Helper* helper = helpers_.find(DllKey{tables, behaviour.dll})) *helper = helper_of(arena, behaviour);
}

HelperModules::Helper HelperModules::helper_of(Arena& arena, const ModuleBehaviour& behaviour) noexcept {
  const auto count = std::min<std::size_t>({behaviour.count, WER_MAX_PARAM_COUNT, behaviour.signatures.size()});
  const auto signatures = arena.array<ModuleSignature>(behaviour.claims ? count : 0);
  std::copy_n(behaviour.signatures.begin(), signatures.size(), signatures.begin());
  return {.dll = behaviour.dll,
          .loadable = behaviour.loadable,
          .event = behaviour.event,
          .claims = behaviour.claims,
          .signatures = signatures,
          .debugger = behaviour.debugger,
          .launch = {behaviour.custom, behaviour.automatic}};
}

Asked HelperModules::ask(Arena& arena, const KeyedList<ModuleEntry>& registered, Cause cause) noexcept {
  Asked asked;
  const auto modules = arena.array<ReportedModule>(registered.size());
  bool asking = cause == Cause::crash;
  auto* reported = modules.data();
  for (auto entry = registered.begin(); entry != registered.end(); ++entry) {
    const DllKey dll{tables_, entry->dll, ModuleKey::hash_of_name(entry.hash(), entry->context)};
    const Verdict verdict = asking ? verdict_of(helpers_.find(dll)) : Verdict{ModuleOutcome::not_run};
    if (verdict.terminated) {
      arena.drop(modules);
      return {.terminated = true};
    }
    if (verdict.ends_asking) asking = false;
    if (verdict.claiming != nullptr) accept(arena, *verdict.claiming, asked);
    *reported++ = {entry->dll, entry->context, verdict.outcome};
  }
  asked.modules = modules;
  return asked;
}

HelperModules::Verdict HelperModules::verdict_of(const Helper* helper) noexcept {
  if (helper == nullptr) return {ModuleOutcome::not_listed};
  if (!helper->loadable) return {ModuleOutcome::load_failed};
  return verdict_of_callbacks(*helper);
}

// One callback after the other; the first that does not succeed is the last.
HelperModules::Verdict HelperModules::verdict_of_callbacks(const Helper& helper) noexcept {
  if (helper.event == CallbackDeed::terminates) return {.terminated = true};
  if (helper.event == CallbackDeed::fails) return {ModuleOutcome::failed};
  if (!helper.claims) return {ModuleOutcome::declined};

  const auto unsuccessful =
      std::find_if(helper.signatures.begin(), helper.signatures.end(),
                   [](const ModuleSignature& signature) { return signature.deed != CallbackDeed::succeeds; });
  const CallbackDeed last = unsuccessful != helper.signatures.end() ? unsuccessful->deed : helper.debugger;
  if (last == CallbackDeed::terminates) return {.terminated = true};
  if (last == CallbackDeed::fails) return {.outcome = ModuleOutcome::failed, .ends_asking = true};
  return {.outcome = ModuleOutcome::claimed, .ends_asking = true, .claiming = &helper};
}

void HelperModules::accept(Arena& arena, const Helper& helper, Asked& asked) noexcept {
  const auto signature = arena.array<SignatureEntry>(helper.signatures.size());
  std::transform(helper.signatures.begin(), helper.signatures.end(), signature.begin(),
                 [](const ModuleSignature& given) {
                   return SignatureEntry{given.name, given.value};
                 });
  asked.event = helper.claims;
  asked.signature = signature;
  asked.debugger = helper.launch;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
