#include <fmt/format.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "harness/characterise/characterise.h"
#include "harness/report/judged_report.h"
#include "harness/report/lines.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t width = 96;

bool has_profile(const Characterised& choice) {
  return (choice.options >> choices()[choice.choice].documented & 1U) != 0;
}

std::string heading(const Characterised& choice) {
  const ChoiceInfo& info = choices()[choice.choice];
  const bool decided = std::has_single_bit(choice.options);
  const std::size_t option = static_cast<std::size_t>(std::countr_zero(choice.options));
  std::string line = fmt::format("{}: {}", info.name, options_text(choice.choice, choice.options));
  if (!decided) return line + (choice.evidence.empty() ? "   (not shown)" : "   (not told apart)") + "\n";
  return line + fmt::format("{}\n    {}\n", has_profile(choice) ? "" : "   (other than documented)",
                            wrapped(info.meanings[option], 4, width));
}

std::string evidence_text(const Characterised& choice, const Evidence& evidence) {
  std::string lines;
  const Script& script = evidence.script;
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    lines += fmt::format("      {:>2}  {}\n", i + 1, wrapped(text(script, script.steps[i]), 10, width));
  const std::string_view other = choices()[choice.choice].options[evidence.against];
  if (evidence.answer == evidence.would_answer)
    return lines + fmt::format("          answers {}; what is there afterwards is not what {} makes of it\n",
                               evidence.answer, other);
  return lines +
         fmt::format("          answers {}; with {} it would be {}\n", evidence.answer, other, evidence.would_answer);
}

std::string combinations_text(const Knowledge& knowledge) {
  if (knowledge.profiles.size() < 2) return {};
  std::string lines = "\nThese cannot be told apart by what was run; one of them holds:\n";
  const Possible all = hull(knowledge.profiles);
  for (const Possible& product : knowledge.profiles) {
    std::string line;
    for (std::size_t i = 0; i < choice_count; ++i)
      if (product.options[i] != all.options[i])
        line +=
            fmt::format("{}{}={}", line.empty() ? "" : ", ", choices()[i].name, options_text(i, product.options[i]));
    lines += fmt::format("  {}\n", line.empty() ? "everything else" : line);
  }
  return lines;
}

std::string disagreement_text(const Disagreement& disagreement) {
  const auto& [script, judgement] = disagreement;
  std::string lines = fmt::format("\n{}: {} at step {}\n", script.file, name(judgement.finding), judgement.step + 1);
  if (judgement.step < script.steps.size())
    lines += fmt::format("  {}\n", wrapped(text(script, script.steps[judgement.step]), 4, width));
  if (!judgement.reason.empty()) lines += fmt::format("  {}\n", judgement.reason);
  if (!judgement.mismatch) return lines;
  lines += fmt::format("  clause {} ({})\n", judgement.mismatch->clause().id(),
                       name(info(judgement.mismatch->clause()).basis));
  for (const Contradiction& each : judgement.mismatch->contradictions) lines += fmt::format("  {}\n", text(each));
  return lines;
}

}  // namespace

std::string character_text(const Character& character) {
  std::string lines;
  std::size_t decided = 0;
  for (const Characterised& choice : character.choices) {
    decided += std::has_single_bit(choice.options) ? 1 : 0;
    lines += heading(choice);
    for (const Evidence& evidence : choice.evidence) lines += evidence_text(choice, evidence);
    lines += '\n';
  }
  lines += fmt::format("{} of {} choices decided by {} and {}\n", decided, choice_count,
                       counted(character.scripts, "script"), counted(character.steps, "step"));
  lines += combinations_text(character.knowledge);
  for (const Disagreement& each : character.disagreements) lines += disagreement_text(each);
  return lines;
}

std::string character_json(const Character& character, std::string_view name, std::string_view version) {
  Json json{{"format", "procreg-character/1"},      {"subject", {{"name", name}, {"version", version}}},
            {"scripts", character.scripts},         {"steps", character.steps},
            {"interrupted", character.interrupted}, {"choices", Json::array()},
            {"combinations", Json::array()},        {"disagreements", Json::array()}};
  for (const Characterised& choice : character.choices) {
    Json evidence = Json::array();
    for (const Evidence& each : choice.evidence)
      evidence.push_back({{"against", choices()[choice.choice].options[each.against]},
                          {"scenario", write_script(each.script)},
                          {"answer", each.answer},
                          {"wouldAnswer", each.would_answer}});
    json["choices"].push_back({{"name", choices()[choice.choice].name},
                               {"options", option_names(choice.choice, choice.options)},
                               {"evidence", evidence}});
  }
  if (character.knowledge.profiles.size() > 1) {
    for (const Possible& product : character.knowledge.profiles) {
      Json options = Json::object();
      for (std::size_t i = 0; i < choice_count; ++i)
        options[std::string{choices()[i].name}] = option_names(i, product.options[i]);
      json["combinations"].push_back(options);
    }
  }
  for (const Disagreement& each : character.disagreements) json["disagreements"].push_back(disagreement_text(each));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string profile_json(const Character& character, std::string_view name) {
  const Profile profile = character.knowledge.profiles.front().nearest(documented_profile());
  const Possible known = hull(character.knowledge.profiles);
  Json chosen = Json::object();
  Json undecided = Json::array();
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    if (profile.option[i] != choice.documented) chosen[std::string{choice.name}] = choice.options[profile.option[i]];
    if (!known.decided(i)) undecided.push_back(choice.name);
  }
  const Json json{{"format", "procreg-profile/1"},
                  {"name", name},
                  {"base", "documented"},
                  {"choices", chosen},
                  {"undecided", undecided}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace procreg::harness
