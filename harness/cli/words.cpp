#include "harness/cli/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/choice.h"
#include "api/clause.h"
#include "api/profile.h"
#include "harness/characterise/profile_file.h"
#include "harness/scenario/suggestion.h"

namespace procreg::cli {
namespace {

using harness::Script;

std::string_view before(std::string_view text, char end) {
  return text.substr(0, std::min(text.find(end), text.size()));
}

// "choice=option" into the profile; "" or what is wrong.
std::string set_option(Profile& profile, std::string_view setting) {
  const std::string_view word = before(setting, '=');
  if (word.size() == setting.size()) return fmt::format("'{}' is not of the form choice=option", setting);
  const std::string_view option = setting.substr(word.size() + 1);
  const ChoiceInfo* choice = find_choice(word);
  if (choice == nullptr) return harness::unknown("choice", word, choice_words());
  const auto found = std::find(choice->options.begin(), choice->options.end(), option);
  if (found == choice->options.end())
    return harness::unknown(fmt::format("option of {}", word), option, choice->options);
  profile.option[static_cast<std::size_t>(choice - choices().data())] =
      static_cast<std::uint8_t>(found - choice->options.begin());
  return {};
}

// Settings are separated by commas or, as labels have them, by spaces.
std::string set_options(Profile& profile, std::string_view settings) {
  while (!settings.empty()) {
    const std::string_view setting = settings.substr(0, std::min(settings.find_first_of(", "), settings.size()));
    settings.remove_prefix(std::min(setting.size() + 1, settings.size()));
    if (setting.empty()) continue;
    if (std::string wrong = set_option(profile, setting); !wrong.empty()) return wrong;
  }
  return {};
}

std::string label_of(std::string_view base, std::string_view settings) {
  if (settings.empty()) return std::string{base};
  std::string label = fmt::format("{} with {}", base, settings);
  std::replace(label.begin(), label.end(), ',', ' ');
  return label;
}

}  // namespace

std::vector<std::string_view> clause_words() {
  std::vector<std::string_view> words;
  for (const ClauseInfo& clause : clauses()) words.push_back(clause.id);
  return words;
}

std::vector<std::string_view> choice_words() {
  std::vector<std::string_view> words;
  for (const ChoiceInfo& choice : choices()) words.push_back(choice.name);
  return words;
}

std::optional<std::uint64_t> number_of(std::string_view word, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

std::variant<Clause, BadArgument> clause_word(std::string_view word) {
  if (const auto clause = Clause::find(word)) return *clause;
  return BadArgument{harness::unknown("clause", word, clause_words())};
}

std::variant<Clause, BadArgument> spoilable_clause(std::string_view word) {
  auto found = clause_word(word);
  const Clause* clause = std::get_if<Clause>(&found);
  if (clause == nullptr) return found;
  const ClauseInfo& known = info(*clause);
  if (!known.covered) return BadArgument{fmt::format("{} comes with a later version of procreg", word)};
  if (known.kind == ClauseKind::decides || known.kind == ClauseKind::shapes) return found;
  return BadArgument{
      fmt::format("{} is a {}: only a clause that decides or shapes can be spoiled", word, name(known.kind))};
}

namespace {

bool is_file(std::string_view word) { return word.ends_with(".json"); }

std::variant<Script::NamedProfile, BadArgument> profile_in(const std::string& path) {
  auto read = harness::read_profile_file(path);
  if (const auto* errors = std::get_if<std::vector<harness::InputError>>(&read))
    return BadArgument{text(errors->front())};
  return std::get<Script::NamedProfile>(std::move(read));
}

}  // namespace

std::variant<Script::NamedProfile, BadArgument> profile_word(std::string_view word) {
  if (is_file(word)) return profile_in(std::string{word});
  const std::string_view base = before(before(word, ':'), ' ');
  const auto profile = find_profile(base);
  if (!profile) return BadArgument{harness::unknown("profile", base, profile_names())};
  std::string_view settings = word.substr(std::min(base.size() + 1, word.size()));
  if (settings.starts_with("with ")) settings.remove_prefix(5);
  Script::NamedProfile named{label_of(base, settings), *profile};
  if (const std::string wrong = set_options(named.profile, settings); !wrong.empty()) return BadArgument{wrong};
  return named;
}

std::variant<harness::Shard, BadArgument> shard_word(std::string_view word) {
  const auto number = [](std::string_view digits) { return number_of(digits).value_or(0); };
  const std::size_t slash = std::min(word.find('/'), word.size());
  const harness::Shard shard{number(word.substr(0, slash)), number(word.substr(std::min(slash + 1, word.size())))};
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  return BadArgument{fmt::format("--shard: '{}' is not of the form I/N with 1 <= I <= N", word)};
}

std::variant<harness::SubjectFactory, BadArgument> subject_word(std::string_view word) {
  if (word == "impl") return harness::SubjectFactory{harness::implementation};
  constexpr std::string_view known[] = {"impl"};
  return BadArgument{harness::unknown("subject", word, known)};
}

}  // namespace procreg::cli
