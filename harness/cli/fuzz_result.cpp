#include "harness/cli/fuzz_result.h"

#include <fmt/format.h>

#include <algorithm>

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
using harness::FailureKey;
using harness::FuzzFailure;
using harness::FuzzResult;
using harness::Verdict;

constexpr std::string_view own_profile = " own-profile";
constexpr harness::Difference differences[] = {harness::Difference::result,   harness::Difference::last_error,
                                               harness::Difference::output,   harness::Difference::made,
                                               harness::Difference::snapshot, harness::Difference::expectation};

// "result WER-AP-11", "snapshot WER-AP-11 own-profile".
std::string text_of(const FailureKey& key) {
  return fmt::format("{} {}{}", name(key.what), key.decided.id(), key.own_profile ? own_profile : "");
}

std::optional<FailureKey> key_named(std::string_view text) {
  FailureKey key;
  key.own_profile = text.ends_with(own_profile);
  if (key.own_profile) text.remove_suffix(own_profile.size());
  const std::size_t space = std::min(text.find(' '), text.size());
  const auto what = std::find_if(std::begin(differences), std::end(differences),
                                 [&](harness::Difference each) { return name(each) == text.substr(0, space); });
  if (what == std::end(differences)) return std::nullopt;
  key.what = *what;
  if (const auto clause = Clause::find(text.substr(std::min(space + 1, text.size())))) key.decided = *clause;
  return key;
}

// The keys of the failures that cover this one.
std::string same_as(FailureKey key) {
  json::Array keys;
  keys.add(json::quote(text_of({key.what, key.decided, false})));
  if (key.own_profile) keys.add(json::quote(text_of(key)));
  return keys.text();
}

std::string origin(const FuzzRequest& request, const FuzzFailure& failure) {
  if (!failure.found_in) return fmt::format("{} still fails", failure.file);
  return fmt::format("in script {} of seed {}; {} steps became {}{}", *failure.found_in, request.seed,
                     failure.steps_before, failure.script.steps.size(),
                     failure.finished ? "" : ", which may not be the fewest");
}

// A failure that was saved nowhere is printed whole.
std::string failure_text(const FuzzRequest& request, const FuzzFailure& failure) {
  const std::string title = failure.file.empty() ? fmt::format("a script of seed {}", request.seed) : failure.file;
  const std::string profile = harness::profile_label(failure.profile);
  const std::string again = failure.file.empty() ? "" : "procreg replay " + harness::shell_word(failure.file);
  std::string lines = divergence_text(
      failure.script, failure.divergence,
      {.title = title, .profile = profile, .subject = request.subject, .again = again, .coverage = nullptr});
  lines += fmt::format("  found    {}\n", origin(request, failure));
  if (failure.explanation) lines += text(failure.script, *failure.explanation);
  if (failure.file.empty()) lines += "\n" + failure.text;
  return lines;
}

std::string failure_json(const FuzzRequest& request, const FuzzFailure& failure) {
  json::Object object;
  object.add("file", json::quote(failure.file));
  object.add("script", failure.found_in ? json::integer(*failure.found_in) : "null");
  object.add("stepsBefore", json::integer(failure.steps_before));
  object.add("steps", json::integer(failure.script.steps.size()));
  object.add("finished", failure.finished ? "true" : "false");
  object.add("profile", json::quote(harness::profile_label(failure.profile)));
  object.add("key", json::quote(text_of(failure.key)));
  object.add("sameAs", same_as(failure.key));
  object.add("divergence", harness::divergence_json(failure.script, failure.divergence));
  object.add("scenario", json::quote(failure.text));
  object.add("explanation", failure.explanation ? harness::json_text(*failure.explanation) : "null");
  object.add("text", json::quote(failure_text(request, failure)));
  return object.text();
}

std::string options_json(const FuzzRequest& request) {
  const auto bound = [](const std::optional<std::uint64_t>& value) { return value ? json::integer(*value) : "null"; };
  json::Object object;
  object.add("seed", json::integer(request.seed));
  object.add("scripts", bound(request.scripts));
  object.add("steps", bound(request.steps));
  object.add("seconds", bound(request.seconds));
  object.add("failures", json::integer(request.failures));
  return object.text();
}

// A file of the folder that cannot be used is unusable input; a failure that could not be saved is a failure of ours.
Verdict verdict_of(const FuzzRequest& request, const FuzzResult& result, bool lost) {
  for (const FuzzFailure& failure : result.failures) lost = lost || (!request.save.empty() && failure.file.empty());
  if (lost) return Verdict::failed;
  return result.problems.empty() ? result.verdict : harness::worst({result.verdict, Verdict::unusable_input});
}

std::string counts_json(const FuzzResult& result) {
  return json::Object{}.add("scripts", json::integer(result.scripts)).add("steps", json::integer(result.steps)).text();
}

}  // namespace

Campaign campaign_of(const FuzzRequest& request, const FuzzResult& result, bool lost) {
  json::Array reached;
  for (const Clause clause : harness::clauses_in(result.coverage.reached())) reached.add(json::quote(clause.id()));
  json::Array failures;
  for (const FuzzFailure& failure : result.failures) failures.add(failure_json(request, failure));
  json::Array problems;
  for (const std::string& problem : result.problems) problems.add(json::quote(problem));
  json::Object object;
  object.add("format", json::quote("procreg-fuzz/2"));
  object.add("version", json::quote(version()));
  object.add("subject", json::quote(request.subject));
  object.add("options", options_json(request));
  object.add("shard", harness::shard_json(request.shard));
  object.add("verdict", json::quote(name(verdict_of(request, result, lost))));
  object.add("interrupted", result.interrupted ? "true" : "false");
  object.add("counts", counts_json(result));
  object.add("reached", reached.text());
  object.add("reachedOptions", harness::reached_options_json(result.coverage));
  object.add("fingerprint", json::quote(fmt::format("{:016x}", result.fingerprint)));
  object.add("failures", failures.text());
  object.add("problems", problems.text());
  return std::get<Campaign>(harness::read_campaign(object.text(), "this run"));
}

std::vector<FailureKey> keys_of(const Campaign& campaign) {
  std::vector<FailureKey> keys;
  for (const json::Node& failure : json::children(*campaign.at("failures"))) {
    const json::Node* text = json::member(failure, "key");
    if (const auto key = text == nullptr ? std::nullopt : key_named(text->text)) keys.push_back(*key);
  }
  return keys;
}

}  // namespace procreg::cli
