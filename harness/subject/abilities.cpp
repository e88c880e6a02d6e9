#include <algorithm>
#include <string>

#include "harness/scenario/format.h"
#include "harness/scenario/value_text.h"
#include "harness/subject/foreign.h"

namespace procreg::harness {

namespace {

// What a field may always hold: its key may not be left out, or it is a name for what is made.
bool always(ValueKind kind) { return !may_be_left_out(kind) || kind == ValueKind::binds; }

bool is_raw(NameRef name, std::uint64_t id, std::uint64_t nobodys, std::uint64_t nobodys_end) {
  const bool literal = id > nobodys && id < nobodys_end;
  return !name && id != 0 && !literal;
}

// The numbers that nobody has, by kind of id: `@process1` and so on.
constexpr std::uint64_t literals_end = 0x100000000U;

struct RawIds {
  bool found{};
  void operator()(const PidRef& ref) { found |= is_raw(ref.name, number(ref.raw), number(unowned_pid), literals_end); }
  void operator()(const TidRef& ref) {
    found |= is_raw(ref.name, number(ref.raw), number(unowned_tid), number(unowned_handle));
  }
  void operator()(const HandleRef& ref) {
    if (ref.raw == current_process || ref.raw == current_thread) return;
    found |= is_raw(ref.name, number(ref.raw), number(unowned_handle), number(unowned_pid));
  }
  void operator()(const Given<TidRef>& given) {
    if (given.value) (*this)(*given.value);
  }
  void operator()(const Given<HandleRef>& given) {
    if (given.value) (*this)(*given.value);
  }
  template <class T>
  void operator()(const T&) {}
};

bool has_raw_ids(const Step& step) {
  RawIds ids;
  std::visit(
      [&ids](const auto& fields) {
        std::decay_t<decltype(fields)>::fields::each([&](auto field) { ids(fields.*(field.member)); });
      },
      step);
  return ids.found;
}

// The parts of this process that are not as by default.
std::vector<std::string_view> parts_of(const Script& script, const ProcessSpec& process) {
  const ProcessSpec usual;
  std::vector<std::string_view> parts;
  const auto part = [&parts](bool differs, std::string_view name) {
    if (differs) parts.push_back(name);
  };
  part(process.machine != usual.machine, "processes.machine");
  part(process.kind != usual.kind, "processes.kind");
  part(process.user != usual.user, "processes.user");
  part(process.pid.has_value(), "processes.pid");
  part(process.protected_, "processes.protected");
  part(process.se_debug, "processes.privileges");
  part(process.dacl.has_value(), "processes.dacl");
  part(process.threads != usual.threads || !script.names[process.name - 1U].thread_names.empty(), "processes.threads");
  part(process.package.has_value(), "processes.package");
  part(process.localFolderUsable.has_value(), "processes.localFolderUsable");
  part(process.dumpable.has_value(), "processes.dumpable");
  part(process.stacks != usual.stacks, "processes.stacks");
  part(process.data != usual.data, "processes.data");
  part(process.private_ != usual.private_, "processes.private");
  part(process.mapped != usual.mapped, "processes.mapped");
  part(process.loadedModules.has_value(), "processes.loadedModules");
  return parts;
}

bool is_main_alone(const Script& script) {
  const auto& processes = script.world.processes;
  return processes.size() == 1 && processes.front().name != 0 &&
         script.names[processes.front().name - 1U].name == default_process_name;
}

std::vector<std::string_view> parts_of(const Script& script) {
  const WorldSpec& world = script.world;
  const WorldSpec usual;
  std::vector<std::string_view> parts;
  const auto part = [&parts](bool differs, std::string_view name) {
    if (differs) parts.push_back(name);
  };
  part(world.machines != usual.machines, "machines");
  part(!is_main_alone(script), "processes");
  part(world.limits != usual.limits, "limits");
  part(!world.existingFiles.empty(), "existingFiles");
  part(!world.helperModules.empty(), "helperModules");
  part(!world.moduleBehaviours.empty(), "moduleBehaviours");
  part(world.additionalDataRequested, "additionalDataRequested");
  part(world.userDocumentsRequested, "userDocumentsRequested");
  part(world.forceQueue, "forceQueue");
  for (const ProcessSpec& process : world.processes)
    for (const std::string_view of : parts_of(script, process)) parts.push_back(of);
  return parts;
}

// "" when the subject can perform it.
std::string lacks(const Abilities& abilities, const Step& step) {
  const StepInfo& row = info(step);
  const std::size_t kind = step.index();
  if (abilities.steps[kind] == Can::no) return std::string{row.name};
  if (!abilities.raw_ids && has_raw_ids(step)) return std::string{row.name} + " with an id given as a number";
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const FieldInfo& field = row.fields[i];
    if (always(field.kind) || (abilities.fields[kind] >> i & 1U) != 0) continue;
    if (!is_default(field.kind, field.see(address(step)), nullptr))
      return std::string{row.name} + " with " + std::string{field.name};
  }
  return {};
}

}  // namespace

std::uint64_t optional_fields(std::size_t kind) {
  std::uint64_t fields = 0;
  const auto rows = steps()[kind].fields;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!always(rows[i].kind)) fields |= std::uint64_t{1} << i;
  return fields;
}

void perform_everything(Abilities& abilities) {
  abilities.steps.fill(Can::yes);
  for (std::size_t kind = 0; kind < step_kinds; ++kind) abilities.fields[kind] = optional_fields(kind);
}

const std::set<std::string, std::less<>>& parts_of_worlds() {
  static const std::set<std::string, std::less<>> parts = [] {
    std::set<std::string, std::less<>> all{world_keys.begin(), world_keys.end()};
    for (const std::string_view key : process_keys)
      if (key != "name") all.insert("processes." + std::string{key});
    return all;
  }();
  return parts;
}

std::string what_it_lacks(const Abilities& abilities, const Script& script) {
  for (const std::string_view part : parts_of(script))
    if (!abilities.world.contains(part)) return "a world with its own " + std::string{part};
  for (const Step& step : script.steps)
    if (std::string lack = lacks(abilities, step); !lack.empty()) return lack;
  return script.parallel.empty() ? "" : "several threads at once";
}

}  // namespace procreg::harness
