#include "scenarios/properties/expected_modules.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

constexpr bool is_capital(char16_t unit) { return unit >= u'A' && unit <= u'Z'; }

constexpr bool same_unit(char16_t a, char16_t b) {
  const auto small = [](char16_t unit) { return is_capital(unit) ? static_cast<char16_t>(unit + 0x20) : unit; };
  return small(a) == small(b);
}

// Asks one module after another.
class Asking {
 public:
  Asking(TextRef event, const WorldSpec& world, const Tables& tables) : world_{world}, tables_{tables} {
    found_.event = event;
  }

  // False: it terminated the process.
  bool ask(const ModuleEntry& module) {
    ReportedModule& asked = found_.modules.emplace_back(ReportedModule{module.dll, module.context, {}});
    if (ended_) return true;
    if (!is_listed(module.dll)) return answers(asked, ModuleOutcome::not_listed);
    const ModuleBehaviour behaviour = behaviour_of(module.dll);
    if (!behaviour.loadable) return answers(asked, ModuleOutcome::load_failed);
    if (behaviour.event == CallbackDeed::terminates) return false;
    if (behaviour.event == CallbackDeed::fails) return answers(asked, ModuleOutcome::failed);
    if (!behaviour.claims) return answers(asked, ModuleOutcome::declined);
    ended_ = true;
    return claim(asked, behaviour);
  }

  ExpectedModules found() && { return std::move(found_); }

 private:
  static bool answers(ReportedModule& asked, ModuleOutcome outcome) {
    asked.outcome = outcome;
    return true;
  }

  bool same(TextRef a, TextRef b) const { return same_path(tables_.at(a), tables_.at(b)); }

  bool is_listed(TextRef dll) const {
    return std::any_of(world_.helperModules.begin(), world_.helperModules.end(),
                       [&](TextRef listed) { return same(listed, dll); });
  }

  ModuleBehaviour behaviour_of(TextRef dll) const {
    for (const ModuleBehaviour& behaviour : world_.moduleBehaviours)
      if (same(behaviour.dll, dll)) return behaviour;
    return {};
  }

  bool claim(ReportedModule& asked, const ModuleBehaviour& behaviour) {
    const std::size_t n = std::min(behaviour.count, WER_MAX_PARAM_COUNT);
    std::vector<CallbackDeed> deeds;
    for (std::size_t k = 0; k < n; ++k) deeds.push_back(behaviour.signatures.at(k).deed);
    deeds.push_back(behaviour.debugger);
    const auto bad =
        std::find_if(deeds.begin(), deeds.end(), [](CallbackDeed d) { return d != CallbackDeed::succeeds; });
    if (bad != deeds.end()) return *bad != CallbackDeed::terminates && answers(asked, ModuleOutcome::failed);
    found_.event = *behaviour.claims;
    for (std::size_t k = 0; k < n; ++k)
      found_.signature.push_back({behaviour.signatures[k].name, behaviour.signatures[k].value});
    found_.debugger = {behaviour.custom, behaviour.automatic};
    return answers(asked, ModuleOutcome::claimed);
  }

  const WorldSpec& world_;
  const Tables& tables_;
  bool ended_{};
  ExpectedModules found_{};
};

}  // namespace

bool same_path(const std::u16string& a, const std::u16string& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_unit);
}

std::optional<ExpectedModules> expected_modules(const std::vector<ModuleEntry>& modules, Cause cause, TextRef event,
                                                const WorldSpec& world, const Tables& tables) {
  Asking asking{event, world, tables};
  for (const ModuleEntry& module : modules)
    if (cause == Cause::crash && !asking.ask(module)) return std::nullopt;
  ExpectedModules found = std::move(asking).found();
  if (cause == Cause::hang)
    for (const ModuleEntry& module : modules)
      found.modules.push_back({module.dll, module.context, ModuleOutcome::not_run});
  return found;
}

}  // namespace procreg::scenarios
