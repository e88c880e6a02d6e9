#include <fmt/format.h>

#include <exception>

#include "harness/cli/conform.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/profiles.h"
#include "harness/cli/race_schedules.h"
#include "harness/cli/scenario_files.h"
#include "harness/cli/shrunk.h"

namespace procreg::cli {
namespace {

using harness::Coverage;
using harness::Property;
using harness::PropertyRun;
using harness::ScenarioResult;
using harness::ScenarioRun;
using harness::Script;
using harness::SuiteResult;
using harness::Verdict;

// The clauses that the file names and that a run can reach by itself: a law needs a property.
ClauseSet asked_of(const Script& script) {
  ClauseSet asked = harness::clause_set(script.clauses) & harness::reachable_clauses();
  for (std::size_t i = 0; i < clause_count; ++i)
    if (clauses()[i].kind == ClauseKind::law) asked[i] = false;
  return asked;
}

class Suite {
 public:
  Suite(const ConformRequest& request, const Session& session) : request_{request}, session_{session} {
    result_.subject = request.subject;
    result_.seed = request.seed;
    result_.spoiled = request.spoiled;
  }

  SuiteResult run() {
    run_scenarios();
    if (with_properties()) run_properties();
    result_.interrupted = interrupted();
    finish();
    return std::move(result_);
  }

 private:
  bool whole() const { return request_.paths.empty() && request_.only.empty(); }
  bool with_properties() const { return request_.paths.empty() && request_.spoiled.is_none(); }

  std::vector<std::string> paths() {
    if (!request_.paths.empty()) return request_.paths;
    const auto folder = scenarios_folder(request_.scenarios);
    if (folder) return suite_folders(*folder);
    problem(Verdict::unusable_input, std::string{no_scenarios_folder});
    return {};
  }

  void problem(Verdict verdict, std::string message) {
    result_.problems.push_back(std::move(message));
    verdicts_.push_back(verdict);
  }

  void run_scenarios() {
    const FoundFiles found = find_scenario_files(paths());
    for (const harness::InputError& error : found.unreadable) problem(Verdict::unusable_input, text(error));
    for (const std::string& folder : found.empty)
      problem(Verdict::nothing_ran, fmt::format("{}: no scenarios in this folder", folder));
    std::size_t done = 0;
    for (const std::string& file : found.files) {
      if (interrupted()) return;
      run_file(file);
      show(++done, found.files.size());
    }
  }

  void run_file(const std::string& file) {
    auto read = harness::read_script_file(file);
    if (auto* errors = std::get_if<std::vector<harness::InputError>>(&read)) {
      ScenarioResult scenario;
      scenario.file = file;
      scenario.errors = std::move(*errors);
      scenario.verdict = Verdict::unusable_input;
      return keep(std::move(scenario));
    }
    auto& script = std::get<Script>(read);
    const auto named = harness::clauses_in(harness::clause_set(script.clauses));
    if (wanted(named, request_.only)) keep(run_script(file, std::move(script)));
  }

  ScenarioResult run_script(const std::string& file, Script script) {
    ScenarioResult scenario;
    scenario.file = file;
    scenario.script = std::move(script);
    const auto subject = session_.subject();
    harness::Lockstep lockstep{*subject, {.snapshots = true, .spoiled = request_.spoiled}};
    ClauseSet reached;
    for (const auto& profile : profiles_for(scenario.script, request_.profile)) {
      session_.runs(fmt::format("{} under profile {}", file, profile.label));
      ScenarioRun run{profile.label, {}, {}, {}};
      run.outcome = lockstep.run(scenario.script, profile.profile, run.coverage);
      if (!scenario.script.parallel.empty() && !run.outcome.divergence) run_parallel(scenario.script, profile, run);
      reached |= run.coverage.reached();
      if (run.outcome.divergence && scenario.saved.empty()) save(scenario, profile, *run.outcome.divergence);
      result_.coverage.merge(run.coverage);
      scenario.runs.push_back(std::move(run));
    }
    if (request_.spoiled.is_none()) scenario.unreached = harness::clauses_in(asked_of(scenario.script) & ~reached);
    scenario.verdict = verdict_of(scenario);
    return scenario;
  }

  // After the steps before it went well. Nothing of it can be spoiled: its histories are held against the model as it is.
  void run_parallel(const Script& script, const Script::NamedProfile& profile, ScenarioRun& run) const {
    if (request_.subject != "impl") {
      run.outcome.verdict = Verdict::not_applicable;
    } else if (request_.spoiled.is_none()) {
      ParallelReplay made = replay_parallel(script, profile);
      run.outcome.verdict = made.verdict;
      run.schedules = std::move(made.text);
    }
  }

  static Verdict verdict_of(const ScenarioResult& scenario) {
    std::vector<Verdict> verdicts;
    for (const ScenarioRun& run : scenario.runs) verdicts.push_back(run.outcome.verdict);
    return harness::worst(verdicts);
  }

  void save(ScenarioResult& scenario, const Script::NamedProfile& profile, const harness::Divergence& divergence) {
    if (request_.save.empty()) return;
    const harness::Saved saved =
        save_shrunk(scenario.script, profile, divergence, request_.save, session_, request_.spoiled);
    scenario.saved = saved.file;
    if (!saved.problem.empty()) problem(Verdict::failed, saved.problem);
  }

  void keep(ScenarioResult scenario) {
    verdicts_.push_back(scenario.verdict);
    result_.scenarios.push_back(std::move(scenario));
  }

  void run_properties() {
    std::size_t done = 0;
    for (const Property& property : session_.properties) {
      if (interrupted()) return;
      if (wanted(property.clauses, request_.only)) run_property(property);
      show(++done, session_.properties.size());
    }
  }

  void run_property(const Property& property) {
    session_.runs(fmt::format("the property '{}', seed {}", property.name, request_.seed));
    PropertyRun run;
    run.property = &property;
    try {
      run.result = property.run(session_.subject, request_.seed, result_.coverage);
      run.verdict = !run.result.held       ? Verdict::diverges
                    : run.result.runs == 0 ? Verdict::undecided
                                           : Verdict::conforms;
    } catch (const std::exception& error) {
      run.result.counterexample = fmt::format("the property ended with an exception: {}", error.what());
      run.verdict = Verdict::failed;
    }
    if (run.result.failing && !request_.save.empty()) save(run);
    verdicts_.push_back(run.verdict);
    result_.properties.push_back(std::move(run));
  }

  void save(PropertyRun& run) {
    const harness::Saved saved = save_script(*run.result.failing, request_.save);
    run.saved = saved.file;
    if (!saved.problem.empty()) problem(Verdict::failed, saved.problem);
  }

  void show(std::size_t done, std::size_t all) const {
    if (session_.progress != nullptr)
      session_.progress->show(result_.coverage.steps, result_.coverage.reached().count(), done, all);
  }

  // The whole table, or what was asked for by clause; files answer together for the clauses that they name.
  void ask() {
    if (whole()) {
      result_.asked = harness::reachable_clauses();
    } else if (!request_.only.empty() && request_.paths.empty()) {
      for (const Clause clause : request_.only) result_.asked[clause.index()] = true;
      result_.asked &= harness::reachable_clauses();
    } else {
      for (const ScenarioResult& scenario : result_.scenarios) result_.asked |= asked_of(scenario.script);
    }
  }

  void finish() {
    if (request_.spoiled.is_none()) ask();
    if ((result_.asked & ~result_.reached()).any() || result_.interrupted) verdicts_.push_back(Verdict::undecided);
    if (!request_.spoiled.is_none() && !noticed())
      problem(Verdict::undecided, fmt::format("nothing notices that {} is spoiled", request_.spoiled.id()));
    if (result_.scenarios.empty() && result_.properties.empty() && !result_.interrupted)
      problem(Verdict::nothing_ran, "nothing ran: no scenario and no property is what was asked for");
    result_.verdict = harness::worst(verdicts_);
  }

  bool noticed() const {
    for (const ScenarioResult& scenario : result_.scenarios)
      for (const ScenarioRun& run : scenario.runs)
        if (run.outcome.divergence && blames(*run.outcome.divergence, request_.spoiled)) return true;
    return false;
  }

  const ConformRequest& request_;
  const Session& session_;
  SuiteResult result_{};
  std::vector<Verdict> verdicts_{};
};

}  // namespace

SuiteResult run_suite(const ConformRequest& request, const Session& session) {
  SuiteResult result = Suite{request, session}.run();
  if (session.progress != nullptr) session.progress->clear();
  return result;
}

}  // namespace procreg::cli
