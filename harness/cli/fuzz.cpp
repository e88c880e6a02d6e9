#include "harness/cli/fuzz.h"

#include <fmt/format.h>

#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/generate/world.h"
#include "harness/report/divergence_report.h"
#include "harness/report/json_report.h"
#include "harness/report/lines.h"
#include "harness/report/results.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/json_text.h"
#include "harness/search/fuzz.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::FuzzFailure;
using harness::FuzzResult;
using harness::Verdict;

constexpr std::uint64_t steps_by_default = 1'000'000;

harness::FuzzOptions options_of(const FuzzRequest& request) {
  harness::FuzzOptions options;
  options.seed = request.seed;
  options.steps = request.steps;
  if (request.seconds) options.time = std::chrono::seconds{*request.seconds};
  if (!request.steps && !request.seconds) options.steps = steps_by_default;
  options.shard = request.shard - 1;
  options.shards = request.shards;
  options.save = request.save;
  return options;
}

// How much of the run is done, in its own unit.
void show(const FuzzRequest& request, const harness::FuzzOptions& options, const harness::FuzzProgress& now,
          Progress& progress) {
  const bool timed = request.seconds.has_value();
  progress.show(now.steps, now.coverage.reached().count(),
                timed ? static_cast<std::uint64_t>(now.elapsed.count()) : now.steps,
                timed ? *request.seconds * 1000 : *options.steps);
}

FuzzResult run(const FuzzRequest& request, const Session& session) {
  const harness::FuzzOptions options = options_of(request);
  session.runs(fmt::format("fuzz --seed {} --shard {}/{}", request.seed, request.shard, request.shards));
  const auto subject = session.subject();
  const auto tell = [&](const harness::FuzzProgress& now) {
    if (session.progress != nullptr) show(request, options, now, *session.progress);
  };
  FuzzResult result = harness::fuzz(*subject, options, tell, &interruption());
  if (session.progress != nullptr) session.progress->clear();
  return result;
}

// A file of the folder that cannot be used is unusable input; a failure that could not be saved is a failure of ours.
Verdict verdict_of(const FuzzRequest& request, const FuzzResult& result) {
  bool unsaved = false;
  for (const FuzzFailure& failure : result.failures)
    unsaved = unsaved || (!request.save.empty() && failure.file.empty());
  if (unsaved) return Verdict::failed;
  return result.problems.empty() ? result.verdict : harness::worst({result.verdict, Verdict::unusable_input});
}

std::string origin(const FuzzRequest& request, const FuzzFailure& failure) {
  if (!failure.found_in) return fmt::format("{} still fails", failure.file);
  return fmt::format("in script {} of seed {}, after {} steps; {} steps became {}{}", *failure.found_in, request.seed,
                     failure.found_at, failure.steps_before, failure.script.steps.size(),
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
  if (failure.file.empty()) lines += "\n" + failure.text;
  return lines + '\n';
}

std::string fingerprint_text(const FuzzResult& result) { return fmt::format("{:016x}", result.fingerprint); }

std::string text_of(const FuzzRequest& request, const FuzzResult& result, Verdict verdict) {
  std::string lines;
  for (const FuzzFailure& failure : result.failures) lines += failure_text(request, failure);
  const ClauseSet reachable = harness::reachable_clauses();
  const harness::OptionCount options = count_options(result.coverage);
  const harness::Table summary{
      {"", ""},
      {{"scripts", fmt::format("{}", result.scripts)},
       {"steps", fmt::format("{}", result.steps)},
       {"clauses", fmt::format("{} of {} reached", (result.coverage.reached() & reachable).count(), reachable.count())},
       {"options", fmt::format("{} of {} reached", options.reached, options.covered)},
       {"fingerprint", fingerprint_text(result)}}};
  return lines + text(summary) +
         fmt::format("\n{}{}\n", harness::headline(verdict), result.interrupted ? ", interrupted" : "");
}

std::string failure_json(const FuzzFailure& failure) {
  json::Object object;
  object.add("file", json::quote(failure.file));
  object.add("script", failure.found_in ? json::integer(*failure.found_in) : "null");
  object.add("foundAt", json::integer(failure.found_at));
  object.add("stepsBefore", json::integer(failure.steps_before));
  object.add("steps", json::integer(failure.script.steps.size()));
  object.add("finished", failure.finished ? "true" : "false");
  object.add("profile", json::quote(harness::profile_label(failure.profile)));
  object.add("divergence", harness::divergence_json(failure.script, failure.divergence));
  object.add("scenario", json::quote(failure.text));
  return object.text();
}

std::string json_of(const FuzzRequest& request, const FuzzResult& result, Verdict verdict) {
  json::Array reached;
  for (const Clause clause : harness::clauses_in(result.coverage.reached())) reached.add(json::quote(clause.id()));
  json::Array failures;
  for (const FuzzFailure& failure : result.failures) failures.add(failure_json(failure));
  json::Array problems;
  for (const std::string& problem : result.problems) problems.add(json::quote(problem));
  json::Object object;
  object.add("format", json::quote("procreg-fuzz/1"));
  object.add("seed", json::integer(request.seed));
  object.add("verdict", json::quote(name(verdict)));
  object.add("interrupted", result.interrupted ? "true" : "false");
  object.add("scripts", json::integer(result.scripts));
  object.add("steps", json::integer(result.steps));
  object.add("fingerprint", json::quote(fingerprint_text(result)));
  object.add("reached", reached.text());
  object.add("failures", failures.text());
  object.add("problems", problems.text());
  return object.text() + "\n";
}

}  // namespace

ExitStatus fuzz(const FuzzRequest& request, const Session& session) {
  const FuzzResult result = run(request, session);
  const Verdict verdict = verdict_of(request, result);
  for (const std::string& problem : result.problems) session.err << fmt::format("procreg: {}\n", problem);
  if (request.fingerprint) {
    session.out << fingerprint_text(result) << '\n';
  } else {
    session.out << (request.json ? json_of(request, result, verdict) : text_of(request, result, verdict));
  }
  return exit_status(verdict);
}

}  // namespace procreg::cli
