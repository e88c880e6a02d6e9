// The life cycle of the CCF filter and its faults (ccf.md 4).
#include "model/ccf/opens.h"
#include "model/rules.h"

namespace procreg::model {

namespace {

FilterState& filter(Edit& next, MachineIndex machine) { return next.machine_head(machine).filter; }

void note_opens_that_stay(Draft& world, MachineIndex machine) {
  world.applies_if(has_opens(world.now()), "CCF-FLT-06");
  for (const Tag& tag : world.machine(machine).tags)
    world.applies_if(tag.has_id && has_open_with(world.now(), tag.id), "CCF-OPEN-07");
}

void drop_cache(Edit& next, MachineIndex machine) {
  if (!next.machine(machine).tags.empty()) {
    next.applies("CCF-REG-26");
    next.tags(machine).clear();
  }
  if (!next.machine(machine).versions.empty()) {
    next.applies("CCF-VER-10");
    next.versions(machine).clear();
  }
}

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
      note_opens_that_stay(next, machine);
      if (unload != CcfUnload::keep_cache) drop_cache(next, machine);
    });
  });
}

Ruling& rule(Draft& world, const FailCcfAllocation& event, Choices&) {
  return world.commit(applied, "CCF-FLT-09", [&](Edit& next) {
    next.effect("CCF-FLT-09", [&] { add(next.faults(event.machine.index), event.n); });
  });
}

}  // namespace procreg::model
