// The life cycle of the CCF filter and its faults (ccf.md 4).
#include "model/rules.h"

namespace procreg::model {

namespace {

FilterState& filter(Edit& next, MachineIndex machine) { return next.machine_head(machine).filter; }

}  // namespace

Ruling& rule(Draft& world, const FilterLoad& event, Choices&) {
  const MachineIndex machine = event.machine.index;
  if (world.machine(machine).filter == FilterState::loaded) return world.answer(applied, "CCF-FLT-03");
  return world.commit(applied, "CCF-FLT-03", [&](Edit& next) {
    next.effect("CCF-FLT-03", [&] { filter(next, machine) = FilterState::loaded; });
  });
}

Ruling& rule(Draft& world, const FilterUnload& event, Choices& choices) {
  const MachineIndex machine = event.machine.index;
  if (world.machine(machine).filter != FilterState::loaded) return world.answer(applied, "CCF-FLT-04");
  const CcfUnload unload = choices.take(choice::ccf_unload);
  if (unload == CcfUnload::refuse) return world.refuse(not_applicable, "CCF-FLT-04");
  return world.commit(applied, "CCF-FLT-04", [&](Edit& next) {
    next.effect("CCF-FLT-04", [&] {
      filter(next, machine) = FilterState::unloaded;
      if (unload == CcfUnload::keep_cache || next.machine(machine).tags.empty()) return;
      next.applies("CCF-REG-26");
      next.tags(machine).clear();
    });
  });
}

Ruling& rule(Draft& world, const FailCcfAllocation& event, Choices&) {
  return world.commit(applied, "CCF-FLT-09", [&](Edit& next) {
    next.effect("CCF-FLT-09", [&] { add(next.faults(event.machine.index), event.n); });
  });
}

}  // namespace procreg::model
