// A script as a scenario file.
#include <fmt/format.h>

#include <algorithm>

#include "api/names.h"
#include "harness/scenario/files.h"
#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/memory_text.h"
#include "harness/scenario/value_text.h"
#include "harness/scenario/write_steps.h"

namespace procreg::harness {

namespace {

bool default_processes(const Script& script) {
  return script.world.processes == WorldSpec{}.processes && !script.names.empty() &&
         script.names.front() == GivenNameEntry{std::string{default_process_name}, {}};
}

std::string machine_text(const MachineSpec& machine) {
  json::Object object;
  object.add("name", json::quote(machine.name));
  if (machine.ccf != FilterState::loaded) object.add("ccf", json::quote(name(machine.ccf)));
  return object.text();
}

std::string process_text(const Script& script, const ProcessSpec& process) {
  const GivenNameEntry& made = script.names[process.name - 1U];
  const auto value = [&](ValueKind kind, const auto& field) { return value_text(script, kind, &field, &made); };
  json::Object object;
  object.add("name", json::quote(made.name));
  if (number(process.machine) != 0) object.add("machine", value(ValueKind::machine, MachineRef{process.machine}));
  if (process.kind != ProcessKind::ordinary) object.add("kind", json::quote(name(process.kind)));
  if (process.user != default_user) object.add("user", json::quote(script.tables.at(process.user)));
  if (process.pid) object.add("pid", std::to_string(number(*process.pid)));
  if (process.protected_) object.add("protected", "true");
  if (process.se_debug) object.add("privileges", json::Array{}.add(json::quote(se_debug_privilege)).text());
  if (process.dacl) object.add("dacl", dacl_text(script.tables, script.tables.at(*process.dacl)));
  if (!is_default(ValueKind::thread_count, &process.threads, &made))
    object.add("threads", value(ValueKind::thread_count, process.threads));
  if (process.package) object.add("package", json::quote(script.tables.at(*process.package)));
  if (process.localFolderUsable) object.add("localFolderUsable", *process.localFolderUsable ? "true" : "false");
  if (process.dumpable) object.add("dumpable", *process.dumpable ? "true" : "false");
  const Tables& tables = script.tables;
  if (process.stacks != default_stacks) object.add("stacks", stacks_text(tables.at(process.stacks)));
  if (process.data != default_data) object.add("data", ranges_text(tables.at(process.data)));
  if (process.private_ != no_ranges) object.add("private", ranges_text(tables.at(process.private_)));
  if (process.mapped != no_ranges) object.add("mapped", ranges_text(tables.at(process.mapped)));
  if (process.loadedModules) object.add("loadedModules", loaded_modules_text(tables.at(*process.loadedModules)));
  return object.text();
}

std::string limits_text(const Limits& limits) {
  if (limits == tiny_limits) return json::quote("tiny");
  json::Object object;
  for (const LimitField& field : limit_fields)
    if (limits.*field.member != Limits{}.*field.member) object.add(field.name, std::to_string(limits.*field.member));
  return object.text();
}

std::string paths_text(const Tables& tables, const std::vector<TextRef>& paths) {
  json::Array list;
  for (const TextRef path : paths) list.add(json::quote(tables.at(path)));
  return list.text();
}

std::string deed_text(CallbackDeed deed) { return json::quote(name(deed)); }

std::string event_text(const Tables& tables, const ModuleBehaviour& module) {
  if (module.event == CallbackDeed::terminates || (!module.claims && module.event == CallbackDeed::fails))
    return deed_text(module.event);
  if (!module.claims) return json::quote("declines");
  json::Object event;
  event.add("claims", json::quote(tables.at(*module.claims))).add("count", json::integer(module.count));
  if (module.event == CallbackDeed::fails) event.add("fails", "true");
  return event.text();
}

std::string signature_text(const Tables& tables, const ModuleSignature& signature) {
  if (signature.deed != CallbackDeed::succeeds) return deed_text(signature.deed);
  return json::Array{}.add(json::quote(tables.at(signature.name))).add(json::quote(tables.at(signature.value))).text();
}

std::string debugger_text(const Tables& tables, const ModuleBehaviour& module) {
  if (module.debugger != CallbackDeed::succeeds) return deed_text(module.debugger);
  return json::Object{}
      .add("custom", module.custom ? json::quote(tables.at(*module.custom)) : "null")
      .add("automatic", module.automatic ? "true" : "false")
      .text();
}

std::string module_text(const Tables& tables, const ModuleBehaviour& module) {
  const ModuleBehaviour usual;
  json::Object object;
  object.add("dll", json::quote(tables.at(module.dll)));
  if (!module.loadable) object.add("loadable", "false");
  if (module.event != usual.event || module.claims) object.add("event", event_text(tables, module));
  json::Array signatures;
  for (const ModuleSignature& signature : module.signatures) signatures.add(signature_text(tables, signature));
  if (!module.signatures.empty()) object.add("signatures", signatures.text());
  if (module.debugger != usual.debugger || module.custom || module.automatic)
    object.add("debugger", debugger_text(tables, module));
  return object.text();
}

// `elements`, one a line, between brackets.
std::string lines(char open, const std::vector<std::string>& elements, char close, std::string_view indent) {
  std::string out{open};
  for (std::size_t i = 0; i < elements.size(); ++i)
    out += fmt::format("{}\n{}  {}", i == 0 ? "" : ",", indent, elements[i]);
  return fmt::format("{}\n{}{}", out, indent, close);
}

std::string world_text(const Script& script) {
  const WorldSpec& world = script.world;
  std::vector<std::string> members;
  if (world.machines != WorldSpec{}.machines) {
    std::vector<std::string> machines;
    for (const MachineSpec& machine : world.machines) machines.push_back(machine_text(machine));
    members.push_back("\"machines\": " + lines('[', machines, ']', "    "));
  }
  if (world.processes.empty()) {
    members.emplace_back("\"processes\": []");
  } else if (!default_processes(script)) {
    std::vector<std::string> processes;
    for (const ProcessSpec& process : world.processes) processes.push_back(process_text(script, process));
    members.push_back("\"processes\": " + lines('[', processes, ']', "    "));
  }
  if (world.limits != Limits{}) members.push_back("\"limits\": " + limits_text(world.limits));
  const Tables& tables = script.tables;
  if (!world.existingFiles.empty()) members.push_back("\"existingFiles\": " + paths_text(tables, world.existingFiles));
  if (!world.helperModules.empty()) members.push_back("\"helperModules\": " + paths_text(tables, world.helperModules));
  if (!world.moduleBehaviours.empty()) {
    std::vector<std::string> modules;
    for (const ModuleBehaviour& module : world.moduleBehaviours) modules.push_back(module_text(tables, module));
    members.push_back("\"moduleBehaviours\": " + lines('[', modules, ']', "    "));
  }
  if (world.additionalDataRequested) members.emplace_back("\"additionalDataRequested\": true");
  if (world.userDocumentsRequested) members.emplace_back("\"userDocumentsRequested\": true");
  if (world.forceQueue) members.emplace_back("\"forceQueue\": true");
  return members.empty() ? "{}" : lines('{', members, '}', "  ");
}

bool has_world(const Script& script) {
  return script.world_given || script.world != WorldSpec{} || !default_processes(script);
}

std::string profile_text(const Script::NamedProfile& named) {
  const std::string base = base_of(named);
  json::Object choices_of;
  const Profile from = *find_profile(base);
  for (std::size_t i = 0; i < choice_count; ++i) {
    const std::uint8_t option = named.profile.option[i];
    if (option != from.option[i] && option < choices()[i].options.size())
      choices_of.add(choices()[i].name, json::quote(choices()[i].options[option]));
  }
  if (choices_of.empty()) return json::quote(base);
  return json::Object{}.add("base", json::quote(base)).add("choices", choices_of.text()).text();
}

std::string profiles_text(const Script& script) {
  if (script.profiles.size() == 1) return profile_text(script.profiles.front());
  json::Array list;
  for (const Script::NamedProfile& profile : script.profiles) list.add(profile_text(profile));
  return list.text();
}

std::string clauses_text(const Script& script) {
  json::Array list;
  for (const std::string& clause : script.clauses) list.add(json::quote(clause));
  return list.text();
}

std::vector<std::string> step_lines(const Script& script) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    out.push_back(i < script.expectations.size() ? step_json(script, script.steps[i], script.expectations[i])
                                                 : step_json(script, script.steps[i]));
  return out;
}

std::string thread_text(const Script& script, const std::vector<Step>& thread) {
  std::vector<std::string> out;
  for (const Step& step : thread) out.push_back(step_json(script, step));
  return lines('[', out, ']', "    ");
}

std::vector<std::string> thread_texts(const Script& script) {
  std::vector<std::string> out;
  for (const std::vector<Step>& thread : script.parallel) out.push_back(thread_text(script, thread));
  return out;
}

std::vector<std::string> switch_lines(const Script& script) {
  std::vector<std::string> out;
  for (const ScheduleSwitch& each : script.schedule)
    out.push_back(json::Object{}
                      .add("thread", std::to_string(each.thread))
                      .add("point", json::quote(each.point))
                      .add("occurrence", std::to_string(each.occurrence))
                      .text());
  return out;
}

std::size_t differences(const Profile& a, const Profile& b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < choice_count; ++i) count += a.option[i] != b.option[i] ? 1 : 0;
  return count;
}

}  // namespace

// Texts have no end of a line in JSON: those that stand there are layout.
std::string world_json(const Script& script) {
  std::string text = world_text(script);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string base_of(const Script::NamedProfile& named) {
  std::string best;
  for (const std::string_view candidate : profile_names()) {
    if (named.label.starts_with(std::string{candidate} + " with ")) return std::string{candidate};
    if (best.empty() ||
        differences(named.profile, *find_profile(candidate)) < differences(named.profile, *find_profile(best)))
      best = candidate;
  }
  return best;
}

std::string write_script(const Script& script) {
  std::vector<std::string> members;
  const auto add = [&members](std::string_view key, const std::string& value) {
    members.push_back(fmt::format("\"{}\": {}", key, value));
  };
  add("format", json::quote(format_name));
  if (!script.name.empty()) add("name", json::quote(script.name));
  if (!script.why.empty()) add("why", json::quote(script.why));
  if (!script.clauses.empty()) add("clauses", clauses_text(script));
  if (!script.profiles.empty()) add("profile", profiles_text(script));
  if (has_world(script)) add("world", world_text(script));
  add("steps", script.steps.empty() ? "[]" : lines('[', step_lines(script), ']', "  "));
  if (!script.parallel.empty()) add("parallel", lines('[', thread_texts(script), ']', "  "));
  if (!script.schedule.empty()) add("schedule", lines('[', switch_lines(script), ']', "  "));
  return lines('{', members, '}', "") + "\n";
}

}  // namespace procreg::harness
