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
  drawing.finish(step);
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

// The kind, or one that makes what it needs first: nothing can stand for a connection or an open that is not there.
std::size_t possible(std::size_t kind, const Situation& situation) {
  const auto none = [&situation](NameKind what) { return situation.names.of(what).empty(); };
  const bool on_handle = kind == step_index<SmbRead> || kind == step_index<SmbWrite> || kind == step_index<SmbLock> ||
                         kind == step_index<SmbClose>;
  if (on_handle && none(NameKind::open)) kind = step_index<SmbCreate>;
  if (kind == step_index<CsvIo> && none(NameKind::csv_open)) kind = step_index<CsvOpen>;
  const auto& servers = situation.state.servers;
  if (kind == step_index<SmbCreate> && !servers.empty() && servers.front().shares.empty()) kind = step_index<SmbShare>;
  const bool on_connection = kind == step_index<SmbCreate> || kind == step_index<SmbDisconnect>;
  if (on_connection && none(NameKind::connection)) kind = step_index<SmbConnect>;
  const bool on_server = kind == step_index<SmbConnect> || kind == step_index<SmbShare>;
  if (on_server && servers.empty()) kind = step_index<SmbServerStart>;
  if (kind == step_index<CsvOpen> && situation.state.volumes.empty()) kind = step_index<CsvVolume>;
  return kind;
}

// A kind that makes sense now; after three that do not, whatever comes.
std::size_t kind_for(ChoiceSource& source, const Situation& situation) {
  std::size_t kind = situation.swarm.kind(source);
  for (int again = 0; again < 3 && !makes_sense(kind, situation.state); ++again) kind = situation.swarm.kind(source);
  kind = possible(kind, situation);
  const bool crowded = kind == step_index<CreateProcess> && processes(situation.state) >= processes_wanted;
  return crowded && !source.one_in(8) ? possible(situation.swarm.kind(source), situation) : kind;
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
