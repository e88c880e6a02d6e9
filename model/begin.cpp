#include <algorithm>
#include <string_view>

#include "model/object/process.h"
#include "model/system.h"

namespace procreg::model {

namespace {

// UTF-16 code unit order of UTF-8 bytes: only U+E000 to U+FFFF, which begin with 0xEE or 0xEF, stand behind the
// surrogates.
int code_unit_key(char c) {
  const int byte = static_cast<unsigned char>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

bool before(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return code_unit_key(x) < code_unit_key(y); });
}

void add_machine(State& state, const WorldSpec& world, const MachineSpec& machine) {
  const auto earlier = std::count_if(world.machines.begin(), world.machines.end(),
                                     [&](const MachineSpec& other) { return before(other.name, machine.name); });
  Machine& made = state.machines.emplace_back();
  made.name_rank = static_cast<std::uint8_t>(earlier);
  made.filter = machine.ccf;
}

Newborn newborn(const ProcessSpec& process) {
  Newborn made;
  made.pid = pid_of_kind(process.kind);
  if (!made.pid.has_value()) made.pid = process.pid;
  made.threads = process.threads.count;
  made.birth.name = GivenName{process.name};
  made.birth.user = process.user;
  made.birth.se_debug = process.se_debug;
  made.birth.kind = process.kind;
  made.birth.protected_ = process.protected_;
  made.birth.dacl = process.dacl;
  made.birth.package = process.package;
  made.birth.local_folder_usable = process.localFolderUsable.value_or(process.package.has_value());
  made.birth.dumpable = process.dumpable.value_or(!process.protected_);
  made.birth.stacks = process.stacks;
  made.birth.data = process.data;
  made.birth.private_ = process.private_;
  made.birth.mapped = process.mapped;
  made.birth.loaded_modules = process.loadedModules;
  return made;
}

void add_files(State& state, const WorldSpec& world, const Tables& tables) {
  for (const TextRef path : world.existingFiles) state.existing_files.push_back(path);
  std::sort(state.existing_files.begin(), state.existing_files.end(),
            [&](TextRef a, TextRef b) { return tables.at(a) < tables.at(b); });
}

}  // namespace

State begin(const WorldSpec& world, const Tables& tables) {
  State state;
  state.limits = world.limits;
  if (!world.helperModules.empty())
    state.modules = ModuleInputsRef{{.helper_modules = world.helperModules, .behaviours = world.moduleBehaviours}};
  state.additional_data_requested = world.additionalDataRequested;
  state.user_documents_requested = world.userDocumentsRequested;
  state.force_queue = world.forceQueue;
  add_files(state, world, tables);
  for (const MachineSpec& machine : world.machines) add_machine(state, world, machine);

  Edit edit{std::move(state), tables};
  for (const ProcessSpec& process : world.processes) add_process(edit, process.machine, newborn(process));
  return std::move(edit.state());
}

}  // namespace procreg::model
