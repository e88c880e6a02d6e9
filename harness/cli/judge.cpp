#include "harness/cli/judge.h"

#include <fmt/format.h>

#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/profiles.h"
#include "harness/cli/scenario_files.h"
#include "harness/judge/judge.h"
#include "harness/report/judged_report.h"
#include "harness/report/results.h"

namespace procreg::cli {
namespace {

using harness::Finding;
using harness::JudgedScript;
using harness::JudgedSuite;
using harness::Judgement;
using harness::Script;
using harness::Verdict;

constexpr std::size_t failures_in_a_row_max = 10;

class JudgedRun {
 public:
  JudgedRun(const JudgeRequest& request, harness::ForeignSubject& subject, const Session& session)
      : request_{request}, subject_{subject}, session_{session}, judge_{subject} {
    suite_.subject = request.subject;
    suite_.strict = request.strict;
  }

  JudgedSuite run() {
    if (!meet() || !read_deviations()) return std::move(suite_);
    const std::vector<std::string> files = find_files();
    for (std::size_t i = 0; i < files.size() && !interrupted(); ++i) {
      if (failures_ >= failures_in_a_row_max)
        ++suite_.not_run;
      else
        file(files[i]);
      if (session_.progress != nullptr) session_.progress->show(steps_, reached_.count(), i + 1, files.size());
    }
    suite_.interrupted = interrupted();
    if (suite_.scripts.empty() && !suite_.interrupted)
      problem(Verdict::nothing_ran, "nothing ran: no scenario is what was asked for");
    conclude(suite_);
    verdicts_.push_back(suite_.verdict);
    suite_.verdict = harness::worst(verdicts_);
    return std::move(suite_);
  }

 private:
  void problem(Verdict verdict, std::string message) {
    suite_.problems.push_back(std::move(message));
    verdicts_.push_back(verdict);
    suite_.verdict = harness::worst(verdicts_);
  }

  bool meet() {
    abilities_ = subject_.abilities();
    if (abilities_ == nullptr) {
      problem(Verdict::failed, fmt::format("the subject cannot be started: {}", subject_.failure().message));
      return false;
    }
    suite_.name = abilities_->name;
    suite_.version = abilities_->version;
    suite_.profile_known = abilities_->profile || request_.profile.has_value();
    return true;
  }

  bool read_deviations() {
    if (request_.deviations.empty()) return true;
    auto read = harness::read_deviations_file(request_.deviations);
    if (auto* deviations = std::get_if<harness::Deviations>(&read)) {
      suite_.deviations = std::move(*deviations);
      return true;
    }
    for (const harness::InputError& error : std::get<std::vector<harness::InputError>>(read))
      problem(Verdict::unusable_input, text(error));
    return false;
  }

  std::vector<std::string> find_files() {
    std::vector<std::string> paths = request_.paths;
    if (paths.empty()) {
      const auto folder = scenarios_folder(request_.scenarios);
      if (folder) paths = suite_folders(*folder);
      if (!folder) problem(Verdict::unusable_input, std::string{no_scenarios_folder});
    }
    FoundFiles found = find_scenario_files(paths);
    for (const harness::InputError& error : found.unreadable) problem(Verdict::unusable_input, text(error));
    for (const std::string& folder : found.empty)
      problem(Verdict::nothing_ran, fmt::format("{}: no scenarios in this folder", folder));
    return std::move(found.files);
  }

  void file(const std::string& path) {
    auto read = harness::read_script_file(path);
    if (auto* errors = std::get_if<std::vector<harness::InputError>>(&read)) {
      JudgedScript unusable;
      unusable.file = path;
      unusable.errors = std::move(*errors);
      suite_.scripts.push_back(std::move(unusable));
      return;
    }
    const Script& script = std::get<Script>(read);
    if (!wanted(harness::clauses_in(harness::clause_set(script.clauses)), request_.only)) return;
    if (!suite_.profile_known) return keep(script, "", judge_.run(script, suite_.knowledge));
    for (const auto& profile : profiles_for(script, request_.profile)) under(script, profile);
  }

  // A subject that is held to one profile, and cannot be told another one, is not asked for anything else.
  void under(const Script& script, const Script::NamedProfile& profile) {
    if (!abilities_->profile && profile.profile != request_.profile->profile) {
      Judgement other;
      other.finding = Finding::not_applicable;
      other.reason = "the scenario is for another profile";
      return keep(script, profile.label, std::move(other));
    }
    keep(script, profile.label, judge_.run(script, profile.profile));
  }

  void keep(const Script& script, const std::string& profile, Judgement judgement) {
    failures_ = judgement.finding == Finding::failed ? failures_ + 1 : 0;
    steps_ += judgement.steps;
    reached_ |= judgement.coverage.reached();
    suite_.scripts.push_back(
        {.file = script.file, .profile = profile, .script = judge_.script(), .judgement = std::move(judgement)});
  }

  const JudgeRequest& request_;
  harness::ForeignSubject& subject_;
  const Session& session_;
  harness::Judge judge_;
  const harness::Abilities* abilities_{};
  JudgedSuite suite_{};
  std::vector<Verdict> verdicts_{};
  std::size_t failures_{};
  std::uint64_t steps_{};
  ClauseSet reached_{};
};

}  // namespace

JudgedSuite judge_suite(const JudgeRequest& request, harness::ForeignSubject& subject, const Session& session) {
  JudgedSuite suite = JudgedRun{request, subject, session}.run();
  if (session.progress != nullptr) session.progress->clear();
  return suite;
}

ExitStatus judge(const JudgeRequest& request, const Session& session) {
  const auto subject = request.make();
  const JudgedSuite suite = judge_suite(request, *subject, session);
  const bool text_wanted = request.json != "-";
  session.out << (text_wanted ? judged_text(suite) : judged_json(suite));
  bool written = !text_wanted || request.json.empty() || written_to(request.json, judged_json(suite), session);
  written = (request.log.empty() || written_to(request.log, subject->log(), session)) && written;
  return written ? exit_status(suite.verdict) : ExitStatus::failed;
}

}  // namespace procreg::cli
