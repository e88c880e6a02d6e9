// The program `procreg`: arguments in, one command, exit status out.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/benchmarks.h"
#include "harness/cli/characterise.h"
#include "harness/cli/conform.h"
#include "harness/cli/dump.h"
#include "harness/cli/explore.h"
#include "harness/cli/foreign.h"
#include "harness/cli/fuzz.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/judge.h"
#include "harness/cli/lookup.h"
#include "harness/cli/merge.h"
#include "harness/cli/race.h"
#include "harness/cli/race_schedules.h"
#include "harness/cli/replay.h"
#include "harness/cli/serve.h"
#include "harness/cli/standard_output.h"
#include "harness/cli/version.h"
#include "harness/cli/words.h"
#include "harness/scenario/suggestion.h"
#include "harness/search/explore/worlds.h"

namespace procreg::cli {
namespace {

constexpr std::chrono::seconds step_limit{30};

constexpr auto statuses = R"(
Exit status: 0 conforms; 1 diverges; 2 undecided (interrupted, a bound was hit, a clause in scope never reached);
3 unusable input or arguments; 4 procreg or the subject failed; 5 nothing ran. Several in one run: 4, 1, 3, 2, 5, 0.
Results go to standard output; progress goes to standard error, and only to a terminal.)";

// What is common to several commands, as it stands on the command line.
struct Words {
  std::string subject{"impl"};
  std::string profile;
  std::string spoil;
  std::string shard{"1/1"};
  std::string schedules;
  std::optional<std::uint64_t> threads;
  std::optional<std::uint64_t> operations;
  std::optional<std::uint32_t> preemptions;
  std::vector<std::string> only;
  std::vector<std::string> memory;
  std::string stack;
  std::string step_limit{"10"};
  std::string scenario_limit{"60"};
  std::string deviations;
  std::string subject_log;
  bool no_snapshot{};
  bool spoil_all{};
  bool strict{};
};

[[noreturn]] void refuse(const std::string& message) {
  throw CLI::ValidationError(message, static_cast<int>(ExitStatus::unusable));
}

template <class T>
T meant(std::variant<T, BadArgument> word) {
  if (const auto* bad = std::get_if<BadArgument>(&word)) refuse(bad->message);
  return std::get<T>(std::move(word));
}

std::optional<harness::Script::NamedProfile> profile_of(const Words& words) {
  if (words.profile.empty()) return std::nullopt;
  return meant(profile_word(words.profile));
}

constexpr std::uint64_t number_max = ~std::uint64_t{0};

// CLI11 would read -1 as a very large number, and one that is too large as the largest.
auto up_to(std::uint64_t most) {
  return [most](const std::string& word) {
    const auto number = number_of(word);
    return number && *number <= most ? "" : fmt::format("'{}' is not a number from 0 to {}", word, most);
  };
}
std::string at_least_one(const std::string& word) {
  return number_of(word).value_or(0) > 0 ? "" : fmt::format("'{}' is not a number from 1 to {}", word, number_max);
}
constexpr std::uint64_t seconds_max = 1'000'000'000;

// A folder or a scenario that follows --json is something to run: JSON then goes to standard output.
bool is_scenario(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return true;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::ifstream file{path, std::ios::binary};
  std::string begin(512, '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin.find("procreg-scenario/") != std::string::npos;
}

void split_json(ConformRequest& request) {
  if (request.json.empty() || request.json == "-" || !is_scenario(request.json)) return;
  request.paths.insert(request.paths.begin(), request.json);
  request.json = "-";
}

// Runs a command once the arguments are complete.
using Command = std::function<ExitStatus(Session&)>;

class Program {
 public:
  Program() : app_{"Holds an implementation of the Windows process-registration APIs against their specification."} {
    app_.name("procreg");
    app_.set_version_flag("--version", std::string{version()});
    app_.set_help_flag("--help", "Prints this help and ends");
    app_.require_subcommand(1);
    app_.footer(std::string{R"(
Examples:
  procreg conform                             the whole suite
  procreg replay scenarios/regressions        scenarios step by step
  procreg fuzz --seed 7 --seconds 60 --save found
  procreg merge 1.json 2.json                 the results of two shards as one
  procreg race --threads 4 --seconds 60 --save found
  procreg explain WER-AP-11
  procreg dump crash.dmp                      what is inside a minidump
  procreg COMMAND --help                      more about a command
)"} + statuses);
    add_conform();
    add_replay();
    add_fuzz();
    add_explore();
    add_merge();
    add_race();
    add_shrink();
    add_explain();
    add_list();
    add_dump();
    add_characterise();
    add_serve();
    add_bench();
  }

  int run(int argc, char** argv);

 private:
  CLI::App& command(const std::string& name, const std::string& about, const std::string& examples, Command run) {
    CLI::App* added = app_.add_subcommand(name, about);
    added->footer("\nExamples:\n" + examples + statuses);
    added->set_help_flag("--help", "Prints this help and ends");
    added->callback([this, name, run = std::move(run)] {
      chosen_ = run;
      takes_foreign_ = name == "conform" || name == "characterise" || name == "serve";
    });
    return *added;
  }

  void add_subject(CLI::App& app) {
    app.add_option("--subject", words_.subject, "What is tested")->capture_default_str();
  }
  void add_profile(CLI::App& app) {
    app.add_option("--profile", words_.profile,
                   "Profile of files that name none: documented, windows11, or one of them with other options, as in\n"
                   "documented:app-instance-zero-guid=accept,reregistration=first-wins\n"
                   "(without it such files run under both predefined profiles)");
  }

  void add_conform();
  void add_replay();
  void add_fuzz();
  void add_explore();
  void add_explored(CLI::App& app, CLI::Option* expect);
  void add_merge();
  void add_race();
  ExitStatus race_threads(Session& session);
  ExitStatus race_under_schedules(Session& session);
  void add_shrink();
  void add_explain();
  void add_list();
  void add_dump();
  void add_bench();

  JudgeRequest judged();
  void add_characterise();
  void add_serve();
  harness::ProgramLimits limits();
  void add_limits(CLI::App& app);

  CLI::App app_;
  Command chosen_{};
  bool takes_foreign_{};  // the command that was chosen
  Words words_{};
  ConformRequest conform_{};
  ReplayRequest replay_{};
  FuzzRequest fuzz_{};
  ExploreRun explore_{};
  MergeRequest merge_{};
  RaceRequest race_{};
  ShrinkRequest shrink_{};
  ExplainRequest explain_{};
  ListRequest list_{};
  DumpRequest dump_{};
  ServeRequest serve_{};
  CharacteriseRequest characterise_{};
};

harness::ProgramLimits Program::limits() {
  return {.message = meant(seconds_word(words_.step_limit)),
          .scenario = meant(seconds_word(words_.scenario_limit)),
          .interrupted = &interruption()};
}

// What `conform` was asked for, of a subject that is judged.
JudgeRequest Program::judged() {
  if (!conform_.spoiled.is_none() || words_.spoil_all)
    refuse("--spoil: only the subject impl is held against a spoiled model");
  if (!conform_.save.empty()) refuse("--save: only failures of the subject impl are shrunk and saved");
  if (!conform_.junit.empty()) refuse("--junit: only for the subject impl; --json has everything");
  return {.subject = words_.subject,
          .make = meant(foreign_word(words_.subject, limits())),
          .paths = conform_.paths,
          .scenarios = conform_.scenarios,
          .profile = conform_.profile,
          .only = conform_.only,
          .strict = words_.strict,
          .deviations = words_.deviations,
          .log = words_.subject_log,
          .json = conform_.json};
}

void Program::add_conform() {
  CLI::App& app =
      command("conform", "The conformance suite: every scenario, the property suites, clause coverage",
              "  procreg conform\n"
              "  procreg conform scenarios/conformance/wer --json report.json --junit report.xml\n"
              "  procreg conform --profile windows11 --clause WER-AP-11\n"
              "  procreg conform --subject 'program:python3 mine.py'\n"
              "  procreg conform --subject library:./libmine.so --known-deviations known.json\n"
              "  procreg conform --spoil WER-AP-11            must end with a divergence that names the clause\n",
              [this](Session& session) {
                conform_.subject = words_.subject;
                conform_.profile = profile_of(words_);
                for (const std::string& id : words_.only)
                  conform_.only.push_back(meant(words_.spoil_all ? spoilable_clause(id) : clause_word(id)));
                if (!words_.spoil.empty()) conform_.spoiled = meant(spoilable_clause(words_.spoil));
                split_json(conform_);
                if (is_foreign(words_.subject)) return judge(judged(), session);
                return words_.spoil_all ? conform_spoil_all(conform_, session) : conform(conform_, session);
              });
  app.add_option("paths", conform_.paths, "Scenario files, and folders of them; none: the whole suite")
      ->type_name("FILE or DIR");
  add_subject(app);
  add_profile(app);
  app.add_flag("--strict", words_.strict,
               "Every divergence counts, whatever the clause rests on (always so with the subject impl)");
  app.add_option("--clause", words_.only, "Only scenarios and properties that name this clause; may be repeated")
      ->type_name("CLAUSE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--seed", conform_.seed, "Seed of the property suites")
      ->check(up_to(number_max))
      ->capture_default_str();
  app.add_option("--scenarios", conform_.scenarios,
                 "Folder with conformance/ and regressions/ (default: scenarios, else the installed one)")
      ->type_name("DIR");
  app.add_option(
         "--json", conform_.json,
         "Writes the result as JSON to FILE; without FILE, or with -, to standard output in place of the text.\n"
         "An existing folder or scenario file after --json is not FILE but something to run")
      ->type_name("[FILE]")
      ->expected(0, 1)
      ->default_str("-");
  auto* junit = app.add_option("--junit", conform_.junit, "Writes the result as JUnit XML")->type_name("FILE");
  auto* save =
      app.add_option("--save", conform_.save, "Shrinks failures and saves them here as scenarios")->type_name("DIR");
  auto* spoil = app.add_option("--spoil", words_.spoil, "Makes this clause of the model wrong: the suite must notice")
                    ->type_name("CLAUSE");
  app.add_option("--known-deviations", words_.deviations,
                 "Clauses that the subject is known to break, with reasons: they do not count, unless they hold")
      ->type_name("FILE");
  add_limits(app);
  app.add_option("--subject-log", words_.subject_log, "Keeps what the subject writes to standard error")
      ->type_name("FILE");
  app.add_flag("--spoil-all", words_.spoil_all,
               "Does so for each clause in turn and lists those that the scenarios miss")
      ->excludes(spoil)
      ->excludes(junit)
      ->excludes(save);
}

void Program::add_replay() {
  CLI::App& app =
      command("replay", "Scenarios step by step, as far as the first divergence",
              "  procreg replay scenarios/conformance/wer/a-fifth-additional-process-is-refused.json\n"
              "  procreg replay found.json --trace trace.jsonl    one JSON object a step\n"
              "  procreg replay crash.json --report-dir out       out/ReportArchive/1_crash_1000/report.json\n",
              [this](Session& session) {
                replay_.subject = words_.subject;
                replay_.profile = profile_of(words_);
                return replay(replay_, session);
              });
  app.add_option("paths", replay_.paths, "Scenario files, and folders of them")->type_name("FILE")->required();
  add_subject(app);
  add_profile(app);
  app.add_option("--trace", replay_.trace,
                 "Writes one JSON object a step: answers, clauses, changes; - is standard output")
      ->type_name("OUT");
  app.add_flag("--json", replay_.json, "Prints an array of the same objects in place of the text");
  app.add_option(
         "--report-dir", replay_.report_dir,
         "Writes the reports of the subject as folders with report.json, Report.wer and a minidump for each dump: to\n"
         "DIR/ReportArchive, or to DIR/<file>.<profile>/ReportArchive where files or profiles are several. A folder\n"
         "is complete or absent; one of the same name is replaced")
      ->type_name("DIR")
      ->check([](const std::string& folder) { return folder.empty() ? "needs the name of a folder" : ""; });
  app.add_option_function<std::string>(
         "--schedule", [](const std::string&) { refuse("--schedule comes with a later version of procreg"); })
      ->group("");
}

void Program::add_fuzz() {
  CLI::App& app = command("fuzz", "Generated scripts in lockstep; failures are shrunk and saved",
                          "  procreg fuzz --seed 7 --steps 5000000\n"
                          "  procreg fuzz --seconds 600 --save found\n"
                          "  procreg fuzz --scripts 1000000 --shard 2/8 --checkpoint 2.part --json > 2.json\n",
                          [this](Session& session) {
                            fuzz_.subject = words_.subject;
                            fuzz_.shard = meant(shard_word(words_.shard));
                            return fuzz(fuzz_, session);
                          });
  add_subject(app);
  app.add_option("--seed", fuzz_.seed, "Decides everything that is drawn")
      ->check(up_to(number_max))
      ->capture_default_str();
  auto* scripts = app.add_option("--scripts", fuzz_.scripts, "Ends after so many scripts, those of all shards together")
                      ->type_name("N")
                      ->check(up_to(number_max));
  auto* steps = app.add_option("--steps", fuzz_.steps,
                               "Ends after so many steps, of this shard (default without a bound: 1000000)")
                    ->type_name("N")
                    ->check(up_to(number_max))
                    ->excludes(scripts);
  app.add_option("--seconds", fuzz_.seconds, "Ends after so many seconds")
      ->type_name("N")
      ->check(up_to(seconds_max))
      ->excludes(scripts)
      ->excludes(steps);
  app.add_option("--failures", fuzz_.failures, "Ends at so many different failures")
      ->type_name("N")
      ->check(at_least_one)
      ->capture_default_str();
  app.add_option(
         "--shard", words_.shard,
         "Runs part I of N, I from 1: the scripts whose number leaves I - 1 when divided by N. The results of all\n"
         "parts, merged, are that of the whole run where the bound is --scripts and no part ended at its failures")
      ->type_name("I/N")
      ->capture_default_str();
  app.add_option("--checkpoint", fuzz_.checkpoint,
                 "Keeps what is done in FILE, about once a second; a run with the same arguments goes on from there")
      ->type_name("FILE");
  app.add_option("--save", fuzz_.save, "Saves shrunk failures here as scenarios; those already there are tried first")
      ->type_name("DIR");
  app.add_flag("--json", fuzz_.json, "Prints the result as JSON");
  app.add_flag("--fingerprint", fuzz_.fingerprint,
               "Prints nothing but the fingerprint of the run: the same for a seed everywhere");
}

// What is explored; a certificate says it all.
void Program::add_explored(CLI::App& app, CLI::Option* expect) {
  ExploreRequest& request = explore_.request;
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

void Program::add_explore() {
  CLI::App& app =
      command("explore", "Every script up to a depth, or until nothing is new; states met before count once",
              "  procreg explore --world wer --limits tiny --depth 8\n"
              "  procreg explore --world ccf --symmetry --depth 6 --profile windows11 --json > certificate.json\n"
              "  procreg explore --expect certificate.json          runs it again and tells what differs\n"
              "  procreg explore --world wer --calls WerRegisterAdditionalProcess --events Crash,AdvanceTime\n",
              [this](Session& session) {
                if (words_.subject != "impl") refuse("explore needs a subject whose world can be put back: impl");
                if (explore_.expect.empty()) explore_.request.shard = meant(shard_word(words_.shard));
                return explore(explore_, session);
              });
  auto* expect =
      app.add_option("--expect", explore_.expect,
                     "Runs what this certificate (a result of --json) says, and compares; 1 where it differs")
          ->type_name("FILE");
  add_explored(app, expect);
  add_subject(app);
  app.add_option("--jobs", explore_.jobs, "Threads; the result is the same for any number")
      ->type_name("N")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--shard", words_.shard,
                 "Performs part I of N, I from 1, on the implementation: the steps from its share of the states")
      ->type_name("I/N")
      ->excludes(expect)
      ->capture_default_str();
  app.add_option("--save", explore_.save, "Saves the shortest counterexample here as a scenario")->type_name("DIR");
  app.add_flag("--json", explore_.json, "Prints the result as JSON: a certificate");
}

void Program::add_merge() {
  CLI::App& app = command("merge", "The JSON results of all shards of a campaign as the result of the whole",
                          "  procreg merge results/*.json\n"
                          "  parallel procreg fuzz --scripts 100000 --shard {}/8 --json '>' {}.json ::: $(seq 8)\n"
                          "  procreg merge --json [1-8].json > all.json\n",
                          [this](Session& session) { return merge(merge_, session); });
  app.add_option("files", merge_.files, "What fuzz, explore or race printed with --json, a file a shard")
      ->type_name("FILE")
      ->required();
  app.add_flag("--json", merge_.json, "Prints the result as JSON");
}

ExitStatus Program::race_threads(Session& session) {
  race_.subject = words_.subject;
  race_.shard = meant(shard_word(words_.shard));
  race_.threads = words_.threads.value_or(race_.threads);
  race_.operations = words_.operations.value_or(race_.operations);
  race_.profile = profile_of(words_);
  return race(race_, session);
}

ExitStatus Program::race_under_schedules(Session& session) {
  ScheduleRequest request;
  request.file = race_.file;
  request.shard = meant(shard_word(words_.shard));
  request.threads = words_.threads.value_or(request.threads);
  request.operations = words_.operations.value_or(request.operations);
  request.seed = race_.seed;
  request.rounds = race_.rounds;
  request.preemptions = words_.preemptions;
  request.save = race_.save;
  request.json = race_.json;
  request.profile = profile_of(words_);
  if (words_.schedules != "all") {
    request.schedules = number_of(words_.schedules);
    if (!request.schedules) refuse(fmt::format("--schedules: '{}' is neither a number nor all", words_.schedules));
    if (request.preemptions) refuse("--preemptions bounds the search of every schedule: it needs --schedules all");
  }
  if (words_.subject != "impl")
    refuse("--schedules: only the subject impl has points at which threads can be switched");
  return race_schedules(request, session);
}

void Program::add_race() {
  CLI::App& app = command("race", "Many threads on one world; every history is checked for linearizability",
                          "  procreg race --threads 4 --seconds 60 --save found\n"
                          "  procreg race found/race-0123456789abcdef.json --rounds 100000\n"
                          "  procreg race --history found/race-0123456789abcdef.history.json --timeline race.html\n"
                          "  procreg race --schedules 1000 --save found\n"
                          "  procreg race --schedules all scenario.json\n",
                          [this](Session& session) {
                            return words_.schedules.empty() ? race_threads(session) : race_under_schedules(session);
                          });
  auto* file =
      app.add_option("file", race_.file, "A scenario with a parallel part; none: drawn ones")->type_name("FILE");
  add_subject(app);
  app.add_option("--threads", words_.threads, "Threads of a drawn race (default: 4; with --schedules 2)")
      ->type_name("N")
      ->check(CLI::Range(2, 64))
      ->excludes(file);
  app.add_option("--operations", words_.operations,
                 "Operations of each thread of a drawn race (default: 8; with --schedules 3)")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000))
      ->excludes(file);
  auto* schedules =
      app.add_option("--schedules", words_.schedules,
                     "Decides at every lock and atomic who runs next, in place of real threads: so many random "
                     "schedules a race, or `all`")
          ->type_name("N|all");
  app.add_option("--preemptions", words_.preemptions,
                 "With --schedules all: at most so many switches away from a thread that could go on")
      ->type_name("N")
      ->check(up_to(64))
      ->needs(schedules);
  add_profile(app);
  app.add_option("--seed", race_.seed, "Decides what is drawn; how threads meet is chance")
      ->check(up_to(number_max))
      ->capture_default_str();
  auto* rounds = app.add_option("--rounds", race_.rounds, "Ends after so many races, of all shards (default: 10000)")
                     ->type_name("N")
                     ->check(up_to(number_max));
  app.add_option("--seconds", race_.seconds,
                 "Ends after so many seconds; with --history, how long to search for an order")
      ->type_name("N")
      ->check(up_to(seconds_max))
      ->excludes(rounds)
      ->excludes(schedules);
  auto* shard = app.add_option("--shard", words_.shard, "Runs part I of N; all parts together are the whole run")
                    ->type_name("I/N");
  auto* save = app.add_option("--save", race_.save, "Saves what was found here, as a scenario and as a history")
                   ->type_name("DIR");
  app.add_option("--timeline", race_.timeline, "Draws what was found: .html, .svg, or any other name for text")
      ->type_name("OUT");
  app.add_option("--history", race_.history, "Checks and draws a history that was saved, in place of a race")
      ->type_name("FILE")
      ->excludes(file)
      ->excludes(rounds)
      ->excludes(shard)
      ->excludes(save);
  app.add_flag("--json", race_.json, "Prints the result as JSON");
}

void Program::add_shrink() {
  CLI::App& app =
      command("shrink", "The smallest scenario that still diverges at the same clause, and what in it is needed",
              "  procreg shrink found.json --out smaller.json\n", [this](Session& session) {
                shrink_.subject = words_.subject;
                shrink_.profile = profile_of(words_);
                return shrink(shrink_, session);
              });
  app.add_option("file", shrink_.file, "A scenario that diverges")->type_name("FILE")->required();
  add_subject(app);
  add_profile(app);
  app.add_option("--out", shrink_.out, "Where to write it (default: standard output)")->type_name("FILE");
  app.add_flag("--json", shrink_.json, "Prints JSON: the scenario, how it fails, and what in it is needed");
}

void Program::add_explain() {
  CLI::App& app = command("explain", "What a clause or a choice says, and what it rests on",
                          "  procreg explain WER-AP-11\n  procreg explain app-instance-same-guid-again\n",
                          [this](Session& session) { return explain(explain_, session); });
  app.add_option("word", explain_.word, "A clause's id or a choice's name")->type_name("CLAUSE or CHOICE")->required();
  app.add_option("--scenarios", explain_.scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", explain_.json, "Prints JSON");
}

void Program::add_list() {
  CLI::App& app = command(
      "list", "What there is: calls, clauses, choices, scenarios, results, outcomes of two opens, properties and more",
      "  procreg list clauses\n  procreg list results            what each function answers, and the scenario that "
      "shows it\n"
      "  procreg list outcomes           how two opens of one file end, in few rows; combinations: one by one;\n"
      "                                  dimensions: what the combinations differ in\n"
      "  procreg list schema > scenario.schema.json\n",
      [this](Session& session) { return list(list_, session); });
  app.add_option("what", list_.what,
                 "calls, events, clauses, choices, profiles, scenarios, results, outcomes, combinations, dimensions,\n"
                 "subjects, properties or schema")
      ->type_name("WHAT")
      ->required();
  app.add_option("--scenarios", list_.scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", list_.json, "Prints JSON");
}

void Program::add_dump() {
  CLI::App& app = command("dump", "What is inside minidumps: threads, modules, memory, and what is wrong with the file",
                          "  procreg dump crash.dmp\n"
                          "  procreg dump crash.dmp --memory 0x7FF600001000:128 --memory 65536\n"
                          "  procreg dump crash.dmp --stack 65540\n"
                          "  procreg dump --json out/*.dmp               an object a file, each on one line\n"
                          "  procreg dump --strict crash.dmp             1 where something is noticed\n",
                          [this](Session& session) {
                            for (const std::string& word : words_.memory)
                              dump_.memory.push_back(meant(memory_word(word)));
                            if (!words_.stack.empty()) dump_.stack = meant(thread_word(words_.stack));
                            return dump(dump_, session);
                          });
  app.add_option("files", dump_.files, "Minidumps")->type_name("FILE")->required();
  app.add_option(
         "--memory", words_.memory,
         "Prints LENGTH bytes (default: 64) from ADDRESS on in place of the description, and says which of them\n"
         "are not in the dump; numbers are decimal or begin with 0x; may be repeated")
      ->type_name("ADDRESS[:LENGTH]")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--stack", words_.stack, "Prints the bytes of this thread's stack in place of the description")
      ->type_name("TID");
  app.add_flag("--json", dump_.json, "Prints a JSON object a file, on one line");
  app.add_flag("--strict", dump_.strict, "What is noticed, though all can be read, is a divergence: exit status 1");
}

void Program::add_limits(CLI::App& app) {
  app.add_option("--step-limit", words_.step_limit, "How long a subject may take for an answer")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_option("--scenario-limit", words_.scenario_limit, "How long it may take for a scenario")
      ->type_name("SECONDS")
      ->capture_default_str();
}

void Program::add_characterise() {
  CLI::App& app =
      command("characterise", "Which option a subject takes for every choice that the documentation leaves open",
              "  procreg characterise --subject 'program:python3 mine.py' --save-profile mine.json\n"
              "  procreg conform --subject 'program:python3 mine.py' --profile mine.json\n",
              [this](Session& session) {
                if (!is_foreign(words_.subject)) refuse("--subject: program:COMMAND or library:PATH, please");
                characterise_.subject = words_.subject;
                characterise_.make = meant(foreign_word(words_.subject, limits()));
                return characterise(characterise_, session);
              });
  app.add_option("--subject", words_.subject, "What is asked: program:COMMAND or library:PATH")->required();
  add_limits(app);
  app.add_option("--save-profile", characterise_.save_profile, "Writes a file that --profile takes")->type_name("FILE");
  app.add_option("--scenarios", characterise_.scenarios, "Folder with conformance/ and regressions/")->type_name("DIR");
  app.add_flag("--json", characterise_.json, "Prints JSON");
}

void Program::add_serve() {
  CLI::App& app = command("serve", "A subject behind the subject protocol, on standard input and output",
                          "  procreg serve\n"
                          "  procreg conform --subject 'program:procreg serve --profile windows11 --no-snapshot'\n",
                          [this](Session& session) {
                            const bool impl = words_.subject == "impl";
                            if (words_.subject.starts_with("program:"))
                              refuse("serve: a program speaks the protocol itself");
                            if (!impl && (words_.no_snapshot || !words_.profile.empty()))
                              refuse("--profile and --no-snapshot are for the subject impl");
                            serve_.subject = words_.subject;
                            serve_.profile = profile_of(words_);
                            serve_.snapshot = !words_.no_snapshot;
                            return serve(serve_, session);
                          });
  add_subject(app);
  app.add_option("--profile", words_.profile,
                 "It follows this profile whatever it is told, and says that it has one of its own");
  app.add_flag("--no-snapshot", words_.no_snapshot, "It says that it has no snapshots");
}

void Program::add_bench() {
  CLI::App* app = nullptr;
  app = &command("bench", "Runs the benchmarks; arguments go to them as they are",
                 "  procreg bench\n  procreg bench --benchmark_filter=Registration\n", [this](Session& session) {
                   return bench(bench_program(), app_.get_subcommand("bench")->remaining(), session);
                 });
  app->prefix_command();
}

// The message of an argument error without CLI11's own class names.
int complain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  std::cerr << fmt::format("procreg: {}\nTry procreg --help, or procreg COMMAND --help.\n", error.what());
  return static_cast<int>(ExitStatus::unusable);
}

// What is wrong with a first word that is no command; "" when it is one, or an option.
std::string wrong_command(std::string_view word) {
  if (word.starts_with('-')) return {};
  constexpr std::string_view commands[] = {"conform", "replay", "fuzz", "explore", "race",         "merge", "shrink",
                                           "explain", "list",   "dump", "serve",   "characterise", "bench"};
  const auto is_word = [&](std::string_view command) { return command == word; };
  return std::any_of(std::begin(commands), std::end(commands), is_word) ? ""
                                                                        : harness::unknown("command", word, commands);
}

int Program::run(int argc, char** argv) {
  if (const std::string wrong = argc > 1 ? wrong_command(argv[1]) : ""; !wrong.empty()) {
    std::cerr << fmt::format("procreg: {}\n", wrong);
    return static_cast<int>(ExitStatus::unusable);
  }
  try {
    app_.parse(argc, argv);
    Progress progress{isatty(STDERR_FILENO) == 1};
    Watchdog watchdog{step_limit};
    if (is_foreign(words_.subject) && !takes_foreign_)
      refuse(fmt::format("{} drives the subject impl only; conform takes program: and library:", argv[1]));
    const harness::SubjectFactory subject =
        is_foreign(words_.subject) ? harness::implementation : meant(subject_word(words_.subject));
    Session session{std::cout, std::cerr, watchdog.watched(subject), harness::properties(), &progress,
                    &watchdog, subject};
    return static_cast<int>(chosen_(session));
  } catch (const CLI::ParseError& error) {
    return complain(app_, error);
  }
}

int run_program(int argc, char** argv) {
  try {
    return Program{}.run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::cerr << "procreg: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "procreg: " << error.what() << '\n';
  }
  return static_cast<int>(ExitStatus::failed);
}

}  // namespace
}  // namespace procreg::cli

int main(int argc, char** argv) {
  using procreg::cli::ExitStatus;
  procreg::cli::handle_signals();
  procreg::cli::DescriptorBuffer standard_output{STDOUT_FILENO};
  std::streambuf* const before = std::cout.rdbuf(&standard_output);
  int status = procreg::cli::run_program(argc, argv);
  std::cout.flush();
  std::cout.rdbuf(before);

  // Results that did not get out are no results.
  if (const std::string failure = standard_output.failure(); !failure.empty()) {
    std::cerr << fmt::format("procreg: cannot write to standard output: {}\n", failure);
    status = static_cast<int>(ExitStatus::failed);
  }
  return status;
}
