#include "harness/cli/race_schedules.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/cli/profiles.h"
#include "harness/cli/version.h"
#include "harness/concurrent/schedule_campaign.h"
#include "harness/concurrent/schedule_report.h"
#include "harness/concurrent/timeline.h"
#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"
#include "harness/report/results.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/search/saved.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::Campaign;
using harness::ScheduleCampaignResult;
using harness::ScheduleCounts;
using harness::ScheduleFound;
using harness::ScheduleResult;
using harness::Script;
using harness::Verdict;

constexpr std::uint64_t rounds_by_default = 1000;
constexpr std::uint64_t runs_max = 1'000'000;  // of a race whose every schedule is searched

// --- What was found ---

struct Told {
  std::string file{};
  std::string text{};
  std::string problem{};
};

std::string file_name(const std::string& fault, const std::string& text) {
  std::uint64_t digest = 0xCBF29CE484222325U;
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return fmt::format("schedule-{}-{:08x}.json", fault, static_cast<std::uint32_t>(digest >> 32));
}

void save(const std::string& folder, const std::string& fault, const std::string& scenario, Told& told) {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = (std::filesystem::path{folder} / file_name(fault, scenario)).string();
  told.problem = harness::write_file_atomically(path, scenario);
  if (told.problem.empty()) told.file = path;
}

Told tell(const ScheduleRequest& request, const ScheduleFound& found) {
  const Script& script = found.shrunk.script;
  const std::string scenario = write_script(script);
  const std::string fault{name(found.shrunk.failure.fault)};
  const Script::NamedProfile profile = profiles_of(script).front();
  Told told;
  save(request.save, fault, scenario, told);
  const std::string where =
      request.file.empty() ? fmt::format("round {} of seed {}", found.round, request.seed) : request.file;
  told.text = fmt::format("{}  {}, profile {}: {}\n\n{}\n", harness::headline(Verdict::diverges), where, profile.label,
                          fault, failure_text(script, profile, found.shrunk.failure));
  if (!told.file.empty())
    told.text += fmt::format("  again  procreg replay {}\n", harness::shell_word(told.file));
  else
    told.text += '\n' + scenario;
  return told;
}

// Of steps before the parallel part: as any other divergence.
Told tell(const ScheduleRequest& request, const Script& script, const harness::Divergence& divergence) {
  Told told;
  told.text =
      divergence_text(script, divergence,
                      {.title = request.file.empty() ? fmt::format("a race of seed {}", request.seed) : request.file,
                       .profile = script.profiles.front().label,
                       .subject = "impl",
                       .again = "",
                       .coverage = nullptr});
  return told;
}

// --- The result ---

std::string failure_json(const Told& told, std::uint64_t round, const std::string& scenario) {
  return json::Object{}
      .add("file", json::quote(told.file))
      .add("script", json::integer(round))
      .add("scenario", json::quote(scenario))
      .add("text", json::quote(told.text))
      .text();
}

std::string counts_json(const ScheduleCounts& counts) {
  return json::Object{}
      .add("races", json::integer(counts.races))
      .add("schedules", json::integer(counts.schedules))
      .add("redundant", json::integer(counts.redundant))
      .add("histories", json::integer(counts.histories))
      .add("exhausted", json::integer(counts.exhausted))
      .text();
}

std::string options_json(const ScheduleRequest& request) {
  const auto bound = [](const auto& value) { return value ? json::integer(*value) : std::string{"null"}; };
  return json::Object{}
      .add("file", json::quote(request.file))
      .add("threads", json::integer(request.threads))
      .add("operations", json::integer(request.operations))
      .add("seed", json::integer(request.seed))
      .add("rounds", bound(request.rounds))
      .add("schedules", bound(request.schedules))
      .add("preemptions", bound(request.preemptions))
      .text();
}

void add(ScheduleCampaignResult& sum, ScheduleCampaignResult more) {
  sum.verdict = sum.counts.races == 0 ? more.verdict : harness::worst({sum.verdict, more.verdict});
  for (const auto member : {&ScheduleCounts::races, &ScheduleCounts::schedules, &ScheduleCounts::redundant,
                            &ScheduleCounts::histories, &ScheduleCounts::exhausted, &ScheduleCounts::failures})
    sum.counts.*member += more.counts.*member;
  sum.interrupted = sum.interrupted || more.interrupted;
  if (more.found) sum.found = std::move(more.found);
  if (more.divergence) {
    sum.divergence = std::move(more.divergence);
    sum.diverging = std::move(more.diverging);
  }
}

Campaign campaign_of(const ScheduleRequest& request, const ScheduleCampaignResult& result) {
  json::Array failures;
  json::Array problems;
  Verdict verdict = result.verdict;
  if (result.found) {
    const Told told = tell(request, *result.found);
    failures.add(failure_json(told, result.found->round, write_script(result.found->shrunk.script)));
    if (!told.problem.empty()) {
      problems.add(json::quote(told.problem));
      verdict = Verdict::failed;
    }
  }
  if (result.divergence)
    failures.add(
        failure_json(tell(request, *result.diverging, *result.divergence), 0, write_script(*result.diverging)));
  json::Object object;
  object.add("format", json::quote("procreg-schedules/1"));
  object.add("version", json::quote(version()));
  object.add("options", options_json(request));
  object.add("shard", harness::shard_json(request.shard));
  object.add("verdict", json::quote(name(verdict)));
  object.add("interrupted", result.interrupted ? "true" : "false");
  object.add("counts", counts_json(result.counts));
  object.add("failures", failures.text());
  object.add("problems", problems.text());
  return std::get<Campaign>(harness::read_campaign(object.text(), "this run"));
}

// --- Running ---

harness::ScheduleCampaignOptions options_of(const ScheduleRequest& request) {
  harness::ScheduleCampaignOptions options;
  options.shape = {.threads = request.threads, .operations = request.operations};
  options.seed = request.seed;
  options.rounds = request.rounds.value_or(request.file.empty() ? rounds_by_default : request.shard.of);
  options.schedules = request.schedules;
  options.preemptions_max = request.preemptions;
  if (!request.schedules) options.runs_max = runs_max;
  options.shard = request.shard.index - 1;
  options.shards = request.shard.of;
  return options;
}

ScheduleCampaignResult run(const harness::ScheduleCampaignOptions& options, const Session& session) {
  const auto subject = harness::scheduled_implementation();
  const std::uint64_t all = (*options.rounds + options.shards - options.shard - 1) / options.shards;
  ScheduleCampaignResult result = harness::run_schedules(
      *subject, options,
      [&](const ScheduleCounts& counts) {
        if (session.progress != nullptr) session.progress->show(counts.schedules, 0, counts.races, all);
      },
      &interruption());
  if (session.progress != nullptr) session.progress->clear();
  return result;
}

ScheduleCampaignResult run_file(const ScheduleRequest& request, const Script& script, const Session& session) {
  harness::ScheduleCampaignOptions options = options_of(request);
  ScheduleCampaignResult sum;
  for (const Script::NamedProfile& profile : profiles_for(script, request.profile)) {
    options.script = script;
    options.script->profiles = {profile};
    add(sum, run(options, session));
    if (sum.found || sum.divergence || sum.interrupted) break;
  }
  return sum;
}

ExitStatus print(const ScheduleRequest& request, const ScheduleCampaignResult& result, const Session& session) {
  const Campaign campaign = campaign_of(request, result);
  for (const json::Node& problem : json::children(*campaign.at("problems")))
    session.err << fmt::format("procreg: {}\n", problem.text);
  session.out << (request.json ? json_text(campaign) : text(campaign));
  return exit_status(campaign.verdict);
}

ExitStatus refuse(const Session& session, const std::string& why) {
  session.err << fmt::format("procreg: {}\n", why);
  return ExitStatus::unusable;
}

// --- Replaying ---

std::string searched_text(const ScheduleResult& result) {
  return fmt::format("  {}, {}, {}\n", harness::counted(result.runs, "schedule"),
                     harness::counted(result.outcomes, "outcome"),
                     result.complete ? "none left out" : "a bound left others out");
}

std::string replay_json(const Script& script, const Script::NamedProfile& profile, const ScheduleResult& result,
                        const std::string& misfit) {
  const auto& failure = result.failure;
  return json::Object{}
      .add("file", json::quote(script.file))
      .add("profile", json::quote(profile.label))
      .add("verdict", json::quote(name(result.verdict)))
      .add("misfit", json::quote(misfit))
      .add("schedules", json::integer(result.runs))
      .add("outcomes", json::integer(result.outcomes))
      .add("fault", failure ? json::quote(name(failure->fault)) : "null")
      .add("text", json::quote(failure ? failure_text(script, profile, *failure) : ""))
      .text();
}

}  // namespace

ParallelReplay replay_parallel(const Script& script, const Script::NamedProfile& profile) {
  const auto subject = harness::scheduled_implementation();
  ParallelReplay made;
  ScheduleResult result;
  std::string misfit;
  if (!script.schedule.empty()) {
    auto replayed = replay_schedule(*subject, script, profile.profile);
    misfit = std::move(replayed.misfit);
    result = std::move(replayed.result);
    if (misfit.empty() && !result.failure)
      made.text = harness::timeline_text(harness::race_of(script, profile, replayed.history, {}), {}) + '\n';
  }
  if (script.schedule.empty() || (!misfit.empty() && !result.failure)) {
    if (!misfit.empty())
      made.text = fmt::format("  the schedule no longer fits: {}\n  every schedule is searched instead\n", misfit);
    result = search_schedules(*subject, script, profile.profile, {.runs_max = runs_max, .stop = &interruption()});
    made.text += searched_text(result);
  }
  if (result.failure) made.text += failure_text(script, profile, *result.failure) + '\n';
  made.verdict = result.verdict;
  made.json = replay_json(script, profile, result, misfit);
  return made;
}

ExitStatus race_schedules(const ScheduleRequest& request, const Session& session) {
  if (request.file.empty()) return print(request, run(options_of(request), session), session);
  const auto read = harness::read_script_file(request.file);
  if (const auto* errors = std::get_if<1>(&read)) {
    for (const harness::InputError& error : *errors) session.err << fmt::format("procreg: {}\n", text(error));
    return ExitStatus::unusable;
  }
  const auto& script = std::get<Script>(read);
  if (script.parallel.empty())
    return refuse(session, request.file + ": there is nothing to race: the scenario has no \"parallel\"");
  if (!request.schedules && request.shard.of > 1)
    return refuse(session, "--shard: every schedule of one scenario cannot be divided; ask for a number of them");
  return print(request, run_file(request, script, session), session);
}

}  // namespace procreg::cli
