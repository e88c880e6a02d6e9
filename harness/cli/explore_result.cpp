#include <fmt/format.h>

#include "harness/cli/explore.h"
#include "harness/cli/version.h"
#include "harness/generate/world.h"
#include "harness/report/divergence_report.h"
#include "harness/report/json_report.h"
#include "harness/report/results.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/json_text.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::Campaign;
using harness::ExploreResult;
using harness::Verdict;

std::string list_of(const std::vector<std::string>& words) {
  json::Array list;
  for (const std::string& word : words) list.add(json::quote(word));
  return list.text();
}

std::string truth(bool value) { return value ? "true" : "false"; }

std::string options_json(const ExploreRequest& request) {
  const auto number = [](const std::optional<std::uint64_t>& value) { return value ? json::integer(*value) : "null"; };
  json::Object object;
  object.add("world", json::quote(request.world));
  object.add("processes", number(request.processes));
  object.add("limits", json::quote(request.limits));
  object.add("calls", list_of(request.calls));
  object.add("events", list_of(request.events));
  object.add("handles", number(request.handles));
  object.add("profile", json::quote(request.profile));
  object.add("symmetry", truth(request.symmetry));
  object.add("modelOnly", truth(request.model_only));
  object.add("depth", number(request.depth));
  object.add("states", number(request.states));
  object.add("megabytes", number(request.megabytes));
  object.add("seconds", number(request.seconds));
  return object.text();
}

// A failure that was saved nowhere is printed whole.
std::string failure_text(const SavedCounterexample& found) {
  const std::string profile = harness::profile_label(found.failure.profile);
  const std::string title = found.file.empty() ? "the shortest script that diverges" : found.file;
  const std::string again = found.file.empty() ? "" : "procreg replay " + harness::shell_word(found.file);
  std::string lines =
      divergence_text(found.failure.script, found.failure.divergence,
                      {.title = title, .profile = profile, .subject = "impl", .again = again, .coverage = nullptr});
  if (found.file.empty()) lines += "\n" + found.text;
  return lines;
}

std::string failure_json(const SavedCounterexample& found) {
  json::Object object;
  object.add("file", json::quote(found.file));
  object.add("steps", json::integer(found.failure.script.steps.size()));
  object.add("profile", json::quote(harness::profile_label(found.failure.profile)));
  object.add("divergence", harness::divergence_json(found.failure.script, found.failure.divergence));
  object.add("scenario", json::quote(found.text));
  object.add("text", json::quote(failure_text(found)));
  return object.text();
}

std::string counts_json(const ExploreResult& result) {
  return json::Object{}
      .add("states", json::integer(result.share_states))
      .add("transitions", json::integer(result.share_transitions))
      .add("checked", json::integer(result.checked))
      .text();
}

std::string reached_json(const ExploreResult& result) {
  json::Array reached;
  for (const Clause clause : harness::clauses_in(result.coverage.reached())) reached.add(json::quote(clause.id()));
  return reached.text();
}

std::string problems_json(const ExploreResult& result, const std::optional<SavedCounterexample>& counterexample) {
  json::Array problems;
  if (!result.bound.empty()) problems.add(json::quote(fmt::format("the bound on {} was met", result.bound)));
  if (!result.problem.empty()) problems.add(json::quote(result.problem));
  if (counterexample && !counterexample->problem.empty()) problems.add(json::quote(counterexample->problem));
  return problems.text();
}

Verdict verdict_of(const ExploreResult& result, const std::optional<SavedCounterexample>& counterexample) {
  return counterexample && !counterexample->problem.empty() ? Verdict::failed : result.verdict;
}

// Members of a certificate that another run of its request must have too.
constexpr std::string_view certified[] = {"verdict", "closed",      "depth",   "collisions",
                                          "counts",  "fingerprint", "reached", "reachedOptions"};

}  // namespace

Campaign campaign_of(const ExploreRequest& request, const ExploreResult& result,
                     const std::optional<SavedCounterexample>& counterexample) {
  json::Array failures;
  if (counterexample) failures.add(failure_json(*counterexample));
  json::Object object;
  object.add("format", json::quote("procreg-explore/1"));
  object.add("version", json::quote(version()));
  object.add("subject", json::quote(request.model_only ? "none" : "impl"));
  object.add("options", options_json(request));
  object.add("shard", harness::shard_json(request.shard));
  object.add("verdict", json::quote(name(verdict_of(result, counterexample))));
  object.add("interrupted", truth(result.bound == "interrupted"));
  object.add("closed", truth(result.closed));
  object.add("depth", json::integer(result.depth));
  object.add("bytes", json::integer(result.bytes));
  object.add("collisions", json::integer(result.one_in));
  object.add("counts", counts_json(result));
  object.add("reached", reached_json(result));
  object.add("reachedOptions", harness::reached_options_json(result.coverage));
  object.add("fingerprint", json::quote(fmt::format("{:016x}", result.share_digest)));
  object.add("failures", failures.text());
  object.add("problems", problems_json(result, counterexample));
  return std::get<Campaign>(harness::read_campaign(object.text(), "this run"));
}

std::vector<std::string> differences(const Campaign& expected, const Campaign& found) {
  std::vector<std::string> lines;
  const auto compare = [&](const std::string& name, const json::Node* a, const json::Node* b) {
    const std::string was = a == nullptr ? "nothing" : json::one_line(*a);
    const std::string is = b == nullptr ? "nothing" : json::one_line(*b);
    if (was != is) lines.push_back(fmt::format("{} was {} and is {}", name, was, is));
  };
  for (const std::string_view key : certified) {
    const json::Node* was = expected.at(key);
    const json::Node* is = found.at(key);
    if (key != "counts" || was == nullptr || is == nullptr) {
      compare(std::string{key}, was, is);
      continue;
    }
    for (const json::Node& count : json::children(*is))
      compare("counts." + count.key, json::member(*was, count.key), &count);
  }
  return lines;
}

}  // namespace procreg::cli
