// `world`: how the world of a script begins (specification README, 3).
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "api/names.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"

namespace procreg::harness {

namespace {

using json::Node;

void read_machine_spec(Reading& in, const Node& value, std::vector<MachineSpec>& machines) {
  if (!expect(in, value, json::Kind::object, "a machine { \"name\": ..., \"ccf\": ... }")) return;
  refuse_unknown_keys(in, value, machine_keys, {});
  MachineSpec machine;
  const Node* name = member(value, "name");
  if (name == nullptr) {
    in.errors.at(value, "the key \"name\" is missing");
  } else if (const auto text = read_text(in, *name, "a name")) {
    machine.name = *text;
    const auto same = [&](const MachineSpec& other) { return other.name == machine.name; };
    if (text->empty()) in.errors.at(*name, "a name is not empty");
    if (std::any_of(machines.begin(), machines.end(), same))
      in.errors.at(*name, fmt::format("two machines are called {}", json::quote(machine.name)));
  }
  if (const Node* ccf = member(value, "ccf"))
    if (const auto state = read_word(in, *ccf, "state of the filter", names_of<FilterState>()))
      machine.ccf = static_cast<FilterState>(*state);
  machines.push_back(std::move(machine));
}

void read_machines(Reading& in, const Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of machines")) return;
  const std::size_t machines = json::count(list);
  if (machines == 0 || machines > machines_max) {
    in.errors.at(list, fmt::format("1 to {} machines are expected", machines_max));
    return;
  }
  std::vector<MachineSpec> specs;
  for (const Node& machine : json::children(list)) read_machine_spec(in, machine, specs);
  in.script.world.machines = std::move(specs);
}

bool read_privileges(Reading& in, const Node& list) {
  constexpr std::array known{se_debug_privilege};
  if (!expect(in, list, json::Kind::array, "a list of privileges")) return false;
  for (const Node& privilege : json::children(list)) read_word(in, privilege, "privilege", known);
  return list.first != nullptr;
}

void check_pid(Reading& in, const Node& value, const ProcessSpec& process) {
  const bool idle = process.kind == ProcessKind::system_idle;
  const bool system = process.kind == ProcessKind::system;
  const std::uint32_t pid = number(*process.pid);
  if ((idle && pid != 0) || (system && pid != 4))
    in.errors.at(value, fmt::format("a process of kind {} has the pid {}", name(process.kind), idle ? 0 : 4));
  if (!idle && !system && pid < 8) in.errors.at(value, "the pids 0 and 4 belong to the kinds system-idle and system");
}

void read_pid(Reading& in, const Node& value, ProcessSpec& process) {
  const auto pid = read_assignable(in, value, "pid");
  if (!pid) return;
  process.pid = Pid{*pid};
  check_pid(in, value, process);
}

// Calls f with the member, if the object has it.
template <class F>
void with(const Node& object, std::string_view key, F&& f) {
  if (const Node* value = member(object, key)) f(*value);
}

// Everything of a process but its name and threads.
ProcessSpec read_inputs(Reading& in, const Node& value) {
  ProcessSpec process;
  with(value, "machine", [&](const Node& v) { process.machine = read_machine(in, v).value_or(MachineIndex{}); });
  with(value, "kind", [&](const Node& v) {
    const auto kind = read_word(in, v, "kind of process", names_of<ProcessKind>());
    process.kind = static_cast<ProcessKind>(kind.value_or(0));
  });
  with(value, "user", [&](const Node& v) {
    if (const auto user = read_text(in, v, "the name of a user"))
      process.user = in.script.tables.text(json::utf16(*user));
  });
  with(value, "pid", [&](const Node& v) { read_pid(in, v, process); });
  with(value, "protected", [&](const Node& v) { process.protected_ = read_boolean(in, v).value_or(false); });
  with(value, "privileges", [&](const Node& v) { process.se_debug = read_privileges(in, v); });
  with(value, "dacl", [&](const Node& v) { process.dacl = read_dacl(in, v); });
  with(value, "package", [&](const Node& v) {
    if (const auto package = read_text(in, v, "the name of a package"))
      process.package = in.script.tables.text(json::utf16(*package));
  });
  with(value, "localFolderUsable", [&](const Node& v) { process.localFolderUsable = read_boolean(in, v); });
  with(value, "dumpable", [&](const Node& v) { process.dumpable = read_boolean(in, v); });
  with(value, "stacks", [&](const Node& v) { process.stacks = read_stacks(in, v).value_or(default_stacks); });
  with(value, "data", [&](const Node& v) { process.data = read_ranges(in, v).value_or(default_data); });
  with(value, "private", [&](const Node& v) { process.private_ = read_ranges(in, v).value_or(no_ranges); });
  with(value, "mapped", [&](const Node& v) { process.mapped = read_ranges(in, v).value_or(no_ranges); });
  with(value, "loadedModules", [&](const Node& v) { process.loadedModules = read_loaded_modules(in, v); });
  return process;
}

void read_process(Reading& in, const Node& value) {
  if (!expect(in, value, json::Kind::object, "a process { \"name\": ... }")) return;
  refuse_unknown_keys(in, value, process_keys, {});
  const Node* name = member(value, "name");
  if (name == nullptr) {
    in.errors.at(value, "the key \"name\" is missing");
    return;
  }
  ProcessSpec process = read_inputs(in, value);
  Threads threads;
  with(value, "threads", [&](const Node& v) { threads = read_threads(in, v).value_or(Threads{}); });
  process.threads.count = threads.count;
  if (check_given_name(in, *name)) {
    process.name =
        in.scope.bind({name->text, threads.names}, BoundAs::process_of_world, threads.count, process.machine);
    in.script.world.processes.push_back(process);
  }
}

// Pids are assigned in list order, so a given pid may meet one that was assigned.
void check_pids(Reading& in, const Node& list) {
  const WorldSpec& world = in.script.world;
  const std::vector<Pid> pids = world_pids(world);
  std::map<std::pair<MachineIndex, Pid>, std::size_t> owners;
  for (const Node& value : json::children(list)) {
    const std::size_t i = value.index;
    const auto [owner, is_new] = owners.emplace(std::pair{world.processes[i].machine, pids[i]}, i);
    if (!is_new)
      in.errors.at(value, fmt::format("this process and process {} of the list have the same pid {} on one machine",
                                      owner->second + 1, number(pids[i])));
    if (number(pids[i]) >= assignable_end) in.errors.at(value, "no pid is left for this process");
  }
}

void read_processes(Reading& in, const Node& list) {
  if (!expect(in, list, json::Kind::array, "a list of processes")) return;
  in.script.world.processes.clear();
  for (const Node& process : json::children(list)) read_process(in, process);
  if (in.script.world.processes.size() == json::count(list)) check_pids(in, list);
}

void read_paths(Reading& in, const Node& list, std::vector<TextRef>& paths) {
  if (!expect(in, list, json::Kind::array, "a list of paths")) return;
  std::set<std::u16string> known;
  for (const Node& path : json::children(list)) {
    const auto text = read_text(in, path, "a path");
    if (!text) continue;
    paths.push_back(text_up_to_nul(in, *text));
    if (!known.insert(folded(in.script.tables.at(paths.back()))).second)
      in.errors.at(path, fmt::format("the path {} stands twice in the list", json::quote(*text)));
  }
}

void read_flag(Reading& in, const Node& world, std::string_view key, bool& flag) {
  with(world, key, [&](const Node& v) { flag = read_boolean(in, v).value_or(false); });
}

void read_limits(Reading& in, const Node& value) {
  Limits& limits = in.script.world.limits;
  if (value.is(json::Kind::text) && value.text == "tiny") {
    limits = tiny_limits;
    return;
  }
  if (!expect(in, value, json::Kind::object, "an object of limits or \"tiny\"")) return;
  std::vector<std::string_view> known;
  for (const LimitField& field : limit_fields) {
    known.push_back(field.name);
    with(value, field.name, [&](const Node& v) {
      if (const auto limit = read_integer(in, v, limit_max)) limits.*field.member = static_cast<std::uint32_t>(*limit);
    });
  }
  refuse_unknown_keys(in, value, known, {});
}

}  // namespace

void read_world(Reading& in, const json::Node* world) {
  in.script.world_given = world != nullptr;
  const bool usable = world != nullptr && expect(in, *world, json::Kind::object, "an object");
  if (!usable || member(*world, "processes") == nullptr)
    in.scope.bind({std::string{default_process_name}, {}}, BoundAs::process_of_world, 1, MachineIndex{});
  if (!usable) return;
  refuse_unknown_keys(in, *world, world_keys, {});
  with(*world, "machines", [&](const Node& v) { read_machines(in, v); });
  with(*world, "processes", [&](const Node& v) { read_processes(in, v); });
  with(*world, "limits", [&](const Node& v) { read_limits(in, v); });
  WorldSpec& spec = in.script.world;
  with(*world, "existingFiles", [&](const Node& v) { read_paths(in, v, spec.existingFiles); });
  with(*world, "helperModules", [&](const Node& v) { read_paths(in, v, spec.helperModules); });
  with(*world, "moduleBehaviours", [&](const Node& v) { read_modules(in, v); });
  read_flag(in, *world, "additionalDataRequested", spec.additionalDataRequested);
  read_flag(in, *world, "userDocumentsRequested", spec.userDocumentsRequested);
  read_flag(in, *world, "forceQueue", spec.forceQueue);
}

}  // namespace procreg::harness
