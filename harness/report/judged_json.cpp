// The JSON form of a judged subject: format "procreg-judgement/1".
#include <nlohmann/json.hpp>

#include "harness/report/divergence_report.h"
#include "harness/report/judged_report.h"
#include "harness/report/results.h"
#include "harness/scenario/files.h"

namespace procreg::harness {
namespace {

using Json = nlohmann::ordered_json;

Json possible_json(const Possible& possible) {
  const Possible all = Possible::everything();
  Json json = Json::object();
  for (std::size_t i = 0; i < choice_count; ++i)
    if (possible.options[i] != all.options[i])
      json[std::string{choices()[i].name}] = option_names(i, possible.options[i]);
  return json;
}

Json mismatch_json(const JudgedScript& script, const Mismatch& mismatch) {
  const Step& step = script.script.steps[script.judgement.step];
  Json json{{"difference", name(mismatch.what)},
            {"clause", mismatch.clause().id()},
            {"basis", name(info(mismatch.clause()).basis)},
            {"specification", Json::array()},
            {"subject", answer_text(script.script.tables, step, mismatch.subject.answer)},
            {"differences", mismatch.differences},
            {"contradictions", Json::array()}};
  for (const Allowed& allowed : mismatch.allowed)
    json["specification"].push_back({{"answer", answer_text(script.script.tables, step, allowed.answer)},
                                     {"clause", allowed.decided.id()},
                                     {"where", possible_json(allowed.possible)}});
  for (const Contradiction& each : mismatch.contradictions)
    json["contradictions"].push_back({{"choice", choices()[each.choice].name},
                                      {"here", option_names(each.choice, each.here)},
                                      {"earlier", option_names(each.choice, each.earlier)},
                                      {"where", each.where}});
  return json;
}

Json script_json(const JudgedScript& script) {
  const Judgement& judgement = script.judgement;
  const bool stopped = judgement.finding != Finding::conforms && judgement.step < script.script.steps.size();
  Json json{{"file", script.file},
            {"name", script.script.name},
            {"profile", script.profile.empty() ? Json() : Json(script.profile)},
            {"finding", script.errors.empty() ? name(judgement.finding) : "unusable"},
            {"steps", judgement.steps}};
  if (stopped) json["step"] = judgement.step + 1;
  if (stopped) json["function"] = info(script.script.steps[judgement.step]).name;
  if (stopped) json["text"] = text(script.script, script.script.steps[judgement.step]);
  if (!judgement.reason.empty()) json["reason"] = judgement.reason;
  if (judgement.mismatch) json["mismatch"] = mismatch_json(script, *judgement.mismatch);
  if (script.known != nullptr) json["known"] = script.known->reason;
  for (const InputError& error : script.errors) json["errors"].push_back(text(error));
  return json;
}

Json clauses_json(const JudgedSuite& suite) {
  const ClauseSet reached = suite.coverage.reached();
  ClauseSet broken;
  for (const JudgedScript& script : suite.scripts)
    if (const Clause clause = broken_by(script); !clause.is_none()) broken[clause.index()] = true;
  Json list = Json::array();
  for (std::size_t i = 0; i < clause_count; ++i)
    if (reached[i] || broken[i])
      list.push_back({{"id", clauses()[i].id},
                      {"basis", name(clauses()[i].basis)},
                      {"held", static_cast<bool>(reached[i])},
                      {"broken", static_cast<bool>(broken[i])}});
  return list;
}

}  // namespace

std::string judged_json(const JudgedSuite& suite) {
  Json json{{"format", "procreg-judgement/1"},
            {"subject", {{"argument", suite.subject}, {"name", suite.name}, {"version", suite.version}}},
            {"profileKnown", suite.profile_known},
            {"strict", suite.strict},
            {"verdict", name(suite.verdict)},
            {"interrupted", suite.interrupted},
            {"notRun", suite.not_run},
            {"steps", suite.steps()},
            {"problems", suite.problems},
            {"profile", possible_json(hull(suite.knowledge.profiles))},
            {"heldThoughListed", Json::array()},
            {"scenarios", Json::array()},
            {"clauses", clauses_json(suite)}};
  for (const Deviation* deviation : suite.held) json["heldThoughListed"].push_back(deviation->clause.id());
  for (const JudgedScript& script : suite.scripts) json["scenarios"].push_back(script_json(script));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace procreg::harness
