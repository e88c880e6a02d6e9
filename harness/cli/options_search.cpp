// What searches for failures, and what becomes of them: fuzz, explore, merge, race, shrink.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "harness/cli/explore.h"
#include "harness/cli/fuzz.h"
#include "harness/cli/merge.h"
#include "harness/cli/program.h"
#include "harness/cli/race.h"
#include "harness/cli/race_schedules.h"
#include "harness/search/explore/worlds.h"

namespace procreg::cli {
namespace {

void add_fuzz(Program& program) {
  const auto request = std::make_shared<FuzzRequest>();
  CLI::App& app = program.command(
      {.name = "fuzz",
       .does = "Generated scripts in lockstep; failures are shrunk and saved",
       .examples = "  procreg fuzz --seed 7 --steps 5000000\n"
                   "  procreg fuzz --seconds 600 --save found\n"
                   "  procreg fuzz --scripts 1000000 --shard 2/8 --checkpoint 2.part --json > 2.json\n"},
      [request, &words = program.words()](Session& session) {
        request->subject = words.subject;
        request->shard = shard_of(words);
        return fuzz(*request, session);
      });
  program.add_subject(app);
  app.add_option("--seed", request->seed, "Decides everything that is drawn")
      ->check(up_to(number_max))
      ->capture_default_str();
  auto* scripts =
      app.add_option("--scripts", request->scripts, "Ends after so many scripts, those of all shards together")
          ->type_name("N")
          ->check(up_to(number_max));
  auto* steps = app.add_option("--steps", request->steps,
                               "Ends after so many steps, of this shard (default without a bound: 1000000)")
                    ->type_name("N")
                    ->check(up_to(number_max))
                    ->excludes(scripts);
  app.add_option("--seconds", request->seconds, "Ends after so many seconds")
      ->type_name("N")
      ->check(up_to(seconds_max))
      ->excludes(scripts)
      ->excludes(steps);
  app.add_option("--failures", request->failures, "Ends at so many different failures")
      ->type_name("N")
      ->check(at_least_one)
      ->capture_default_str();
  app.add_option(
         "--shard", program.words().shard,
         "Runs part I of N, I from 1: the scripts whose number leaves I - 1 when divided by N. The results of all\n"
         "parts, merged, are that of the whole run where the bound is --scripts and no part ended at its failures")
      ->type_name("I/N")
      ->capture_default_str();
  app.add_option("--checkpoint", request->checkpoint,
                 "Keeps what is done in FILE, about once a second; a run with the same arguments goes on from there")
      ->type_name("FILE");
  app.add_option("--save", request->save,
                 "Saves shrunk failures here as scenarios; those already there are tried first")
      ->type_name("DIR");
  app.add_flag("--json", request->json, "Prints the result as JSON");
  app.add_flag("--fingerprint", request->fingerprint,
               "Prints nothing but the fingerprint of the run: the same for a seed everywhere");
}

// What is explored; a certificate says it all.
void add_explored(CLI::App& app, ExploreRequest& request, CLI::Option* expect) {
  const auto mine = [expect](CLI::Option* option) { return option->excludes(expect); };
  mine(app.add_option("--world", request.world,
                      fmt::format("{}, or a scenario file: its world and steps are the root",
                                  fmt::join(harness::ready_world_names(), ", ")))
           ->type_name("NAME or FILE")
           ->capture_default_str());
  mine(app.add_option("--processes", request.processes, "How many processes (registry: pids)")
           ->type_name("N")
           ->check(up_to(number_max)));
  mine(app.add_option("--limits", request.limits, "tiny or default (default: those of the world)")->type_name("WHICH"));
  for (const auto& [option, words] : {std::pair{"--calls", &request.calls}, std::pair{"--events", &request.events}})
    mine(app.add_option(option, *words, "Only these, separated by commas, in place of those of the world; or none")
             ->type_name("A,B")
             ->delimiter(',')
             ->expected(1)
             ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  mine(app.add_option("--handles", request.handles, "A process opens no more than so many")
           ->type_name("N")
           ->check(up_to(number_max)));
  mine(app.add_option(
              "--profile", request.profile,
              "A profile as for conform, or any: each option of a choice is gone on with where a step first asks")
           ->capture_default_str());
  mine(app.add_flag("--symmetry", request.symmetry,
                    "States that differ by an exchange of processes, pids or GUIDs that no step tells apart are one"));
  mine(app.add_flag("--model-only", request.model_only, "Counts states of the model and compares nothing"));
  mine(app.add_option("--depth", request.depth, "Scripts of at most so many steps (default: until nothing is new)")
           ->type_name("N")
           ->check(up_to(number_max)));
  mine(app.add_option("--states", request.states, "Ends undecided at more states")
           ->type_name("N")
           ->check(up_to(number_max)));
  mine(app.add_option("--megabytes", request.megabytes, "Ends undecided where states take more memory")
           ->type_name("N")
           ->check(up_to(number_max >> 20)));
  mine(app.add_option("--seconds", request.seconds, "Ends undecided after so many seconds")
           ->type_name("N")
           ->check(up_to(seconds_max)));
}

void add_explore(Program& program) {
  const auto run = std::make_shared<ExploreRun>();
  CLI::App& app = program.command(
      {.name = "explore",
       .does = "Every script up to a depth, or until nothing is new; states met before count once",
       .examples = "  procreg explore --world wer --limits tiny --depth 8\n"
                   "  procreg explore --world ccf --symmetry --depth 6 --profile windows11 --json > certificate.json\n"
                   "  procreg explore --expect certificate.json          runs it again and tells what differs\n"
                   "  procreg explore --world wer --calls WerRegisterAdditionalProcess --events Crash,AdvanceTime\n"},
      [run, &words = program.words()](Session& session) {
        if (words.subject != "impl") refuse("explore needs a subject whose world can be put back: impl");
        if (run->expect.empty()) run->request.shard = shard_of(words);
        return explore(*run, session);
      });
  auto* expect =
      app.add_option("--expect", run->expect,
                     "Runs what this certificate (a result of --json) says, and compares; 1 where it differs")
          ->type_name("FILE");
  add_explored(app, run->request, expect);
  program.add_subject(app);
  app.add_option("--jobs", run->jobs, "Threads; the result is the same for any number")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--shard", program.words().shard,
                 "Performs part I of N, I from 1, on the implementation: the steps from its share of the states")
      ->type_name("I/N")
      ->excludes(expect)
      ->capture_default_str();
  app.add_option("--save", run->save, "Saves the shortest counterexample here as a scenario")->type_name("DIR");
  app.add_flag("--json", run->json, "Prints the result as JSON: a certificate");
}

void add_merge(Program& program) {
  const auto request = std::make_shared<MergeRequest>();
  CLI::App& app = program.command(
      {.name = "merge",
       .does = "The JSON results of all shards of a campaign as the result of the whole",
       .examples = "  procreg merge results/*.json\n"
                   "  parallel procreg fuzz --scripts 100000 --shard {}/8 --json '>' {}.json ::: $(seq 8)\n"
                   "  procreg merge --json [1-8].json > all.json\n"},
      [request](Session& session) { return merge(*request, session); });
  app.add_option("files", request->files, "What fuzz, explore or race printed with --json, a file a shard")
      ->type_name("FILE")
      ->required();
  app.add_flag("--json", request->json, "Prints the result as JSON");
}

// The request of `race` and what stands beside it on the command line; numbers whose defaults go by the kind of race.
struct GivenRace {
  RaceRequest request{};
  std::string schedules{};
  std::optional<std::uint64_t> threads{};
  std::optional<std::uint64_t> operations{};
  std::optional<std::uint32_t> preemptions{};
};

ExitStatus race_threads(GivenRace& given, const Words& words, const Session& session) {
  RaceRequest& request = given.request;
  request.subject = words.subject;
  request.shard = shard_of(words);
  request.threads = given.threads.value_or(request.threads);
  request.operations = given.operations.value_or(request.operations);
  request.profile = profile_of(words);
  return race(request, session);
}

ExitStatus race_under_schedules(const GivenRace& given, const Words& words, const Session& session) {
  ScheduleRequest request;
  request.file = given.request.file;
  request.shard = shard_of(words);
  request.threads = given.threads.value_or(request.threads);
  request.operations = given.operations.value_or(request.operations);
  request.seed = given.request.seed;
  request.rounds = given.request.rounds;
  request.preemptions = given.preemptions;
  request.save = given.request.save;
  request.json = given.request.json;
  request.profile = profile_of(words);
  if (given.schedules != "all") {
    request.schedules = number_of(given.schedules);
    if (!request.schedules) refuse(fmt::format("--schedules: '{}' is neither a number nor all", given.schedules));
    if (request.preemptions) refuse("--preemptions bounds the search of every schedule: it needs --schedules all");
  }
  if (words.subject != "impl") refuse("--schedules: only the subject impl has points at which threads can be switched");
  return race_schedules(request, session);
}

void add_race(Program& program) {
  const auto given = std::make_shared<GivenRace>();
  RaceRequest& request = given->request;
  CLI::App& app = program.command(
      {.name = "race",
       .does = "Many threads on one world; every history is checked for linearizability",
       .examples = "  procreg race --threads 4 --seconds 60 --save found\n"
                   "  procreg race found/race-0123456789abcdef.json --rounds 100000\n"
                   "  procreg race --history found/race-0123456789abcdef.history.json --timeline race.html\n"
                   "  procreg race --schedules 1000 --save found\n"
                   "  procreg race --schedules all scenario.json\n"},
      [given, &words = program.words()](Session& session) {
        return given->schedules.empty() ? race_threads(*given, words, session)
                                        : race_under_schedules(*given, words, session);
      });
  auto* file =
      app.add_option("file", request.file, "A scenario with a parallel part; none: drawn ones")->type_name("FILE");
  program.add_subject(app);
  app.add_option("--threads", given->threads, "Threads of a drawn race (default: 4; with --schedules 2)")
      ->type_name("N")
      ->check(CLI::Range(2, 64))
      ->excludes(file);
  app.add_option("--operations", given->operations,
                 "Operations of each thread of a drawn race (default: 8; with --schedules 3)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000))
      ->excludes(file);
  auto* schedules =
      app.add_option("--schedules", given->schedules,
                     "Decides at every lock and atomic who runs next, in place of real threads: so many random "
                     "schedules a race, or `all`")
          ->type_name("N|all");
  app.add_option("--preemptions", given->preemptions,
                 "With --schedules all: at most so many switches away from a thread that could go on")
      ->type_name("N")
      ->check(up_to(64))
      ->needs(schedules);
  program.add_profile(app);
  app.add_option("--seed", request.seed, "Decides what is drawn; how threads meet is chance")
      ->check(up_to(number_max))
      ->capture_default_str();
  auto* rounds = app.add_option("--rounds", request.rounds, "Ends after so many races, of all shards (default: 10000)")
                     ->type_name("N")
                     ->check(up_to(number_max));
  app.add_option("--seconds", request.seconds,
                 "Ends after so many seconds; with --history, how long to search for an order")
      ->type_name("N")
      ->check(up_to(seconds_max))
      ->excludes(rounds)
      ->excludes(schedules);
  auto* shard =
      app.add_option("--shard", program.words().shard, "Runs part I of N; all parts together are the whole run")
          ->type_name("I/N");
  auto* save = app.add_option("--save", request.save, "Saves what was found here, as a scenario and as a history")
                   ->type_name("DIR");
  app.add_option("--timeline", request.timeline, "Draws what was found: .html, .svg, or any other name for text")
      ->type_name("OUT");
  app.add_option("--history", request.history, "Checks and draws a history that was saved, in place of a race")
      ->type_name("FILE")
      ->excludes(file)
      ->excludes(rounds)
      ->excludes(shard)
      ->excludes(save);
  app.add_flag("--json", request.json, "Prints the result as JSON");
}

void add_shrink(Program& program) {
  const auto request = std::make_shared<ShrinkRequest>();
  CLI::App& app =
      program.command({.name = "shrink",
                       .does = "The smallest scenario that still diverges at the same clause, and what in it is needed",
                       .examples = "  procreg shrink found.json --out smaller.json\n"},
                      [request, &words = program.words()](Session& session) {
                        request->subject = words.subject;
                        request->profile = profile_of(words);
                        return shrink(*request, session);
                      });
  app.add_option("file", request->file, "A scenario that diverges")->type_name("FILE")->required();
  program.add_subject(app);
  program.add_profile(app);
  app.add_option("--out", request->out, "Where to write it (default: standard output)")->type_name("FILE");
  app.add_flag("--json", request->json, "Prints JSON: the scenario, how it fails, and what in it is needed");
}

}  // namespace

void add_search_commands(Program& program) {
  add_fuzz(program);
  add_explore(program);
  add_merge(program);
  add_race(program);
  add_shrink(program);
}

}  // namespace procreg::cli
