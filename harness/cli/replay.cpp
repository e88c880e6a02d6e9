#include "harness/cli/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/profiles.h"
#include "harness/cli/race_schedules.h"
#include "harness/cli/report_places.h"
#include "harness/cli/scenario_files.h"
#include "harness/report/divergence_report.h"
#include "harness/report/lines.h"
#include "harness/report/results.h"
#include "harness/report/story.h"
#include "harness/report/suite_report.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"

namespace procreg::cli {
namespace {

using harness::Script;
using harness::Verdict;

constexpr std::size_t step_width_max = 100;
constexpr std::size_t clause_width = 11;

// One step of a script that was performed on both sides.
struct Performed {
  const Script& script;
  const std::string& profile;
  std::size_t index;
  const Step& resolved;
  const model::Ruling& ruling;
  const Answer& subject;
  const SnapshotWords& before;
  const SnapshotWords& after;
  const std::vector<std::string> story;
};

std::string strings(const std::vector<std::string>& texts) {
  harness::json::Array array;
  for (const std::string& text : texts) array.add(harness::json::quote(text));
  return array.text();
}

std::string applied(const model::Ruling& ruling) {
  std::vector<std::string> ids;
  for (const Clause clause : ruling.applied) ids.emplace_back(clause.id());
  return strings(ids);
}

// One line of the trace.
std::string trace_line(const Performed& done) {
  namespace json = harness::json;
  const Script& script = done.script;
  const Step& step = script.steps[done.index];
  json::Object object;
  object.add("file", json::quote(script.file));
  object.add("profile", json::quote(done.profile));
  object.add("step", json::integer(done.index + 1));
  if (done.index < script.lines.size()) object.add("line", json::integer(script.lines[done.index]));
  object.add("text", json::quote(text(script, step)));
  object.add("perform", step_json(script, step));
  object.add("model", harness::answer_json(script, done.resolved, done.ruling.answer));
  object.add("subject", harness::answer_json(script, done.resolved, done.subject));
  object.add("clause", json::quote(done.ruling.decided.id()));
  if (!done.ruling.decided.is_none()) object.add("basis", json::quote(name(info(done.ruling.decided).basis)));
  object.add("applied", applied(done.ruling));
  if (!done.story.empty()) object.add("story", strings(done.story));
  object.add("changes", strings(snapshot_differences(script, done.before, done.after)));
  return object.text();
}

// As wide as the widest step that is not too wide.
std::size_t step_width(const Script& script) {
  std::size_t width = 0;
  for (const Step& step : script.steps) {
    const std::size_t size = text(script, step).size();
    if (size <= step_width_max) width = std::max(width, size);
  }
  return width;
}

class Replay {
 public:
  Replay(const ReplayRequest& request, const Session& session) : request_{request}, session_{session} {}

  ExitStatus run() {
    const FoundFiles found = find_scenario_files(request_.paths);
    if (!request_.report_dir.empty()) places_.emplace(request_.report_dir, runs_with_reports(found.files) > 1);
    for (const auto& error : found.unreadable) complain(Verdict::unusable_input, text(error));
    for (const auto& folder : found.empty) complain(Verdict::nothing_ran, folder + ": no scenarios in this folder");
    for (const std::string& file : found.files)
      if (!interrupted() && !no_place_) run_file(file);
    if (interrupted()) complain(Verdict::undecided, "interrupted");
    tell_of_reports();
    if (request_.json) session_.out << (objects_.empty() ? "[]\n" : fmt::format("[\n{}\n]\n", objects_));
    write_trace();
    return exit_status(harness::worst(verdicts_));
  }

 private:
  void complain(Verdict verdict, const std::string& message) {
    session_.err << fmt::format("procreg: {}\n", message);
    verdicts_.push_back(verdict);
  }

  void say(const std::string& text) {
    if (!request_.json && request_.trace != "-") session_.out << text;
  }

  void run_file(const std::string& file) {
    auto read = harness::read_script_file(file);
    if (const auto* errors = std::get_if<1>(&read)) {
      for (const auto& error : *errors) complain(Verdict::unusable_input, text(error));
      return;
    }
    auto& script = std::get<Script>(read);
    script.file = file;
    for (const auto& profile : profiles_for(script, request_.profile)) {
      if (no_place_) return;
      if (script.parallel.empty()) {
        run_script(script, profile);
      } else {
        run_parallel(script, profile);
      }
    }
  }

  void run_parallel(const Script& script, const Script::NamedProfile& profile) {
    if (request_.subject != "impl")
      return complain(Verdict::not_applicable,
                      fmt::format("{}: only the subject impl can be run under schedules", script.file));
    if (places_) session_.err << fmt::format("procreg: {}: a parallel part writes no report folders\n", script.file);
    session_.runs(fmt::format("{} under profile {}", script.file, profile.label));
    const ParallelReplay made = replay_parallel(script, profile);
    verdicts_.push_back(made.verdict);
    say(fmt::format("{}  profile {}\n\n{}\n{}\n\n", script.file, profile.label, made.text,
                    harness::headline(made.verdict)));
    if (!request_.trace.empty()) trace_ += made.json + '\n';
    if (request_.json) objects_ += (objects_.empty() ? "  " : ",\n  ") + made.json;
  }

  void run_script(const Script& script, const Script::NamedProfile& profile) {
    session_.runs(fmt::format("{} under profile {}", script.file, profile.label));
    const auto subject = session_.subject();
    const bool keeps = places_ && !failed_to_write_;
    if (keeps && !keep_reports(*subject, script, profile)) return;
    say(fmt::format("{}  profile {}\n\n", script.file, profile.label));
    harness::Lockstep lockstep{*subject};
    harness::Coverage coverage;
    lockstep.begin(script.world, script.tables, script.names.size(), profile.profile);
    const std::size_t width = step_width(script);
    std::optional<harness::Divergence> divergence;
    std::size_t performed = 0;
    for (; performed < script.steps.size() && !divergence; ++performed)
      divergence = step(lockstep, script, profile, performed, width, coverage);
    finish(script, profile, divergence, coverage, performed);
    if (keeps) note_reports(*subject->reports());
  }

  // How many runs can write reports: whether each needs a folder of its own.
  std::size_t runs_with_reports(const std::vector<std::string>& files) const {
    std::size_t runs = 0;
    for (const std::string& file : files) {
      const auto read = harness::read_script_file(file);
      const auto* script = std::get_if<Script>(&read);
      if (script != nullptr && script->parallel.empty()) runs += profiles_for(*script, request_.profile).size();
    }
    return runs;
  }

  // False: there is no place for them, and nothing more is to be run.
  bool keep_reports(harness::Subject& subject, const Script& script, const Script::NamedProfile& profile) {
    harness::ReportKeeper* keeper = subject.reports();
    const std::string unusable = keeper == nullptr
                                     ? fmt::format("the subject {} writes no report folders", request_.subject)
                                     : keeper->keep_in(places_->place(script.file, profile.label));
    no_place_ = !unusable.empty();
    if (no_place_) complain(Verdict::unusable_input, "--report-dir: " + unusable);
    return !no_place_;
  }

  void note_reports(const harness::ReportKeeper& keeper) {
    kept_ = true;
    reports_ += keeper.written();
    failed_to_write_ = !keeper.failure().empty();
    if (failed_to_write_) complain(Verdict::failed, "--report-dir: " + keeper.failure());
  }

  void tell_of_reports() {
    if (places_ && kept_) say(fmt::format("{} written to {}\n", harness::counted(reports_, "report"), places_->all()));
  }

  std::optional<harness::Divergence> step(harness::Lockstep& lockstep, const Script& script,
                                          const Script::NamedProfile& profile, std::size_t index, std::size_t width,
                                          harness::Coverage& coverage) {
    const Step resolved = lockstep.bindings().resolve(script.steps[index]);
    const SnapshotWords before = lockstep.model_snapshot();
    auto divergence = lockstep.step(script.steps[index], coverage);
    const Performed done{
        script,
        profile.label,
        index,
        resolved,
        lockstep.ruling(),
        lockstep.subject_answer(),
        before,
        lockstep.model_snapshot(),
        harness::story(script, script.steps[index], lockstep.ruling().answer, before, lockstep.model_snapshot())};
    show(done, width);
    const std::string unmet = contradiction(lockstep, done);
    if (divergence) divergence->expectation = unmet;
    return divergence || unmet.empty() ? divergence : contradicting(done, unmet);
  }

  // What the file expects and the model does not say; "" when there is nothing like that.
  static std::string contradiction(const harness::Lockstep& lockstep, const Performed& done) {
    if (done.script.expectations.empty()) return {};
    return harness::unmet(done.script, done.script.expectations[done.index], done.script.steps[done.index],
                          done.ruling.answer, done.after, lockstep.bindings());
  }

  static harness::Divergence contradicting(const Performed& done, const std::string& unmet) {
    harness::Divergence divergence;
    divergence.step = done.index;
    divergence.what = harness::Difference::expectation;
    divergence.resolved = done.resolved;
    divergence.model = done.ruling.answer;
    divergence.subject = done.subject;
    divergence.decided = done.ruling.decided;
    divergence.applied.assign(done.ruling.applied.begin(), done.ruling.applied.end());
    divergence.before = done.before;
    divergence.model_after = done.after;
    divergence.subject_after = done.after;
    divergence.expectation = unmet;
    return divergence;
  }

  void show(const Performed& done, std::size_t width) {
    const Script& script = done.script;
    say(fmt::format("  {:>3}  {:<{}}  {:<{}}  {}\n", done.index + 1, text(script, script.steps[done.index]), width,
                    done.ruling.decided.id(), clause_width,
                    harness::answer_text(done.script.tables, done.resolved, done.ruling.answer)));
    for (const std::string& sentence : done.story) say(fmt::format("       - {}\n", sentence));
    if (request_.trace.empty() && !request_.json) return;
    const std::string line = trace_line(done);
    if (!request_.trace.empty()) trace_ += line + '\n';
    if (request_.json) objects_ += (objects_.empty() ? "  " : ",\n  ") + line;
  }

  void finish(const Script& script, const Script::NamedProfile& profile,
              const std::optional<harness::Divergence>& divergence, const harness::Coverage& coverage,
              std::size_t performed) {
    if (divergence) {
      verdicts_.push_back(Verdict::diverges);
      return say('\n' +
                 divergence_text(script, *divergence,
                                 {.title = script.file,
                                  .profile = profile.label,
                                  .subject = request_.subject,
                                  .again = "",
                                  .coverage = &coverage}) +
                 '\n');
    }
    const Verdict verdict = performed == 0 ? Verdict::nothing_ran : Verdict::conforms;
    verdicts_.push_back(verdict);
    say(fmt::format("\n{}  {}\n\n", harness::headline(verdict), harness::counted(performed, "step")));
  }

  void write_trace() {
    if (request_.trace.empty()) return;
    if (request_.trace == "-") {
      session_.out << trace_;
    } else if (const std::string error = write_output(request_.trace, trace_); !error.empty()) {
      complain(Verdict::failed, error);
    }
  }

  const ReplayRequest& request_;
  const Session& session_;
  std::vector<Verdict> verdicts_{};
  std::optional<ReportPlaces> places_{};  // of report folders, when they are wanted
  bool no_place_{};                       // for report folders: nothing more is run
  bool failed_to_write_{};                // a report: no more of them are tried
  bool kept_{};                           // of some run
  std::size_t reports_{};                 // written
  std::string trace_{};
  std::string objects_{};
};

}  // namespace

ExitStatus replay(const ReplayRequest& request, const Session& session) { return Replay{request, session}.run(); }

}  // namespace procreg::cli
