#include "harness/report/json_report.h"

#include <nlohmann/json.hpp>

#include "api/choice.h"
#include "harness/report/before.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using Json = nlohmann::ordered_json;

Json ids(std::span<const Clause> clauses) {
  Json list = Json::array();
  for (const Clause clause : clauses) list.push_back(clause.id());
  return list;
}

Json divergence_object(const Script& script, const Divergence& divergence) {
  const auto differences = divergence.subject_after.empty()
                               ? std::vector<std::string>{}
                               : snapshot_differences(script, divergence.model_after, divergence.subject_after);
  Json json{
      {"step", divergence.step + 1},
      {"line", divergence.step < script.lines.size() ? Json(script.lines[divergence.step]) : Json()},
      {"text",
       text(script, divergence.step < script.steps.size() ? script.steps[divergence.step] : divergence.resolved)},
      {"perform", Json::parse(step_json(script, divergence.step < script.steps.size() ? script.steps[divergence.step]
                                                                                      : divergence.resolved))},
      {"difference", name(divergence.what)},
      {"clause", divergence.decided.id()},
      {"basis", divergence.decided.is_none() ? Json() : Json(name(info(divergence.decided).basis))},
      {"applied", ids(divergence.applied)},
      {"model", Json::parse(answer_json(script, divergence.resolved, divergence.model))},
      {"subject", Json::parse(answer_json(script, divergence.resolved, divergence.subject))},
      {"before", state_before(script, divergence.resolved, divergence.before)},
      {"differences", differences},
  };
  if (!divergence.expectation.empty()) json["expectation"] = divergence.expectation;
  return json;
}

Json error_json(const InputError& error) {
  return {{"file", error.file},
          {"line", error.line},
          {"column", error.column},
          {"pointer", error.pointer},
          {"message", error.message}};
}

Json run_json(const SuiteResult& result, const ScenarioResult& scenario, const ScenarioRun& run) {
  Json json{{"profile", run.profile}, {"verdict", name(run.outcome.verdict)}, {"steps", run.outcome.steps}};
  if (!run.schedules.empty()) json["schedules"] = run.schedules;
  if (!run.outcome.divergence) return json;
  json["divergence"] = divergence_object(scenario.script, *run.outcome.divergence);
  json["again"] = again_command(result, scenario, run);
  return json;
}

Json scenario_json(const SuiteResult& result, const ScenarioResult& scenario) {
  Json json{{"file", scenario.file},
            {"name", scenario.script.name},
            {"clauses", scenario.script.clauses},
            {"verdict", name(scenario.verdict)},
            {"errors", Json::array()},
            {"unreached", ids(scenario.unreached)},
            {"runs", Json::array()}};
  for (const InputError& error : scenario.errors) json["errors"].push_back(error_json(error));
  for (const ScenarioRun& run : scenario.runs) json["runs"].push_back(run_json(result, scenario, run));
  if (!scenario.saved.empty()) json["saved"] = scenario.saved;
  return json;
}

Json property_json(const PropertyRun& run) {
  Json json{{"name", run.property->name},
            {"clauses", ids(run.property->clauses)},
            {"verdict", name(run.verdict)},
            {"runs", run.result.runs},
            {"steps", run.result.steps}};
  if (!run.result.counterexample.empty()) json["counterexample"] = run.result.counterexample;
  if (!run.saved.empty()) json["saved"] = run.saved;
  return json;
}

// For each clause, by index, who names it.
struct Namers {
  std::vector<Json> scenarios = std::vector<Json>(clause_count, Json::array());
  std::vector<Json> properties = std::vector<Json>(clause_count, Json::array());

  explicit Namers(const SuiteResult& result) {
    for (const ScenarioResult& scenario : result.scenarios)
      for (const Clause clause : clauses_in(clause_set(scenario.script.clauses)))
        scenarios[clause.index()].push_back(scenario.file);
    for (const PropertyRun& run : result.properties)
      for (const Clause clause : run.property->clauses) properties[clause.index()].push_back(run.property->name);
  }
};

Json clauses_json(const SuiteResult& result) {
  const Namers namers{result};
  const ClauseSet reached = result.reached();
  const ClauseSet seen = result.coverage.reached();
  Json list = Json::array();
  for (std::size_t i = 0; i < clause_count; ++i) {
    const ClauseInfo& clause = clauses()[i];
    list.push_back({{"id", clause.id},
                    {"kind", name(clause.kind)},
                    {"basis", name(clause.basis)},
                    {"covered", clause.covered},
                    {"asked", result.asked[i]},
                    {"reached", result.asked[i] ? reached[i] : seen[i]},
                    {"decided", result.coverage.decided[i]},
                    {"applied", result.coverage.applied[i]},
                    {"diverged", result.coverage.diverged[i]},
                    {"scenarios", namers.scenarios[i]},
                    {"properties", namers.properties[i]}});
  }
  return list;
}

Json choices_json(const Coverage& coverage) {
  Json list = Json::array();
  for (std::size_t i = 0; i < choice_count; ++i) {
    const ChoiceInfo& choice = choices()[i];
    Json options = Json::array();
    for (std::size_t option = 0; option < choice.options.size(); ++option)
      options.push_back({{"name", choice.options[option]}, {"reached", (coverage.options[i] >> option & 1U) != 0}});
    list.push_back({{"name", choice.name}, {"covered", choice.covered}, {"options", options}});
  }
  return list;
}

Json summary_json(const SuiteResult& result) {
  std::size_t runs = 0;
  for (const ScenarioResult& scenario : result.scenarios) runs += scenario.runs.size();
  const OptionCount options = count_options(result.coverage);
  return {{"scenarios", result.scenarios.size()},
          {"runs", runs},
          {"properties", result.properties.size()},
          {"steps", result.steps()},
          {"clauses",
           {{"asked", result.asked.count()},
            {"reached", result.reached().count()},
            {"covered", covered_clauses().count()},
            {"all", clause_count}}},
          {"options", {{"covered", options.covered}, {"reached", options.reached}}}};
}

}  // namespace

std::string divergence_json(const Script& script, const Divergence& divergence) {
  return divergence_object(script, divergence).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string suite_json(const SuiteResult& result) {
  Json json{{"format", "procreg-report/1"},
            {"subject", result.subject},
            {"seed", result.seed},
            {"spoiled", result.spoiled.is_none() ? Json() : Json(result.spoiled.id())},
            {"verdict", name(result.verdict)},
            {"interrupted", result.interrupted},
            {"summary", summary_json(result)},
            {"problems", result.problems},
            {"scenarios", Json::array()},
            {"properties", Json::array()},
            {"clauses", clauses_json(result)},
            {"choices", choices_json(result.coverage)}};
  for (const ScenarioResult& scenario : result.scenarios) json["scenarios"].push_back(scenario_json(result, scenario));
  for (const PropertyRun& run : result.properties) json["properties"].push_back(property_json(run));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace procreg::harness
