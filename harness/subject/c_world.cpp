#include "harness/subject/c_world.h"

#include <algorithm>
#include <cstring>
#include <memory>

namespace procreg::harness {

namespace {

procreg_maybe maybe(const std::optional<bool>& value) {
  return !value ? PROCREG_DEFAULT : *value ? PROCREG_YES : PROCREG_NO;
}

// What a child has and what a process of the world has, under one name: nullopt is the default.
template <class T>
const std::optional<T>& given(const Given<T>& value) {
  return value.value;
}
template <class T>
const std::optional<T>& given(const std::optional<T>& value) {
  return value;
}
template <class T>
std::optional<T> given(const T& value, const T& usual) {
  return value == usual ? std::nullopt : std::optional{value};
}
template <class T>
std::optional<T> given(const Given<T>& value, const T&) {
  return value.value;
}
bool set(Flag flag) { return flag.set; }
bool set(bool flag) { return flag; }

}  // namespace

template <class T>
const T* CWorld::kept(std::vector<T> list) {
  if (list.empty()) list.resize(1);  // a pointer that is not NULL
  const auto held = std::make_shared<const std::vector<T>>(std::move(list));
  kept_.push_back(held);
  return held->data();
}
template <class T>
const T* CWorld::kept_one(T value) {
  return kept(std::vector<T>{value});
}

const char* CWorld::name(std::uint16_t base) const {
  return base == 0 ? nullptr : script_.names[base - 1U].name.c_str();
}

PCWSTR CWorld::text(TextRef ref) {
  const std::u16string& text = script_.tables.at(ref);
  if (text.find(u'\0') != std::u16string::npos) problem_ = "a text has a NUL inside, and a text of C ends there";
  return reinterpret_cast<PCWSTR>(text.c_str());
}

const PCWSTR* CWorld::texts(const std::vector<TextRef>& refs) {
  std::vector<PCWSTR> list;
  for (const TextRef ref : refs) list.push_back(text(ref));
  return kept(std::move(list));
}

const char* const* CWorld::thread_names(std::uint16_t base, std::uint16_t count) {
  if (base == 0 || script_.names[base - 1U].thread_names.empty()) return nullptr;
  const auto& names = script_.names[base - 1U].thread_names;
  std::vector<const char*> list(count);
  for (std::size_t k = 0; k < std::min<std::size_t>(count, names.size()); ++k) list[k] = names[k].c_str();
  return kept(std::move(list));
}

const procreg_dacl* CWorld::dacl(DaclRef ref) {
  std::vector<procreg_dacl_entry> list;
  for (const DaclEntry& entry : script_.tables.at(ref))
    list.push_back({text(entry.user), static_cast<DWORD>(entry.mask)});
  const std::size_t count = list.size();
  return kept_one(procreg_dacl{kept(std::move(list)), count});
}

const procreg_stacks* CWorld::stacks(StacksRef ref) {
  std::vector<procreg_stack> list;
  for (const Stack& stack : script_.tables.at(ref)) {
    procreg_stack c{{stack.range.begin, stack.range.end}, stack.stack_pointer, stack.instruction_pointer, {}};
    std::copy(stack.registers.begin(), stack.registers.end(), std::begin(c.registers));
    list.push_back(c);
  }
  mirror_.stacks(script_.tables.at(ref));
  const std::size_t count = list.size();
  return kept_one(procreg_stacks{kept(std::move(list)), count});
}

const procreg_ranges* CWorld::ranges(RangesRef ref) {
  std::vector<procreg_range> list;
  for (const Range& range : script_.tables.at(ref)) list.push_back({range.begin, range.end});
  mirror_.ranges(script_.tables.at(ref));
  const std::size_t count = list.size();
  return kept_one(procreg_ranges{kept(std::move(list)), count});
}

procreg_loaded_module CWorld::module(const LoadedModule& module) {
  procreg_loaded_module c{.name = reinterpret_cast<PCWSTR>(module.name.c_str()),
                          .base = module.base,
                          .size = module.size,
                          .checksum = module.checksum,
                          .timestamp = module.timestamp,
                          .version = module.version ? module.version->data() : nullptr,
                          .debug_id = nullptr,
                          .debug_age = 0,
                          .debug_pdb = nullptr};
  if (module.debug) {
    GUID id;
    const CGuid plain = c_guid(module.debug->id);
    std::memcpy(&id, &plain, sizeof(id));
    c.debug_id = kept_one(id);
    c.debug_age = module.debug->age;
    c.debug_pdb = module.debug->pdb.c_str();
  }
  return c;
}

const procreg_loaded_modules* CWorld::loaded_modules(LoadedModulesRef ref) {
  std::vector<procreg_loaded_module> list;
  for (const LoadedModule& loaded : script_.tables.at(ref)) list.push_back(module(loaded));
  mirror_.loaded_modules(script_.tables.at(ref));
  const std::size_t count = list.size();
  return kept_one(procreg_loaded_modules{kept(std::move(list)), count});
}

// In the order in which the library reads them.
template <class Spec>
procreg_inputs CWorld::inputs(const Spec& spec, std::uint16_t base) {
  procreg_inputs c{};
  if (const auto user = given(spec.user, default_user)) c.user = text(*user);
  if (const auto& pid = given(spec.pid)) c.pid = kept_one(static_cast<DWORD>(*pid));
  c.is_protected = set(spec.protected_);
  if (const auto& dacl = given(spec.dacl)) c.dacl = this->dacl(*dacl);
  c.threads = spec.threads.count;
  c.thread_names = thread_names(base, spec.threads.count);
  c.package = text(given(spec.package));
  c.local_folder_usable = maybe(given(spec.localFolderUsable));
  c.dumpable = maybe(given(spec.dumpable));
  if (const auto stacks = given(spec.stacks, default_stacks)) c.stacks = this->stacks(*stacks);
  if (const auto data = given(spec.data, default_data)) c.data = ranges(*data);
  if (const auto private_ = given(spec.private_, no_ranges)) c.private_ranges = ranges(*private_);
  if (const auto mapped = given(spec.mapped, no_ranges)) c.mapped = ranges(*mapped);
  if (const auto& modules = given(spec.loadedModules)) c.loaded_modules = loaded_modules(*modules);
  return c;
}

procreg_process_spec CWorld::process(const ProcessSpec& spec) {
  return {.name = name(spec.name),
          .machine = script_.world.machines[number(spec.machine)].name.c_str(),
          .kind = static_cast<procreg_process_kind>(spec.kind),
          .se_debug = spec.se_debug,
          .inputs = inputs(spec, spec.name)};
}

procreg_module_behaviour CWorld::behaviour(const ModuleBehaviour& behaviour) {
  std::vector<procreg_signature_deed> signatures;
  for (const ModuleSignature& signature : behaviour.signatures)
    signatures.push_back({static_cast<procreg_deed>(signature.deed), text(signature.name), text(signature.value)});
  const std::size_t count = signatures.size();
  return {.dll = text(behaviour.dll),
          .cannot_be_loaded = !behaviour.loadable,
          .event = static_cast<procreg_deed>(behaviour.event),
          .claims = text(behaviour.claims),
          .count = behaviour.count,
          .signatures = kept(std::move(signatures)),
          .signature_count = count,
          .debugger = static_cast<procreg_deed>(behaviour.debugger),
          .custom = text(behaviour.custom),
          .automatic = behaviour.automatic};
}

// Those that differ from the documented profile.
std::vector<procreg_option> CWorld::options(const Profile& profile) {
  const Profile documented = documented_profile();
  std::vector<procreg_option> options;
  const auto c_name = [this](std::string_view name) {
    return kept(std::vector<char>{name.data(), name.data() + name.size() + 1});  // of a table of literals
  };
  for (std::size_t i = 0; i < choice_count; ++i)
    if (profile.option[i] != documented.option[i])
      options.push_back({c_name(choices()[i].name), c_name(choices()[i].options[profile.option[i]])});
  return options;
}

const procreg_world_spec& CWorld::world(const Profile& profile) {
  const WorldSpec& spec = script_.world;
  const auto list = [this](auto elements, auto*& items, std::size_t& count) {
    count = elements.size();
    items = kept(std::move(elements));
  };
  std::vector<procreg_machine_spec> machines;
  for (const MachineSpec& machine : spec.machines)
    machines.push_back({machine.name.c_str(), static_cast<procreg_filter_state>(machine.ccf)});
  std::vector<procreg_process_spec> processes;
  for (const ProcessSpec& process : spec.processes) processes.push_back(this->process(process));
  std::vector<procreg_module_behaviour> behaviours;
  for (const ModuleBehaviour& behaviour : spec.moduleBehaviours) behaviours.push_back(this->behaviour(behaviour));

  world_ = {};
  list(options(profile), world_.options, world_.option_count);
  list(std::move(machines), world_.machines, world_.machine_count);
  world_.no_processes = processes.empty();
  list(std::move(processes), world_.processes, world_.process_count);
  world_.limits = kept_one(
      procreg_limits{spec.limits.entries, spec.limits.metadata, spec.limits.dumpCollection, spec.limits.modules});
  world_.existing_files = texts(spec.existingFiles);
  world_.existing_file_count = spec.existingFiles.size();
  world_.helper_modules = texts(spec.helperModules);
  world_.helper_module_count = spec.helperModules.size();
  list(std::move(behaviours), world_.module_behaviours, world_.module_behaviour_count);
  world_.additional_data_requested = spec.additionalDataRequested;
  world_.user_documents_requested = spec.userDocumentsRequested;
  world_.force_queue = spec.forceQueue;
  return world_;
}

const procreg_new_process& CWorld::child(const CreateProcess& step) {
  child_ = {.name = name(step.as.base),
            .inherit_handles = step.inheritHandles.set,
            .parent_handle = nullptr,
            .inheritable_result = step.inheritableResult.set,
            .inputs = inputs(step, step.as.base)};
  if (step.parentHandle.value)
    child_.parent_handle = kept_one(static_cast<HANDLE>(c_pointer(number(step.parentHandle.value->raw))));
  return child_;
}

}  // namespace procreg::harness
