#include "model/wer/report_modules.h"

#include <algorithm>

#include "model/wer/text.h"

namespace procreg::model {

namespace {

// What a module that claims says of the report.
struct Claim {
  TextRef event{};
  Small<SignatureEntry, 1> signature{};
  DebuggerEntry debugger{};
};

// What asking a module comes to.
enum class Next : std::uint8_t { ask_on, ask_nobody, terminated };
struct Asked {
  ModuleOutcome outcome{};
  Next next{Next::ask_on};
};
constexpr Asked terminates{ModuleOutcome::not_run, Next::terminated};

bool listed(const NameComparison& names, const ModuleInputs* inputs, TextRef dll) {
  if (inputs == nullptr) return false;
  const auto& list = inputs->helper_modules;
  return std::any_of(list.begin(), list.end(), [&](TextRef allowed) { return names.same(allowed, dll); });
}

const ModuleBehaviour& behaviour_of(const NameComparison& names, const ModuleInputs& inputs, TextRef dll) {
  static const ModuleBehaviour declines{};
  const auto found = std::find_if(inputs.behaviours.begin(), inputs.behaviours.end(),
                                  [&](const ModuleBehaviour& one) { return names.same(one.dll, dll); });
  return found != inputs.behaviours.end() ? *found : declines;
}

// The first callback after the claim that does not succeed decides what comes of it.
CallbackDeed collect_claim(Draft& world, const ModuleBehaviour& module, Claim& claim) {
  claim.event = *module.claims;
  const std::uint32_t count = std::min(module.count, WER_MAX_PARAM_COUNT);
  for (std::uint32_t i = 0; i < count; ++i) {
    const ModuleSignature& parameter = module.signatures[i];
    if (parameter.deed != CallbackDeed::succeeds) return parameter.deed;
    claim.signature.push_back({parameter.name, parameter.value});
  }
  if (module.debugger != CallbackDeed::succeeds) return module.debugger;
  world.effect("WER-REP-26", [&] { claim.debugger = {module.custom, module.automatic}; });
  return CallbackDeed::succeeds;
}

void use(Report& report, const Claim& claim) {
  report.head.event = claim.event;
  report.signature = claim.signature;
  report.debugger = claim.debugger;
}

Asked ask_claiming(Draft& world, const ModuleBehaviour& module, Report& report) {
  Claim claim;
  switch (collect_claim(world, module, claim)) {
    case CallbackDeed::terminates:
      return terminates;
    case CallbackDeed::fails:
      return {world.shaped("WER-REP-27", ModuleOutcome::failed), Next::ask_nobody};
    case CallbackDeed::succeeds:
      break;
  }
  world.effect("WER-REP-25", [&] { use(report, claim); });
  return {ModuleOutcome::claimed, Next::ask_nobody};
}

Asked ask(Draft& world, const NameComparison& names, TextRef dll, Report& report) {
  const ModuleInputs* inputs = world.now().modules.get();
  if (!listed(names, inputs, dll)) return {world.shaped("WER-REP-22", ModuleOutcome::not_listed)};
  const ModuleBehaviour& module = behaviour_of(names, *inputs, dll);
  if (!module.loadable) return {world.shaped("WER-REP-23", ModuleOutcome::load_failed)};
  switch (module.event) {
    case CallbackDeed::terminates:
      return terminates;
    case CallbackDeed::fails:
      return {world.shaped("WER-REP-24", ModuleOutcome::failed)};
    case CallbackDeed::succeeds:
      break;
  }
  if (!module.claims.has_value()) return {world.shaped("WER-REP-24", ModuleOutcome::declined)};
  return ask_claiming(world, module, report);
}

void add(Report& report, const RegisteredModule& module, ModuleOutcome outcome) {
  report.modules.push_back({module.dll, module.context, outcome});
}

void none_runs(Draft& world, Clause clause, const RegisteredModule* first, const RegisteredModule* end,
               Report& report) {
  for (; first != end; ++first) add(report, *first, world.shaped(clause, ModuleOutcome::not_run));
}

}  // namespace

bool ask_modules(Draft& world, const Process& failing, Report& report) {
  const Modules& modules = failing.wer.modules;
  if (modules.empty()) return true;
  world.applies("WER-REP-28");
  if (report.head.cause == Cause::hang) {
    none_runs(world, "WER-REP-20", modules.begin(), modules.end(), report);
    return true;
  }
  world.applies("WER-REP-21");
  const NameComparison names{world};
  for (const RegisteredModule& module : modules) {
    const Asked asked = ask(world, names, module.dll, report);
    if (asked.next == Next::terminated) return false;
    add(report, module, asked.outcome);
    if (asked.next == Next::ask_on) continue;
    none_runs(world, "WER-REP-21", &module + 1, modules.end(), report);
    break;
  }
  return true;
}

}  // namespace procreg::model
