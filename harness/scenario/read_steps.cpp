// `steps` and `profile`.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "harness/scenario/format.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Node;

// The names of all steps of a kind.
std::vector<std::string_view> step_names(bool call) {
  std::vector<std::string_view> names;
  for (const StepInfo& kind : steps())
    if (kind.call == call) names.push_back(kind.name);
  return names;
}

const StepInfo* no_such_step(Reading& in, const Node& value, std::string_view key) {
  const StepInfo* other = find_step(value.text);
  if (other != nullptr)
    in.errors.at(value, fmt::format("{} is {}: its key is \"{}\"", json::quote(value.text),
                                    other->call ? "a call" : "an event", other->call ? "call" : "event"));
  else
    in.errors.at(value, unknown(key, value.text, step_names(key == "call")));
  return nullptr;
}

const StepInfo* read_kind(Reading& in, const Node& step) {
  const Node* call = member(step, "call");
  const Node* event = member(step, "event");
  if ((call == nullptr) == (event == nullptr)) {
    in.errors.at(step, "a step has one of the keys \"call\" and \"event\"");
    return nullptr;
  }
  const Node& value = call != nullptr ? *call : *event;
  if (!read_text(in, value, call != nullptr ? "the name of a call" : "the name of an event")) return nullptr;
  const StepInfo* kind = find_step(value.text);
  return kind != nullptr && kind->call == (call != nullptr) ? kind : no_such_step(in, value, value.key);
}

std::vector<std::string_view> keys_of(const StepInfo& kind) {
  std::vector<std::string_view> keys{kind.call ? "call" : "event"};
  for (const FieldInfo& field : kind.fields) {
    const std::string_view key = field.group.empty() ? field.name : field.group;
    if (keys.back() != key) keys.push_back(key);
  }
  for (const std::string_view key : expectation_keys)
    if (key == "lastError" ? kind.call : key != "out" || kind.call || !kind.outs.empty()) keys.push_back(key);
  return keys;
}

std::vector<std::string_view> keys_of_group(const StepInfo& kind, std::string_view group) {
  std::vector<std::string_view> keys;
  for (const FieldInfo& field : kind.fields)
    if (field.group == group) keys.push_back(field.name);
  return keys;
}

BoundAs kind_of_made(const StepInfo& kind) {
  if (kind.name == "CreateProcess") return BoundAs::process;
  if (kind.name == "CreateThread") return BoundAs::thread;
  if (kind.name == "SmbConnect") return BoundAs::connection;
  if (kind.name == "SmbCreate") return BoundAs::open;
  if (kind.name == "CsvOpen") return BoundAs::csv_open;
  const bool restarts = std::any_of(kind.fields.begin(), kind.fields.end(),
                                    [](const FieldInfo& field) { return field.name == "restartedAs"; });
  return restarts ? BoundAs::process_of_world : BoundAs::handle;  // nobody has a handle to one that WER restarted
}

void bind_made(Reading& in, const StepInfo& kind, Step& step, const Made& made) {
  if (made.as == nullptr) {
    if (made.thread_names != nullptr)
      in.errors.at(*made.thread_names,
                   "threads have names only where their process has one: the key \"as\" is missing");
    return;
  }
  if (!check_given_name(in, *made.as)) return;
  const std::uint16_t base =
      in.scope.bind({made.as->text, made.threads.names}, kind_of_made(kind), made.threads.count,
                    machine_of_made(step, [&in](NameRef name) { return in.scope.machine_of(name); }));
  if (base == 0) in.errors.at(*made.as, fmt::format("more than {} names", names_max));
  for (const FieldInfo& field : kind.fields)
    if (field.kind == ValueKind::binds) static_cast<Binds*>(field.at(address(step)))->base = base;
}

// Whether what holds several fields is an object that holds no others.
void read_groups(Reading& in, const Node& value, const StepInfo& kind) {
  std::string_view seen;
  for (const FieldInfo& field : kind.fields) {
    const Node* group = field.group.empty() || field.group == seen ? nullptr : member(value, field.group);
    if (group != nullptr && expect(in, *group, json::Kind::object, fmt::format("the {} (an object)", field.group)))
      refuse_unknown_keys(in, *group, keys_of_group(kind, field.group), {});
    seen = field.group;
  }
}

// The value of a field, wherever it stands; nullptr: it is left out.
const Node* member_of_step(const Node& value, const StepInfo& kind, std::string_view name) {
  for (const FieldInfo& field : kind.fields) {
    if (field.name != name) continue;
    const Node* within = field.group.empty() ? &value : member(value, field.group);
    return within == nullptr ? nullptr : member(*within, name);
  }
  return nullptr;
}

// Of a step whose fields are all there: a field that could not be read holds nothing that a rule may look at.
void check_smb_rules(Reading& in, const Node& value, const StepInfo& kind, const Step& step) {
  for (const SmbRules::Problem& problem : in.smb_rules.next(step)) {
    const Node* key = member_of_step(value, kind, problem.key);
    in.errors.at(key == nullptr ? value : *key, problem.message);
  }
}

void read_fields(Reading& in, const Node& value, const StepInfo& kind, Step& step) {
  refuse_unknown_keys(in, value, keys_of(kind), {});
  Made made;
  bool whole = true;
  for (const FieldInfo& field : kind.fields) {
    const Node* within = field.group.empty() ? &value : member(value, field.group);
    if (const Node* field_value = within == nullptr ? nullptr : member(*within, field.name)) {
      whole = read_value(in, *field_value, field.kind, field.at(address(step)), made) && whole;
    } else if (!may_be_left_out(field.kind)) {
      in.errors.at(value, fmt::format("the key \"{}\" is missing", field.name));
      whole = false;
    }
  }
  read_groups(in, value, kind);
  if (whole) check_smb_rules(in, value, kind, step);
  bind_made(in, kind, step, made);
}

void read_step(Reading& in, const Node& value) {
  const auto step = read_action(in, value);
  if (!step) return;
  in.script.steps.push_back(*step);
  in.script.expectations.push_back(read_expectation(in, value, info(*step)));
}

void read_choice(Reading& in, const Node& value, Profile& profile) {
  const ChoiceInfo* choice = find_choice(value.key);
  if (choice == nullptr) {
    std::vector<std::string_view> known;
    for (const ChoiceInfo& each : choices()) known.push_back(each.name);
    in.errors.at_key(value, unknown("choice", value.key, known));
    return;
  }
  const auto option = read_word(in, value, fmt::format("option of {}", choice->name), choice->options);
  if (option) profile.option[static_cast<std::size_t>(choice - choices().data())] = static_cast<std::uint8_t>(*option);
}

// "documented with app-instance-zero-guid=accept"; the base alone where no choice differs.
std::string label_of(std::string_view base, const Profile& profile) {
  const Profile from = *find_profile(base);
  std::string changes;
  for (std::size_t i = 0; i < choice_count; ++i)
    if (profile.option[i] != from.option[i])
      changes += fmt::format("{}{}={}", changes.empty() ? "" : ", ", choices()[i].name,
                             choices()[i].options[profile.option[i]]);
  return changes.empty() ? std::string{base} : fmt::format("{} with {}", base, changes);
}

void add_profile(Reading& in, const Node& value, std::string_view base, const Profile& profile) {
  const Script::NamedProfile named{label_of(base, profile), profile};
  if (std::find(in.script.profiles.begin(), in.script.profiles.end(), named) != in.script.profiles.end())
    in.errors.at(value, "the same profile stands twice in the list");
  in.script.profiles.push_back(named);
}

void read_profile(Reading& in, const Node& value) {
  if (value.is(json::Kind::text)) {
    if (const auto index = read_word(in, value, "profile", profile_names()))
      add_profile(in, value, profile_names()[*index], *find_profile(value.text));
    return;
  }
  if (!expect(in, value, json::Kind::object, "the name of a profile or { \"base\": ..., \"choices\": { ... } }"))
    return;
  refuse_unknown_keys(in, value, profile_keys, {});
  const Node* base = member(value, "base");
  const auto index = base == nullptr ? 0 : read_word(in, *base, "profile", profile_names());
  if (!index) return;
  Profile profile = *find_profile(profile_names()[*index]);
  const Node* changes = member(value, "choices");
  if (changes != nullptr && expect(in, *changes, json::Kind::object, "an object from choices to options"))
    for (const Node& choice : json::children(*changes)) read_choice(in, choice, profile);
  add_profile(in, value, profile_names()[*index], profile);
}

}  // namespace

void read_profiles(Reading& in, const json::Node& value) {
  if (!value.is(json::Kind::array)) return read_profile(in, value);
  if (value.first == nullptr) in.errors.at(value, "at least one profile is expected");
  for (const Node& profile : json::children(value)) read_profile(in, profile);
}

std::optional<Step> read_action(Reading& in, const json::Node& value) {
  if (!expect(in, value, json::Kind::object, "a step")) return std::nullopt;
  const StepInfo* kind = read_kind(in, value);
  if (kind == nullptr) return std::nullopt;
  Step step = kind->make();
  read_fields(in, value, *kind, step);
  return step;
}

void read_steps(Reading& in, const json::Node& list, bool may_be_empty) {
  if (!expect(in, list, json::Kind::array, "a list of steps")) return;
  if (list.first == nullptr && !may_be_empty) in.errors.at(list, "at least one step is expected");
  for (const Node& step : json::children(list)) read_step(in, step);
}

}  // namespace procreg::harness
