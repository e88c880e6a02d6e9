#include "scenarios/properties/check.h"

#include <fmt/core.h>
#include <rapidcheck.h>

#include <exception>
#include <optional>
#include <utility>

#include "harness/scenario/files.h"

namespace procreg::scenarios {
namespace {

namespace rcd = rc::detail;

// Each draw is a value of rapidcheck's own, so it shrinks by itself. At its nominal size a range is drawn uniformly.
class RapidcheckDraws final : public Draws {
 public:
  std::uint32_t below(std::uint32_t bound) override {
    if (bound <= 1) return 0;
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, bound));
  }
};

class Silent final : public rcd::TestListener {
 public:
  void onTestCaseFinished(const rcd::CaseDescription& /*description*/) override {}
  void onShrinkTried(const rcd::CaseDescription& /*shrink*/, bool /*accepted*/) override {}
  void onTestFinished(const rcd::TestMetadata& /*metadata*/, const rcd::TestResult& /*result*/) override {}
};

struct Failure {
  std::string broken{};  // the sentence, "" when it held
  std::string differs{};
  std::optional<harness::Script> script{};
};

std::string text_of(const Failure& failure) {
  std::string text;
  if (!failure.broken.empty()) text += fmt::format("{}{}\n", sentence_broken, failure.broken);
  if (!failure.differs.empty()) text += fmt::format("{}{}\n", model_differs, failure.differs);
  return failure.script ? text + told(*failure.script) : text;
}

class Run {
 public:
  Run(const harness::SubjectFactory& subject, harness::Coverage& coverage, Plot plot)
      : coverage_{coverage}, plot_{plot}, alone_{subject()}, beside_{subject()}, lockstep_{*beside_} {}

  // One story; false when it fails.
  bool story() {
    RapidcheckDraws draws;
    Story story{*alone_, draws};
    Failure failure;
    try {
      plot_(story);
    } catch (const Broken& broken) {
      failure.broken = broken.why;
    } catch (const std::exception& error) {
      failure.broken = fmt::format("the story ended by {}", error.what());
    }
    ++result_.runs;
    result_.steps += story.steps();
    return judge(story, std::move(failure));
  }

  harness::PropertyResult result() && {
    result_.held = !failure_ && result_.runs > 0;
    if (failure_) {
      result_.counterexample = text_of(*failure_);
      result_.failing = std::move(failure_->script);
    }
    return std::move(result_);
  }

  void stopped(const std::string& why) { failure_ = Failure{.broken = why, .differs = {}, .script = {}}; }
  bool failed() const { return failure_.has_value(); }

 private:
  bool judge(const Story& story, Failure failure) {
    for (harness::Script& act : story.acts()) beside(std::move(act), failure);
    if (failure.broken.empty() && failure.differs.empty()) return true;
    if (failure_ && !failure_->broken.empty() && failure.broken.empty()) return true;  // not a smaller case of the same
    failure_ = std::move(failure);
    return false;
  }

  // Keeps the first act that differs, else the last one: that is where a broken sentence stopped.
  void beside(harness::Script act, Failure& failure) {
    if (!failure.differs.empty()) return;
    const harness::Outcome outcome = lockstep_.run(act, act.profiles.front().profile, coverage_);
    result_.steps += outcome.steps;
    if (outcome.divergence) failure.differs = told(act, *outcome.divergence);
    failure.script = std::move(act);
  }

  harness::Coverage& coverage_;
  Plot plot_;
  std::unique_ptr<harness::Subject> alone_;
  std::unique_ptr<harness::Subject> beside_;
  harness::Lockstep lockstep_;
  harness::PropertyResult result_{};
  std::optional<Failure> failure_{};  // the last one, so the smallest
};

// Why rapidcheck stopped early; "" when it did not.
std::string stopped_because(const rcd::TestResult& result) {
  rcd::FailureResult failed;
  if (result.match(failed)) return fmt::format("rapidcheck found a failure: {}", failed.description);
  rcd::GaveUpResult gave_up;
  if (result.match(gave_up)) return fmt::format("rapidcheck gave up: {}", gave_up.description);
  rcd::Error error;
  if (result.match(error)) return fmt::format("rapidcheck failed: {}", error.description);
  return {};
}

}  // namespace

std::string told(const harness::Script& script, const harness::Divergence& divergence) {
  return fmt::format("{} at step {} of {}, {}: model {} by {}, subject {}", harness::name(divergence.what),
                     divergence.step + 1, script.steps.size(), harness::text(script, script.steps[divergence.step]),
                     text(divergence.model.result), divergence.decided.id(), text(divergence.subject.result));
}

std::string told(const harness::Script& script) {
  std::string text =
      fmt::format("under {}\n", script.profiles.empty() ? "every profile" : script.profiles.front().label);
  for (const Step& step : script.steps) text += fmt::format("  {}\n", harness::text(script, step));
  return text;
}

std::string drawn_by_rapidcheck(std::uint64_t seed, int runs, bool shrinking, const std::function<bool()>& one) {
  rcd::TestParams params;
  params.seed = seed;
  params.maxSuccess = runs;
  params.disableShrinking = !shrinking;
  Silent listener;
  // The form with an explicit map of reproductions is the only one that does not read the global configuration.
  return stopped_because(rcd::checkTestable([&] { RC_ASSERT(one()); }, rcd::TestMetadata{}, params, listener,
                                            std::unordered_map<std::string, rcd::Reproduce>{}));
}

harness::PropertyResult check(const harness::SubjectFactory& subject, std::uint64_t seed, harness::Coverage& coverage,
                              Plot plot, int runs) {
  Run run{subject, coverage, plot};
  const std::string stopped = drawn_by_rapidcheck(seed, runs, true, [&] { return run.story(); });
  if (!stopped.empty() && !run.failed()) run.stopped(stopped);
  return std::move(run).result();
}

}  // namespace procreg::scenarios
