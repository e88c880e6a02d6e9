#include "harness/characterise/profile_file.h"

#include <fmt/format.h>

#include <array>

#include "api/choice.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/reading.h"
#include "harness/scenario/suggestion.h"

namespace procreg::harness {

namespace {

using json::Node;

constexpr std::string_view profile_format = "procreg-profile/1";
constexpr std::array<std::string_view, 5> keys{"format", "name", "base", "choices", "undecided"};

std::vector<std::string_view> choice_names() {
  std::vector<std::string_view> names;
  for (const ChoiceInfo& choice : choices()) names.push_back(choice.name);
  return names;
}

void read_choice(Reading& in, const Node& value, Profile& profile) {
  const ChoiceInfo* const choice = find_choice(value.key);
  if (choice == nullptr) return in.errors.at_key(value, unknown("choice", value.key, choice_names()));
  const auto option = read_word(in, value, fmt::format("option of {}", value.key), choice->options);
  if (option) profile.option[static_cast<std::size_t>(choice - choices().data())] = static_cast<std::uint8_t>(*option);
}

void read_root(Reading& in, const Node& root, Script::NamedProfile& named) {
  if (!expect(in, root, json::Kind::object, "a profile { \"format\": ..., \"base\": ..., \"choices\": {...} }")) return;
  refuse_unknown_keys(in, root, keys, {});
  const Node* const format = needed_member(in, root, "format");
  const Node* const name = needed_member(in, root, "name");
  const Node* const base = needed_member(in, root, "base");
  const Node* const chosen = needed_member(in, root, "choices");
  if (format == nullptr || name == nullptr || base == nullptr || chosen == nullptr) return;
  if (!format->is(json::Kind::text) || format->text != profile_format)
    in.errors.at(*format, fmt::format("the format is \"{}\"", profile_format));
  if (const auto label = read_text(in, *name, "a name")) named.label = *label;
  if (const auto index = read_word(in, *base, "profile", profile_names()))
    named.profile = *find_profile(profile_names()[*index]);
  if (!expect(in, *chosen, json::Kind::object, "an object of choices")) return;
  for (const Node& value : json::children(*chosen)) read_choice(in, value, named.profile);
}

}  // namespace

std::variant<Script::NamedProfile, std::vector<InputError>> read_profile(std::string_view json,
                                                                         std::string_view file_name) {
  Errors errors{json, file_name};
  const json::Document document = json::parse(json);
  errors.add(document.problems);
  Script::NamedProfile named;
  if (errors.none()) {
    Script unused;
    Reading in{errors, unused};
    read_root(in, document.nodes.front(), named);
  }
  if (!errors.none()) return errors.take();
  return named;
}

std::variant<Script::NamedProfile, std::vector<InputError>> read_profile_file(const std::string& path) {
  return read_file(path, read_profile);
}

}  // namespace procreg::harness
