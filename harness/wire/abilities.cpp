#include "harness/wire/abilities.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/json_text.h"
#include "harness/wire/wrong.h"

namespace procreg::harness::wire {

namespace {

// --- Writing ---

bool takes_all(const Abilities& abilities, std::size_t kind) {
  return (abilities.fields[kind] & optional_fields(kind)) == optional_fields(kind);
}

void write_step_ability(std::string& out, const Abilities& abilities, std::size_t kind) {
  const StepInfo& row = steps()[kind];
  if (takes_all(abilities, kind)) {
    out += json::quote(row.name);
    return;
  }
  out += fmt::format("{{\"step\":\"{}\",\"fields\":[", row.name);
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    if ((abilities.fields[kind] & optional_fields(kind) & std::uint64_t{1} << i) == 0) continue;
    if (out.back() != '[') out += ',';
    out += json::quote(row.fields[i].name);
  }
  out += "]}";
}

void write_steps(std::string& out, const Abilities& abilities, std::string_view key, Can can) {
  out += fmt::format(",\"{}\":[", key);
  for (std::size_t kind = 0; kind < step_kinds; ++kind) {
    if (abilities.steps[kind] != can) continue;
    if (out.back() != '[') out += ',';
    if (can == Can::yes)
      write_step_ability(out, abilities, kind);
    else
      out += json::quote(steps()[kind].name);
  }
  out += ']';
}

// --- Reading ---

std::string text(const Value& object, std::string_view key, bool required) {
  const Value* const found = member(object, key);
  if (found == nullptr && required) throw Wrong{fmt::format("the key \"{}\" is missing", key)};
  if (found == nullptr) return {};
  if (!found->IsString()) throw Wrong{fmt::format("{} is a text, not {}", key, shown(*found))};
  return std::string{text_of(*found)};
}

bool truth(const Value& object, std::string_view key) {
  const Value* const found = member(object, key);
  if (found != nullptr && !found->IsBool()) throw Wrong{fmt::format("{} is true or false, not {}", key, shown(*found))};
  return found != nullptr && found->GetBool();
}

std::size_t kind_named(const Value& name) {
  const StepInfo* const row = name.IsString() ? find_step(text_of(name)) : nullptr;
  if (row == nullptr) throw Wrong{fmt::format("there is no step {}", shown(name))};
  return step_kind(*row);
}

std::uint64_t fields_named(const StepInfo& row, const Value& names) {
  if (!names.IsArray()) throw Wrong{fmt::format("fields is a list of names, not {}", shown(names))};
  std::uint64_t fields = 0;
  for (const Value& name : names.GetArray()) {
    const auto found = std::find_if(row.fields.begin(), row.fields.end(), [&](const FieldInfo& field) {
      return name.IsString() && field.name == text_of(name);
    });
    if (found == row.fields.end()) throw Wrong{fmt::format("{} has no field {}", row.name, shown(name))};
    fields |= std::uint64_t{1} << (found - row.fields.begin());
  }
  return fields;
}

void read_step_ability(const Value& value, Abilities& abilities) {
  const Value* const step = member(value, "step");
  const std::size_t kind = kind_named(step == nullptr ? value : *step);
  const Value* const fields = member(value, "fields");
  abilities.steps[kind] = Can::yes;
  abilities.fields[kind] = fields == nullptr ? optional_fields(kind) : fields_named(steps()[kind], *fields);
}

void read_steps(const Value& result, Abilities& abilities) {
  const Value* const list = member(result, "steps");
  if (list == nullptr) throw Wrong{"the key \"steps\" is missing"};
  if (all_of_it(*list)) return perform_everything(abilities);
  if (!list->IsArray()) throw Wrong{fmt::format("steps is a list or \"all\", not {}", shown(*list))};
  for (const Value& value : list->GetArray()) read_step_ability(value, abilities);
}

void read_missing(const Value& result, Abilities& abilities) {
  const Value* const list = member(result, "missing");
  if (list == nullptr) return;
  if (!list->IsArray()) throw Wrong{fmt::format("missing is a list of steps, not {}", shown(*list))};
  for (const Value& value : list->GetArray()) abilities.steps[kind_named(value)] = Can::missing;
}

void read_world(const Value& result, Abilities& abilities) {
  const Value* const list = member(result, "world");
  if (list == nullptr) return;
  if (all_of_it(*list)) {
    abilities.world = parts_of_worlds();
    return;
  }
  if (!list->IsArray()) throw Wrong{fmt::format("world is a list or \"all\", not {}", shown(*list))};
  for (const Value& part : list->GetArray()) {
    if (!part.IsString() || !parts_of_worlds().contains(text_of(part)))
      throw Wrong{fmt::format("a world has no part {}", shown(part))};
    abilities.world.emplace(text_of(part));
  }
}

}  // namespace

void write_abilities(std::string& out, const Abilities& abilities) {
  out += fmt::format("{{\"protocol\":\"{}\",\"name\":{},\"version\":{}", protocol_name, json::quote(abilities.name),
                     json::quote(abilities.version));
  write_steps(out, abilities, "steps", Can::yes);
  write_steps(out, abilities, "missing", Can::missing);
  out += ",\"world\":[";
  for (const std::string& part : abilities.world) out += (out.back() == '[' ? "" : ",") + json::quote(part);
  out += fmt::format("],\"rawIds\":{},\"profile\":{},\"snapshot\":{}}}", abilities.raw_ids, abilities.profile,
                     abilities.snapshot);
}

std::string read_abilities(const Value& result, Abilities& abilities) try {
  abilities = {};
  if (!result.IsObject()) throw Wrong{fmt::format("the result of initialize is an object, not {}", shown(result))};
  if (const std::string protocol = text(result, "protocol", true); protocol != protocol_name)
    throw Wrong{fmt::format("the protocol is {}, not {}", protocol_name, json::quote(protocol))};
  abilities.name = text(result, "name", true);
  abilities.version = text(result, "version", false);
  read_steps(result, abilities);
  read_missing(result, abilities);
  read_world(result, abilities);
  abilities.raw_ids = truth(result, "rawIds");
  abilities.profile = truth(result, "profile");
  abilities.snapshot = truth(result, "snapshot");
  return {};
} catch (Wrong& wrong) {
  return std::move(wrong.message);
}

}  // namespace procreg::harness::wire
