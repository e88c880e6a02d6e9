#include "harness/cli/race.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/profiles.h"
#include "harness/cli/version.h"
#include "harness/concurrent/history_file.h"
#include "harness/concurrent/race.h"
#include "harness/concurrent/timeline.h"
#include "harness/report/json_report.h"
#include "harness/report/lines.h"
#include "harness/report/results.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/json_text.h"
#include "harness/search/saved.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::Linearizable;
using harness::RaceCounts;
using harness::RaceFailure;
using harness::RaceResult;
using harness::RecordedRace;
using harness::Script;
using harness::Verdict;

constexpr std::uint64_t rounds_by_default = 10'000;
constexpr std::chrono::seconds judging_a_file{60};

// What was found, with the files that it was written to.
struct Found {
  RaceFailure failure{};
  std::string scenario_file{};
  std::string history_file{};
};

struct Outcome {
  RaceCounts counts{};
  std::vector<Verdict> verdicts{};
  std::optional<Found> found{};
  std::vector<std::string> problems{};  // what could not be written: a line each
  bool interrupted{};

  Verdict verdict() const {
    return problems.empty() ? harness::worst(verdicts) : harness::worst({harness::worst(verdicts), Verdict::failed});
  }
};

void add(RaceCounts& sum, const RaceCounts& more) {
  for (const auto member : {&RaceCounts::histories, &RaceCounts::operations, &RaceCounts::linearizable,
                            &RaceCounts::violations, &RaceCounts::ran_out, &RaceCounts::overlapping})
    sum.*member += more.*member;
}

// --- Files ---

std::string drawing(const std::string& path, const RecordedRace& race, const harness::Explanation& why) {
  if (path.ends_with(".html")) return timeline_html(race, why);
  if (path.ends_with(".svg")) return timeline_svg(race, why);
  return timeline_text(race, why) + '\n' + explanation_text(race, why);
}

void draw(const std::string& path, const RecordedRace& race, const harness::Explanation& why, Outcome& outcome) {
  if (path.empty()) return;
  if (const std::string problem = write_output(path, drawing(path, race, why)); !problem.empty())
    outcome.problems.push_back(problem);
}

// The same failure has the same name.
std::string name_of(const std::string& history) {
  std::uint64_t digest = 0xCBF29CE484222325U;
  for (const char c : history) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return fmt::format("race-{:016x}", digest);
}

std::string written(const std::filesystem::path& path, const std::string& content, Outcome& outcome) {
  const std::string problem = harness::write_file_atomically(path.string(), content);
  if (problem.empty()) return path.string();
  outcome.problems.push_back(problem);
  return {};
}

void save(const std::string& folder, Found& found, Outcome& outcome) {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string history = write_history(found.failure.race);
  const std::filesystem::path base = std::filesystem::path{folder} / name_of(history);
  found.scenario_file = written(base.string() + ".json", write_script(found.failure.race.script), outcome);
  found.history_file = written(base.string() + ".history.json", history, outcome);
}

// --- Running ---

harness::RaceOptions options_of(const RaceRequest& request) {
  harness::RaceOptions options;
  options.shape = {request.threads, request.operations};
  options.seed = request.seed;
  options.rounds = request.rounds;
  if (request.seconds) options.time = std::chrono::seconds{*request.seconds};
  if (!request.rounds && !request.seconds) options.rounds = rounds_by_default;
  options.shard = request.shard.index - 1;
  options.shards = request.shard.of;
  return options;
}

void show(const RaceRequest& request, const harness::RaceOptions& options, const harness::RaceProgress& now,
          Progress& progress) {
  if (request.seconds)
    progress.show(now.operations, 0, static_cast<std::uint64_t>(now.elapsed.count()), *request.seconds * 1000);
  else
    progress.show(now.operations, 0, now.rounds, (*options.rounds + options.shards - 1) / options.shards);
}

// Races under one profile; a failure is saved and drawn.
void run(const RaceRequest& request, const harness::RaceOptions& options, const Session& session, Outcome& outcome) {
  const auto tell = [&](const harness::RaceProgress& now) {
    if (session.progress != nullptr) show(request, options, now, *session.progress);
  };
  RaceResult result =
      harness::race(session.shared_subject ? session.shared_subject : session.subject, options, tell, &interruption());
  if (session.progress != nullptr) session.progress->clear();
  add(outcome.counts, result.counts);
  outcome.verdicts.push_back(result.verdict);
  outcome.interrupted = outcome.interrupted || result.interrupted;
  if (!result.failure) return;
  Found& found = outcome.found.emplace(Found{std::move(*result.failure), {}, {}});
  save(request.save, found, outcome);
  draw(request.timeline, found.failure.race, found.failure.why, outcome);
}

Outcome run(const RaceRequest& request, const Session& session, const Script* script) {
  harness::RaceOptions options = options_of(request);
  Outcome outcome;
  if (script == nullptr) {
    run(request, options, session, outcome);
    return outcome;
  }
  for (const Script::NamedProfile& profile : profiles_for(*script, request.profile)) {
    options.script = *script;
    options.script->profiles = {profile};
    if (options.script->name.empty()) options.script->name = request.file;
    run(request, options, session, outcome);
    if (outcome.found || outcome.interrupted) break;
  }
  return outcome;
}

// --- Telling ---

std::string headline_of(const RaceRequest& request, const Found& found) {
  const RaceFailure& failure = found.failure;
  const std::string profile = failure.race.script.profiles.front().label;
  const std::string what =
      failure.stuck ? "operations never returned"
                    : fmt::format("{} without an order", harness::counted(failure.race.history.size(), "operation"));
  return fmt::format(
      "{}  {}, profile {}: {}\n\n",
      failure.stuck ? harness::headline(Verdict::failed) : harness::headline(Verdict::diverges),
      request.file.empty() ? fmt::format("round {} of seed {}", failure.round, request.seed) : request.file, profile,
      what);
}

std::string origin(const RaceRequest& request, const RaceFailure& failure) {
  if (failure.stuck) return fmt::format("in round {} of seed {}", failure.round, request.seed);
  return fmt::format("in round {} of seed {}; {} became {}, racing {} more", failure.round, request.seed,
                     harness::counted(failure.operations, "operation"), failure.race.history.size(),
                     harness::counted(failure.raced_again, "round"));
}

std::string found_text(const RaceRequest& request, const Found& found) {
  const RaceFailure& failure = found.failure;
  std::string out = headline_of(request, found);
  if (!failure.race.script.steps.empty()) out += fmt::format("  before the race\n");
  for (const Step& step : failure.race.script.steps)
    out += fmt::format("      {}\n", harness::wrapped(text(failure.race.script, step), 8, 110));
  out += timeline_text(failure.race, failure.why) + '\n';
  if (!failure.stuck) out += explanation_text(failure.race, failure.why) + '\n';
  if (!found.history_file.empty())
    out += fmt::format("  again    procreg race --history {}\n", harness::shell_word(found.history_file));
  if (!found.scenario_file.empty())
    out += fmt::format("  race it  procreg race {}\n", harness::shell_word(found.scenario_file));
  out += fmt::format("  found    {}\n", origin(request, failure));
  if (found.history_file.empty()) out += '\n' + write_history(failure.race);
  return out + '\n';
}

std::string counts_text(const RaceCounts& counts) {
  const auto number = [](std::uint64_t n) { return fmt::format("{}", n); };
  return harness::text(harness::Table{{"", ""},
                                      {{"histories", number(counts.histories)},
                                       {"operations", number(counts.operations)},
                                       {"overlapping", number(counts.overlapping)},
                                       {"linearizable", number(counts.linearizable)},
                                       {"violations", number(counts.violations)},
                                       {"ran out", number(counts.ran_out)}}});
}

std::string text_of(const RaceRequest& request, const Outcome& outcome) {
  std::string out = outcome.found ? found_text(request, *outcome.found) : "";
  out += counts_text(outcome.counts);
  if (outcome.counts.operations > 0 && outcome.counts.overlapping == 0)
    out += "\nNo operation ever overlapped one of another thread: nothing was raced.\n";
  return out +
         fmt::format("\n{}{}\n", harness::headline(outcome.verdict()), outcome.interrupted ? ", interrupted" : "");
}

std::string counts_json(const RaceCounts& counts) {
  json::Object object;
  object.add("histories", json::integer(counts.histories));
  object.add("operations", json::integer(counts.operations));
  object.add("linearizable", json::integer(counts.linearizable));
  object.add("violations", json::integer(counts.violations));
  object.add("ranOut", json::integer(counts.ran_out));
  object.add("overlapping", json::integer(counts.overlapping));
  return object.text();
}

std::string found_json(const RaceRequest& request, const Found& found) {
  const RaceFailure& failure = found.failure;
  json::Object object;
  object.add("file", json::quote(found.scenario_file));
  object.add("historyFile", json::quote(found.history_file));
  object.add("round", json::integer(failure.round));
  object.add("operationsBefore", json::integer(failure.operations));
  object.add("operations", json::integer(failure.race.history.size()));
  object.add("stuck", failure.stuck ? "true" : "false");
  object.add("profile", json::quote(failure.race.script.profiles.front().label));
  object.add("timeline", json::quote(timeline_text(failure.race, failure.why)));
  object.add("explanation", json::quote(failure.stuck ? "" : explanation_text(failure.race, failure.why)));
  object.add("history", json::quote(write_history(failure.race)));
  object.add("script", json::integer(failure.round));
  object.add("scenario", json::quote(write_script(failure.race.script)));
  object.add("text", json::quote(found_text(request, found)));
  return object.text();
}

std::string options_json(const RaceRequest& request) {
  const auto bound = [](const std::optional<std::uint64_t>& value) { return value ? json::integer(*value) : "null"; };
  return json::Object{}
      .add("file", json::quote(request.file))
      .add("threads", json::integer(request.threads))
      .add("operations", json::integer(request.operations))
      .add("seed", json::integer(request.seed))
      .add("rounds", bound(request.rounds))
      .add("seconds", bound(request.seconds))
      .text();
}

std::string json_of(const RaceRequest& request, const Outcome& outcome) {
  json::Array failures;
  if (outcome.found) failures.add(found_json(request, *outcome.found));
  json::Array problems;
  for (const std::string& problem : outcome.problems) problems.add(json::quote(problem));
  json::Object object;
  object.add("format", json::quote("procreg-race/1"));
  object.add("version", json::quote(version()));
  object.add("subject", json::quote(request.subject));
  object.add("options", options_json(request));
  object.add("verdict", json::quote(name(outcome.verdict())));
  object.add("interrupted", outcome.interrupted ? "true" : "false");
  object.add("shard", harness::shard_json(request.shard));
  object.add("counts", counts_json(outcome.counts));
  object.add("failures", failures.text());
  object.add("problems", problems.text());
  return object.text() + "\n";
}

ExitStatus tell(const RaceRequest& request, const Session& session, const Outcome& outcome) {
  for (const std::string& problem : outcome.problems) session.err << fmt::format("procreg: {}\n", problem);
  session.out << (request.json ? json_of(request, outcome) : text_of(request, outcome));
  return exit_status(outcome.verdict());
}

ExitStatus refuse(const Session& session, const std::vector<harness::InputError>& errors) {
  for (const harness::InputError& error : errors) session.err << fmt::format("procreg: {}\n", text(error));
  return ExitStatus::unusable;
}

// --- A file ---

Verdict verdict_of(Linearizable verdict) {
  return verdict == Linearizable::yes  ? Verdict::conforms
         : verdict == Linearizable::no ? Verdict::diverges
                                       : Verdict::undecided;
}

std::string history_text(const RaceRequest& request, const RecordedRace& race, const harness::Explanation& why) {
  return fmt::format("{}  {}, profile {}\n\n{}\n{}", harness::headline(verdict_of(why.verdict)), request.history,
                     race.script.profiles.front().label, timeline_text(race, why), explanation_text(race, why));
}

ExitStatus check_history(const RaceRequest& request, const Session& session) {
  const auto read = harness::read_history_file(request.history);
  if (const auto* errors = std::get_if<1>(&read)) return refuse(session, *errors);
  const auto& race = std::get<RecordedRace>(read);
  const auto limit = request.seconds ? std::chrono::seconds{*request.seconds} : judging_a_file;
  const auto result = judge(race, {.deadline = std::chrono::steady_clock::now() + limit, .stop = &interruption()});

  Outcome outcome;
  outcome.interrupted = interrupted();
  outcome.verdicts.push_back(verdict_of(result.verdict));
  outcome.counts.histories = 1;
  outcome.counts.operations = race.history.size();
  outcome.counts.linearizable = result.verdict == Linearizable::yes ? 1 : 0;
  outcome.counts.violations = result.verdict == Linearizable::no ? 1 : 0;
  outcome.counts.ran_out = result.verdict == Linearizable::ran_out ? 1 : 0;
  const harness::Explanation why = explain(race, result);
  draw(request.timeline, race, why, outcome);
  for (const std::string& problem : outcome.problems) session.err << fmt::format("procreg: {}\n", problem);
  session.out << (request.json ? json_of(request, outcome) : history_text(request, race, why));
  return exit_status(outcome.verdict());
}

}  // namespace

ExitStatus race(const RaceRequest& request, const Session& session) {
  if (!request.history.empty()) return check_history(request, session);
  if (request.file.empty()) return tell(request, session, run(request, session, nullptr));
  const auto read = harness::read_script_file(request.file);
  if (const auto* errors = std::get_if<std::vector<harness::InputError>>(&read)) return refuse(session, *errors);
  const Script& script = std::get<Script>(read);
  if (script.parallel.empty()) {
    session.err << fmt::format("procreg: {}: there is nothing to race: the scenario has no \"parallel\"\n",
                               request.file);
    return ExitStatus::unusable;
  }
  return tell(request, session, run(request, session, &script));
}

}  // namespace procreg::cli
