#include "harness/generate/generate.h"

#include "harness/generate/drawing.h"
#include "model/system.h"

namespace procreg::harness {

namespace {

using Draw = void (*)(Drawing&, Step&);

template <class T>
void draw_step(Drawing& drawing, Step& step) {
  auto& fields = step.emplace<T>();
  T::fields::each([&](auto field) { drawing.draw(fields.*(field.member)); });
  drawing.bind();
}

template <class Variant>
struct Draws;
template <class... T>
struct Draws<std::variant<T...>> {
  static constexpr std::array<Draw, sizeof...(T)> by_kind{&draw_step<T>...};
};

constexpr std::uint32_t processes_wanted =
    7;  // more than this on all machines only now and then: snapshots grow with them

std::size_t processes(const model::State& state) {
  std::size_t count = 0;
  for (const auto& machine : state.machines) count += machine.processes.size();
  return count;
}

// A kind that makes sense now; after three that do not, whatever comes.
std::size_t kind_for(ChoiceSource& source, const Situation& situation) {
  std::size_t kind = situation.swarm.kind(source);
  for (int again = 0; again < 3 && !makes_sense(kind, situation.state); ++again) kind = situation.swarm.kind(source);
  const bool crowded = kind == step_index<CreateProcess> && processes(situation.state) >= processes_wanted;
  return crowded && !source.one_in(8) ? situation.swarm.kind(source) : kind;
}

}  // namespace

Step generate(ChoiceSource& source, const Situation& situation) {
  const std::size_t kind = kind_for(source, situation);
  Drawing drawing{source, situation, kind};
  Step step;
  Draws<Step>::by_kind[kind](drawing, step);
  return step;
}

bool alive(const model::State& state) {
  for (const auto& machine : state.machines)
    for (const auto& process : machine.processes)
      if (model::live(process) && !process.core.debugged) return true;
  return false;
}

Script script_of(const GeneratedWorld& world, const NameBook& names, std::span<const Step> steps) {
  Script script;
  script.name = "generated";
  script.profiles = {{profile_label(world.profile), world.profile}};
  script.world_given = true;
  script.world = world.world;
  script.tables = generated_tables();
  script.names = given_names(names);
  script.steps.assign(steps.begin(), steps.end());
  return script;
}

Script generate_script(ChoiceSource& source, std::size_t steps) {
  GeneratedWorld world;
  NameBook names;
  generate_world(source, steps, world, names);
  model::System model{world.world, generated_tables(), world.profile};
  Bindings bindings;
  bindings.clear(names.room());
  bindings.bind_world(world.world);
  std::vector<Step> made;
  while (made.size() < steps && alive(model.state())) {
    source.begin(made.size() + 1);
    made.push_back(generate(source, {model.state(), bindings, world.swarm, names}));
    bindings.bind_all(made.back(), model.perform(bindings.resolve(made.back())));
  }
  return script_of(world, names, made);
}

}  // namespace procreg::harness
