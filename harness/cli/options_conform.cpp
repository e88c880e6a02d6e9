// The suite and its scenarios: conform, replay.
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/cli/conform.h"
#include "harness/cli/foreign.h"
#include "harness/cli/judge.h"
#include "harness/cli/program.h"
#include "harness/cli/replay.h"

namespace procreg::cli {
namespace {

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

// The request of `conform` and what stands beside it on the command line.
struct Given {
  ConformRequest request{};
  std::vector<std::string> only{};
  std::string spoil{};
  bool spoil_all{};
  bool strict{};
  std::string deviations{};
  std::string subject_log{};
};

// What is asked for of a subject that is judged.
JudgeRequest judged(const Given& given, const Words& words) {
  const ConformRequest& request = given.request;
  if (!request.spoiled.is_none() || given.spoil_all)
    refuse("--spoil: only the subject impl is held against a spoiled model");
  if (!request.save.empty()) refuse("--save: only failures of the subject impl are shrunk and saved");
  if (!request.junit.empty()) refuse("--junit: only for the subject impl; --json has everything");
  return {.subject = words.subject,
          .make = meant(foreign_word(words.subject, limits_of(words))),
          .paths = request.paths,
          .scenarios = request.scenarios,
          .profile = request.profile,
          .only = request.only,
          .strict = given.strict,
          .deviations = given.deviations,
          .log = given.subject_log,
          .json = request.json};
}

ExitStatus run(Given& given, const Words& words, const Session& session) {
  ConformRequest& request = given.request;
  request.subject = words.subject;
  request.profile = profile_of(words);
  for (const std::string& id : given.only)
    request.only.push_back(meant(given.spoil_all ? spoilable_clause(id) : clause_word(id)));
  if (!given.spoil.empty()) request.spoiled = meant(spoilable_clause(given.spoil));
  split_json(request);
  if (is_foreign(words.subject)) return judge(judged(given, words), session);
  return given.spoil_all ? conform_spoil_all(request, session) : conform(request, session);
}

void add_conform(Program& program) {
  const auto given = std::make_shared<Given>();
  ConformRequest& request = given->request;
  CLI::App& app = program.command(
      {.name = "conform",
       .does = "The conformance suite: every scenario, the property suites, clause coverage",
       .examples = "  procreg conform\n"
                   "  procreg conform scenarios/conformance/wer --json report.json --junit report.xml\n"
                   "  procreg conform --profile windows11 --clause WER-AP-11\n"
                   "  procreg conform --subject 'program:python3 mine.py'\n"
                   "  procreg conform --subject library:./libmine.so --known-deviations known.json\n"
                   "  procreg conform --spoil WER-AP-11            must end with a divergence that names the clause\n",
       .foreign = true},
      [given, &words = program.words()](Session& session) { return run(*given, words, session); });
  app.add_option("paths", request.paths, "Scenario files, and folders of them; none: the whole suite")
      ->type_name("FILE or DIR");
  program.add_subject(app);
  program.add_profile(app);
  app.add_flag("--strict", given->strict,
               "Every divergence counts, whatever the clause rests on (always so with the subject impl)");
  app.add_option("--clause", given->only, "Only scenarios and properties that name this clause; may be repeated")
      ->type_name("CLAUSE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--seed", request.seed, "Seed of the property suites")
      ->check(up_to(number_max))
      ->capture_default_str();
  app.add_option("--scenarios", request.scenarios,
                 "Folder with conformance/ and regressions/ (default: scenarios, else the installed one)")
      ->type_name("DIR");
  app.add_option(
         "--json", request.json,
         "Writes the result as JSON to FILE; without FILE, or with -, to standard output in place of the text.\n"
         "An existing folder or scenario file after --json is not FILE but something to run")
      ->type_name("[FILE]")
      ->expected(0, 1)
      ->default_str("-");
  auto* junit = app.add_option("--junit", request.junit, "Writes the result as JUnit XML")->type_name("FILE");
  auto* save =
      app.add_option("--save", request.save, "Shrinks failures and saves them here as scenarios")->type_name("DIR");
  auto* spoil = app.add_option("--spoil", given->spoil, "Makes this clause of the model wrong: the suite must notice")
                    ->type_name("CLAUSE");
  app.add_option("--known-deviations", given->deviations,
                 "Clauses that the subject is known to break, with reasons: they do not count, unless they hold")
      ->type_name("FILE");
  program.add_limits(app);
  app.add_option("--subject-log", given->subject_log, "Keeps what the subject writes to standard error")
      ->type_name("FILE");
  app.add_flag("--spoil-all", given->spoil_all,
               "Does so for each clause in turn and lists those that the scenarios miss")
      ->excludes(spoil)
      ->excludes(junit)
      ->excludes(save);
}

void add_replay(Program& program) {
  const auto request = std::make_shared<ReplayRequest>();
  CLI::App& app = program.command(
      {.name = "replay",
       .does = "Scenarios step by step, as far as the first divergence",
       .examples = "  procreg replay scenarios/conformance/wer/a-fifth-additional-process-is-refused.json\n"
                   "  procreg replay found.json --trace trace.jsonl    one JSON object a step\n"
                   "  procreg replay crash.json --report-dir out       out/ReportArchive/1_crash_1000/report.json\n"},
      [request, &words = program.words()](Session& session) {
        request->subject = words.subject;
        request->profile = profile_of(words);
        return replay(*request, session);
      });
  app.add_option("paths", request->paths, "Scenario files, and folders of them")->type_name("FILE")->required();
  program.add_subject(app);
  program.add_profile(app);
  app.add_option("--trace", request->trace,
                 "Writes one JSON object a step: answers, clauses, changes; - is standard output")
      ->type_name("OUT");
  app.add_flag("--json", request->json, "Prints an array of the same objects in place of the text");
  app.add_option(
         "--report-dir", request->report_dir,
         "Writes the reports of the subject as folders with report.json, Report.wer and a minidump for each dump: to\n"
         "DIR/ReportArchive, or to DIR/<file>.<profile>/ReportArchive where files or profiles are several. A folder\n"
         "is complete or absent; one of the same name is replaced")
      ->type_name("DIR")
      ->check([](const std::string& folder) { return folder.empty() ? "needs the name of a folder" : ""; });
  app.add_option_function<std::string>(
         "--schedule", [](const std::string&) { refuse("--schedule comes with a later version of procreg"); })
      ->group("");
}

}  // namespace

void add_conform_commands(Program& program) {
  add_conform(program);
  add_replay(program);
}

}  // namespace procreg::cli
