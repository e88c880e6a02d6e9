#include "model/ccf/inheritance.h"

#include <algorithm>

namespace procreg::model {

namespace {

const Tag* source_tag(Draft& world, MachineIndex machine, const Process& creator, const Process& parent,
                      Choices& choices) {
  const Tag* of_parent = find_tag(world.machine(machine), parent.birth.object);
  if (creator.birth.object == parent.birth.object) return of_parent;
  const bool from_parent = choices.take(choice::app_instance_inherit_from) == AppInstanceInheritFrom::parent;
  return from_parent ? of_parent : find_tag(world.machine(machine), creator.birth.object);
}

bool passes_on(const Tag* source) { return source != nullptr && source->has_id && source->inherit; }

}  // namespace

// Evaluated once, when the process is made. A spoiled refusal to inherit hands down an all-zero id.
std::optional<Tag> inherited_tag(Draft& world, MachineIndex machine, const Process& creator, const Process& parent,
                                 Choices& choices) {
  Tag child{.has_id = true, .origin = TagOrigin::inherited};
  if (world.machine(machine).filter != FilterState::loaded) {
    world.applies("CCF-FLT-05");
    return world.shaped("CCF-INH-12", false) ? std::optional{child} : std::nullopt;
  }

  const Tag* source = source_tag(world, machine, creator, parent, choices);
  if (!passes_on(source)) return world.shaped("CCF-INH-02", false) ? std::optional{child} : std::nullopt;
  world.applies("CCF-INH-04");
  if (!world.shaped("CCF-INH-01", true)) return std::nullopt;
  if (world.ccf_allocation_fails(machine) && world.shaped("CCF-INH-11", true)) return std::nullopt;

  child.id = source->id;
  child.csv_flags = source->csv_flags;
  child.inherit = world.shaped(
      "CCF-INH-05", choices.take(choice::app_instance_inherit_depth) == AppInstanceInheritDepth::all_descendants);
  return child;
}

Tag& tag_of(Edit& next, ProcessKey process) {
  auto& tags = next.tags(process.machine);
  const auto place =
      std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.process >= process.object; });
  if (place != tags.end() && place->process == process.object) return *place;
  return *tags.insert(place, Tag{.process = process.object});
}

void give_tag(Edit& next, ProcessKey process, Tag tag) {
  tag.process = process.object;
  tag_of(next, process) = tag;
}

}  // namespace procreg::model
