#include "harness/cli/explore.h"

#include <fmt/format.h>

#include <ostream>

#include "harness/cli/interrupt.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/search/saved.h"
#include "harness/search/shrink.h"

namespace procreg::cli {
namespace {

using harness::Campaign;
using harness::ExploreOptions;
using harness::ExploreProgress;
using harness::ExploreResult;

std::string progress_of(const ExploreProgress& now) {
  const auto ms = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(now.elapsed.count()));
  return fmt::format("depth {}, {} states, {} waiting, {} transitions, {}/s, {} MB", now.depth, now.states, now.waiting,
                     now.transitions, now.transitions * 1000 / ms, now.bytes >> 20);
}

class Exploration {
 public:
  Exploration(const ExploreRun& run, const Session& session) : run_{run}, request_{run.request}, session_{session} {}

  ExitStatus run() {
    if (!run_.expect.empty() && !read_certificate()) return ExitStatus::unusable;
    auto options = options_of(request_);
    if (const auto* problem = std::get_if<std::string>(&options)) {
      session_.err << fmt::format("procreg: {}\n", *problem);
      return ExitStatus::unusable;
    }
    const Campaign campaign = explored(std::get<ExploreOptions>(options));
    session_.out << (run_.json ? json_text(campaign) : text(campaign));
    for (const auto& problem : harness::json::children(*campaign.at("problems")))
      session_.err << fmt::format("procreg: {}\n", problem.text);
    return certificate_ ? held_against(campaign) : exit_status(campaign.verdict);
  }

 private:
  bool read_certificate() {
    auto read = harness::read_campaign_file(run_.expect);
    if (std::holds_alternative<Campaign>(read)) {
      certificate_ = std::move(std::get<Campaign>(read));
      const auto content = harness::read_whole_file(run_.expect);
      auto request = read_explore_request(*certificate_, std::get<std::string>(content));
      if (auto* asked = std::get_if<ExploreRequest>(&request)) {
        request_ = std::move(*asked);
        return true;
      }
      return refuse(std::get<1>(request));
    }
    return refuse(std::get<1>(read));
  }

  bool refuse(const std::vector<harness::InputError>& errors) const {
    for (const auto& error : errors) session_.err << fmt::format("procreg: {}\n", text(error));
    return false;
  }

  Campaign explored(ExploreOptions options) {
    options.workers = static_cast<unsigned>(run_.jobs);
    options.spoiled = run_.spoiled;
    if (!request_.model_only) options.subject = run_.subject;
    session_.runs(fmt::format("explore --world {}", request_.world));
    const auto tell = [&](const ExploreProgress& now) {
      if (session_.progress != nullptr) session_.progress->show([&] { return progress_of(now); });
    };
    ExploreResult result = harness::explore(options, tell, &interruption());
    if (session_.progress != nullptr) session_.progress->clear();
    if (request_.model_only && result.verdict == harness::Verdict::conforms) {
      result.verdict = harness::Verdict::nothing_ran;
      result.problem = "the model alone was explored: nothing was compared";
    }
    const auto counterexample = shrunk(options, result);
    return campaign_of(request_, result, counterexample);
  }

  // The script is the shortest already; what is left is to bring it to the form that every run gives it.
  std::optional<SavedCounterexample> shrunk(const ExploreOptions& options, const ExploreResult& result) const {
    if (!result.failure) return std::nullopt;
    SavedCounterexample made{*result.failure, {}, {}, {}};
    const auto subject = options.subject();
    harness::Shrunk shrunk =
        harness::shrink(made.failure.script, made.failure.profile, *subject, made.failure.divergence,
                        {.stop = &interruption(), .spoiled = run_.spoiled});
    made.failure = {std::move(shrunk.script), shrunk.profile, std::move(shrunk.divergence)};
    made.text = harness::write_script(made.failure.script);
    if (run_.save.empty()) return made;
    const harness::Saved saved = harness::save_failure(run_.save, made.failure.divergence, made.text);
    made.file = saved.file;
    made.problem = saved.problem;
    return made;
  }

  // A certificate is held by a run that finds what it says, whatever that is.
  ExitStatus held_against(const Campaign& campaign) const {
    const auto lines = differences(*certificate_, campaign);
    for (const std::string& line : lines) session_.err << fmt::format("procreg: {}: {}\n", run_.expect, line);
    if (campaign.verdict == harness::Verdict::failed) return ExitStatus::failed;
    return lines.empty() ? exit_status(campaign.verdict) : ExitStatus::diverges;
  }

  const ExploreRun& run_;
  ExploreRequest request_;
  const Session& session_;
  std::optional<Campaign> certificate_{};
};

}  // namespace

ExitStatus explore(const ExploreRun& run, const Session& session) { return Exploration{run, session}.run(); }

}  // namespace procreg::cli
