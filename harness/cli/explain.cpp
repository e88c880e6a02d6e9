#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "api/choice.h"
#include "api/profile.h"
#include "harness/cli/lookup.h"
#include "harness/cli/scenario_files.h"
#include "harness/cli/words.h"
#include "harness/report/lines.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/suggestion.h"

namespace procreg::cli {
namespace {

using harness::Script;

constexpr std::size_t text_width = 100;

// Label and text, in order; a label may have several texts.
struct Entry {
  std::string label;
  std::vector<std::string> texts;
};

std::string text_of(const std::vector<Entry>& entries) {
  std::size_t width = 0;
  for (const Entry& entry : entries) width = std::max(width, entry.label.size() + 2);
  std::string lines;
  for (const Entry& entry : entries)
    for (std::size_t i = 0; i < entry.texts.size(); ++i)
      lines += fmt::format("{:<{}}{}\n", i == 0 ? entry.label : "", width,
                           harness::wrapped(entry.texts[i], width, text_width));
  return lines;
}

std::string json_of(const std::vector<Entry>& entries) {
  std::string json;
  for (const Entry& entry : entries) {
    json += fmt::format("{}{}: [", json.empty() ? "{\n  " : ",\n  ", harness::json::quote(entry.label));
    for (std::size_t i = 0; i < entry.texts.size(); ++i)
      json += (i == 0 ? "" : ", ") + harness::json::quote(entry.texts[i]);
    json += "]";
  }
  return json + "\n}\n";
}

// The readable scripts among all scenarios.
std::vector<Script> all_scripts(const std::string& given) { return read_suite(given).value_or(SuiteScripts{}).scripts; }

template <class Names>
std::vector<std::string> files_where(const std::vector<Script>& scripts, Names&& names_it) {
  std::vector<std::string> files;
  for (const Script& script : scripts)
    if (names_it(script)) files.push_back(script.file);
  return files.empty() ? std::vector<std::string>{"none"} : files;
}

std::vector<std::string> properties_of(Clause clause, std::span<const harness::Property> properties) {
  std::vector<std::string> names;
  for (const harness::Property& property : properties)
    if (std::find(property.clauses.begin(), property.clauses.end(), clause) != property.clauses.end())
      names.emplace_back(property.name);
  return names.empty() ? std::vector<std::string>{"none"} : names;
}

bool mentions(const ClauseInfo& clause, std::string_view name) {
  return clause.condition.find(name) != std::string_view::npos || clause.effect.find(name) != std::string_view::npos ||
         clause.provenance.find(name) != std::string_view::npos;
}

std::vector<std::string> choices_of(const ClauseInfo& clause) {
  std::vector<std::string> names;
  for (const ChoiceInfo& choice : choices())
    if (mentions(clause, choice.name)) names.emplace_back(choice.name);
  return names.empty() ? std::vector<std::string>{"none"} : names;
}

std::vector<Entry> clause_entries(Clause clause, const std::string& scenarios, const Session& session) {
  const ClauseInfo& known = info(clause);
  const auto named = [&](const Script& script) {
    return std::find(script.clauses.begin(), script.clauses.end(), known.id) != script.clauses.end();
  };
  return {{"clause", {std::string{known.id}}},
          {"kind", {std::string{name(known.kind)}}},
          {"basis", {std::string{name(known.basis)}}},
          {"provenance", {std::string{known.provenance}}},
          {"source", {std::string{known.source}}},
          {"condition", {std::string{known.condition}}},
          {"effect", {std::string{known.effect}}},
          {"covered", {known.covered ? "yes" : "by a later version"}},
          {"choices", choices_of(known)},
          {"scenarios", files_where(all_scripts(scenarios), named)},
          {"properties", properties_of(clause, session.properties)}};
}

std::vector<std::string> options_of(const ChoiceInfo& choice) {
  std::vector<std::string> options;
  for (std::size_t i = 0; i < choice.options.size(); ++i)
    options.push_back(fmt::format("{}: {}", choice.options[i], choice.meanings[i]));
  return options;
}

std::vector<std::string> defaults_of(const ChoiceInfo& choice) {
  const auto at = static_cast<std::size_t>(&choice - choices().data());
  std::vector<std::string> defaults;
  for (const std::string_view profile : profile_names())
    defaults.push_back(fmt::format("{}: {}", profile, choice.options[find_profile(profile)->option[at]]));
  return defaults;
}

std::vector<std::string> clauses_that_mention(const ChoiceInfo& choice) {
  std::vector<std::string> ids;
  for (const ClauseInfo& clause : clauses())
    if (mentions(clause, choice.name)) ids.emplace_back(clause.id);
  return ids.empty() ? std::vector<std::string>{"none"} : ids;
}

std::vector<Entry> choice_entries(const ChoiceInfo& choice, const std::string& scenarios) {
  const auto sets_it = [&](const Script& script) {
    return std::any_of(script.profiles.begin(), script.profiles.end(), [&](const Script::NamedProfile& profile) {
      return profile.label.find(fmt::format("{}=", choice.name)) != std::string::npos;
    });
  };
  const auto mentioning = clauses_that_mention(choice);
  return {{"choice", {std::string{choice.name}}},
          {"question", {std::string{choice.question}}},
          {"options", options_of(choice)},
          {"profiles", defaults_of(choice)},
          {"evidence", {std::string{choice.evidence}}},
          {"covered", {choice.covered ? "yes" : "by a later version"}},
          {"clauses", {harness::listed(mentioning, mentioning.size())}},
          {"scenarios", files_where(all_scripts(scenarios), sets_it)}};
}

ExitStatus unknown(std::string_view word, const Session& session) {
  auto known = clause_words();
  const auto choices = choice_words();
  known.insert(known.end(), choices.begin(), choices.end());
  session.err << fmt::format("procreg: {}\n", harness::unknown("clause or choice", word, known));
  return ExitStatus::unusable;
}

}  // namespace

ExitStatus explain(const ExplainRequest& request, const Session& session) {
  const auto clause = Clause::find(request.word);
  const ChoiceInfo* choice = find_choice(request.word);
  if (!clause && choice == nullptr) return unknown(request.word, session);
  const auto entries =
      clause ? clause_entries(*clause, request.scenarios, session) : choice_entries(*choice, request.scenarios);
  session.out << (request.json ? json_of(entries) : text_of(entries));
  return ExitStatus::conforms;
}

}  // namespace procreg::cli
