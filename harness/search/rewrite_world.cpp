#include "harness/search/rewrite_world.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "harness/generate/world.h"
#include "harness/scenario/field_value.h"

namespace procreg::harness {

namespace {

constexpr MachineIndex first_machine{0};

template <class Change>
bool offer_changed(const Script& script, const Offer& offer, Change change) {
  Script changed = script;
  change(changed);
  return offer(std::move(changed));
}

bool offer_profile(const Script& script, const Offer& offer, const Profile& profile) {
  if (script.profiles.front().profile == profile) return false;
  return offer_changed(script, offer, [&](Script& changed) { changed.profiles = {{profile_label(profile), profile}}; });
}

template <class F>
void each_machine(Script& script, F f) {
  for (Step& step : script.steps)
    each_value(step, [&](auto& value) {
      if constexpr (std::is_same_v<std::decay_t<decltype(value)>, MachineRef>) f(value);
    });
}

void drop_machine(Script& script, std::size_t machine) {
  WorldSpec& world = script.world;
  world.machines.erase(world.machines.begin() + static_cast<std::ptrdiff_t>(machine));
  std::erase_if(world.processes, [&](const ProcessSpec& p) { return number(p.machine) == machine; });
  for (ProcessSpec& process : world.processes)
    if (number(process.machine) > machine) process.machine = first_machine;
  each_machine(script, [machine](MachineRef& ref) {
    if (number(ref.index) > machine) ref.index = first_machine;
  });
}

bool without_a_machine(const Script& script, const Offer& offer) {
  if (script.world.machines.size() < 2) return false;
  if (offer_changed(script, offer, [](Script& changed) {
        for (ProcessSpec& process : changed.world.processes) process.machine = first_machine;
        changed.world.machines.resize(1);
        each_machine(changed, [](MachineRef& ref) { ref.index = first_machine; });
      }))
    return true;
  for (std::size_t i = 0; i < script.world.machines.size(); ++i)
    if (offer_changed(script, offer, [i](Script& changed) { drop_machine(changed, i); })) return true;
  return false;
}

bool without_a_process(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.world.processes.size() && script.world.processes.size() > 1; ++i)
    if (offer_changed(script, offer, [i](Script& changed) {
          changed.world.processes.erase(changed.world.processes.begin() + static_cast<std::ptrdiff_t>(i));
        }))
      return true;
  return false;
}

// Each with its own part of a process as it is by default.
constexpr void (*usual_parts[])(ProcessSpec&) = {
    [](ProcessSpec& p) { p = {.name = p.name, .machine = p.machine}; },
    [](ProcessSpec& p) { p.machine = first_machine; },
    [](ProcessSpec& p) { p.kind = ProcessKind::ordinary; },
    [](ProcessSpec& p) { p.user = default_user; },
    [](ProcessSpec& p) { p.pid.reset(); },
    [](ProcessSpec& p) { p.protected_ = false; },
    [](ProcessSpec& p) { p.se_debug = false; },
    [](ProcessSpec& p) { p.dacl.reset(); },
    [](ProcessSpec& p) { p.threads = {}; },
    [](ProcessSpec& p) { p.threads.count = static_cast<std::uint16_t>(p.threads.count / 2 + p.threads.count % 2); },
    [](ProcessSpec& p) { p.package.reset(); },
    [](ProcessSpec& p) { p.localFolderUsable.reset(); },
    [](ProcessSpec& p) { p.dumpable.reset(); },
    [](ProcessSpec& p) { p.stacks = default_stacks; },
    [](ProcessSpec& p) { p.data = default_data; },
    [](ProcessSpec& p) { p.private_ = no_ranges; },
    [](ProcessSpec& p) { p.mapped = no_ranges; },
    [](ProcessSpec& p) { p.loadedModules.reset(); },
};

bool usual_processes(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.world.processes.size(); ++i)
    for (const auto part : usual_parts)
      if (offer_changed(script, offer, [&](Script& changed) { part(changed.world.processes[i]); })) return true;
  return false;
}

bool usual_machines(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.world.machines.size(); ++i) {
    if (offer_changed(script, offer, [i](Script& changed) { changed.world.machines[i].ccf = FilterState::loaded; }))
      return true;
    if (offer_changed(script, offer, [i](Script& changed) { changed.world.machines[i].ccf = FilterState::absent; }))
      return true;
  }
  return script.world.machines.size() == 1 &&
         offer_changed(script, offer, [](Script& changed) { changed.world.machines.front().name = "local"; });
}

template <class T>
bool without_one(const Script& script, const Offer& offer, std::vector<T> WorldSpec::*list) {
  for (std::size_t i = 0; i < (script.world.*list).size(); ++i)
    if (offer_changed(script, offer, [&](Script& changed) {
          (changed.world.*list).erase((changed.world.*list).begin() + static_cast<std::ptrdiff_t>(i));
        }))
      return true;
  return false;
}

// Each with its own part of a module's behaviour as it is by default.
constexpr void (*usual_behaviours[])(ModuleBehaviour&) = {
    [](ModuleBehaviour& m) { m.loadable = true; },
    [](ModuleBehaviour& m) { m = {.dll = m.dll, .loadable = m.loadable}; },
    [](ModuleBehaviour& m) { m.event = CallbackDeed::succeeds; },
    [](ModuleBehaviour& m) { m.count /= 2; },
    [](ModuleBehaviour& m) { m.signatures.resize(m.claims ? std::min(m.count, WER_MAX_PARAM_COUNT) : 0U); },
    [](ModuleBehaviour& m) { m.debugger = CallbackDeed::succeeds; },
    [](ModuleBehaviour& m) { m.custom.reset(); },
    [](ModuleBehaviour& m) { m.automatic = false; },
};

bool usual_modules(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.world.moduleBehaviours.size(); ++i)
    for (const auto part : usual_behaviours)
      if (offer_changed(script, offer, [&](Script& changed) { part(changed.world.moduleBehaviours[i]); })) return true;
  return false;
}

bool created_by_first(const Script& script, const ProcessSpec& process) {
  return process.kind == ProcessKind::ordinary && process.machine == script.world.processes.front().machine &&
         process.name != 0;
}

CreateProcess creation_of(const ProcessSpec& process, std::uint16_t creator) {
  CreateProcess step;
  step.by.name = {creator, itself_part};
  step.as.base = process.name;
  step.pid.value = process.pid;
  if (process.user != default_user) step.user.value = process.user;
  step.protected_.set = process.protected_;
  step.dacl.value = process.dacl;
  step.threads = process.threads;
  step.package.value = process.package;
  step.localFolderUsable.value = process.localFolderUsable;
  step.dumpable.value = process.dumpable;
  if (process.stacks != default_stacks) step.stacks.value = process.stacks;
  if (process.data != default_data) step.data.value = process.data;
  if (process.private_ != no_ranges) step.private_.value = process.private_;
  if (process.mapped != no_ranges) step.mapped.value = process.mapped;
  step.loadedModules.value = process.loadedModules;
  return step;
}

void add_in_front(Script& script, const Step& step) {
  script.steps.insert(script.steps.begin(), step);
  if (!script.expectations.empty()) script.expectations.insert(script.expectations.begin(), Expectation{});
}

std::string unused_name(const Names& names) {
  std::string name = "main";
  while (std::any_of(names.begin(), names.end(), [&](const GivenNameEntry& other) { return other.name == name; }))
    name += '0';
  return name;
}

// A new plain first process takes the place of the old one, which it creates.
void make_first_created(Script& script) {
  script.names.push_back({unused_name(script.names), {}});
  const auto base = static_cast<std::uint16_t>(script.names.size());
  ProcessSpec& first = script.world.processes.front();
  const CreateProcess step = creation_of(first, base);
  first = {.name = base, .machine = first.machine};
  add_in_front(script, step);
}

void make_created(Script& script, std::size_t i) {
  const CreateProcess step = creation_of(script.world.processes[i], script.world.processes.front().name);
  script.world.processes.erase(script.world.processes.begin() + static_cast<std::ptrdiff_t>(i));
  add_in_front(script, step);
}

bool create_processes(const Script& script, const Offer& offer) {
  const auto& processes = script.world.processes;
  for (std::size_t i = processes.size() - 1; i > 0; --i)
    if (created_by_first(script, processes[i]) &&
        offer_changed(script, offer, [i](Script& changed) { make_created(changed, i); }))
      return true;
  const ProcessSpec& first = processes.front();
  const ProcessSpec plain{.name = first.name, .machine = first.machine};
  return first != plain && created_by_first(script, first) && !first.se_debug &&
         offer_changed(script, offer, [](Script& changed) { make_first_created(changed); });
}

bool unload_filters(const Script& script, const Offer& offer) {
  for (std::size_t i = 0; i < script.world.machines.size(); ++i) {
    if (script.world.machines[i].ccf == FilterState::loaded) continue;
    if (offer_changed(script, offer, [i](Script& changed) {
          changed.world.machines[i].ccf = FilterState::loaded;
          add_in_front(changed, FilterUnload{{MachineIndex{static_cast<std::uint8_t>(i)}}});
        }))
      return true;
  }
  return false;
}

}  // namespace

bool simpler_profile(const Script& script, const Offer& offer) {
  const Profile documented = documented_profile();
  if (offer_profile(script, offer, documented) || offer_profile(script, offer, windows11_profile())) return true;
  const Profile profile = script.profiles.front().profile;
  for (std::size_t i = 0; i < choice_count; ++i) {
    if (profile.option[i] == documented.option[i]) continue;
    Profile changed = profile;
    changed.option[i] = documented.option[i];
    if (offer_profile(script, offer, changed)) return true;
    for (changed.option[i] = 0; changed.option[i] < profile.option[i]; ++changed.option[i])
      if (offer_profile(script, offer, changed)) return true;
  }
  return false;
}

bool simpler_world(const Script& script, const Offer& offer) {
  if (script.world.processes.empty()) return false;
  const bool whole = offer_changed(script, offer, [](Script& changed) {
    const std::uint16_t first = changed.world.processes.front().name;
    changed.world = WorldSpec{};
    changed.world.processes.front().name = first;
  });
  if (whole || without_a_machine(script, offer) || without_a_process(script, offer)) return true;
  if (usual_processes(script, offer) || usual_machines(script, offer)) return true;
  for (const auto flag :
       {&WorldSpec::additionalDataRequested, &WorldSpec::userDocumentsRequested, &WorldSpec::forceQueue})
    if (offer_changed(script, offer, [flag](Script& changed) { changed.world.*flag = false; })) return true;
  return without_one(script, offer, &WorldSpec::existingFiles) ||
         without_one(script, offer, &WorldSpec::helperModules) ||
         without_one(script, offer, &WorldSpec::moduleBehaviours) || usual_modules(script, offer);
}

bool simpler_limits(const Script& script, const Offer& offer) {
  constexpr Limits usual{};
  for (const auto limit : {&Limits::entries, &Limits::metadata, &Limits::dumpCollection, &Limits::modules})
    for (const std::uint32_t number : {usual.*limit, 0U, 1U, 2U, 3U})
      if (script.world.limits.*limit != number &&
          offer_changed(script, offer, [&](Script& changed) { changed.world.limits.*limit = number; }))
        return true;
  return false;
}

bool steps_for_world(const Script& script, const Offer& offer) {
  if (script.world.processes.empty()) return false;
  return create_processes(script, offer) || unload_filters(script, offer);
}

}  // namespace procreg::harness
