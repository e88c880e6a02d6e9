// Generated scripts: any steps, in any world, under any profile.
#include <rapidcheck.h>

#include <utility>

#include "harness/generate/choice_source.h"
#include "harness/generate/generate.h"
#include "harness/generate/rapidcheck.h"
#include "harness/search/shrink.h"
#include "scenarios/properties/check.h"
#include "scenarios/properties/suites.h"

namespace procreg::scenarios {
namespace {

constexpr std::size_t steps_max = 40;
constexpr int scripts = 500;

void failed(harness::PropertyResult& result, harness::Shrunk shrunk) {
  result.counterexample =
      std::string{model_differs} + told(shrunk.script, shrunk.divergence) + "\n" + told(shrunk.script);
  result.failing = std::move(shrunk.script);
}

// The harness shrinks what fails, by steps; rapidcheck would shrink the numbers that the steps were drawn from.
harness::PropertyResult any_script(const harness::SubjectFactory& make, std::uint64_t seed,
                                   harness::Coverage& coverage) {
  const auto subject = make();
  harness::Lockstep lockstep{*subject};
  harness::PropertyResult result;
  const auto one = [&] {
    const auto lists = *harness::choice_lists(steps_max);
    harness::ListSource source{lists};
    harness::Script script = harness::generate_script(source, steps_max);
    const harness::Outcome outcome = lockstep.run(script, script.profiles.front().profile, coverage);
    ++result.runs;
    result.steps += outcome.steps;
    if (!outcome.divergence) return true;
    failed(result, harness::shrink(script, script.profiles.front().profile, *subject, *outcome.divergence));
    return false;
  };
  const std::string stopped = drawn_by_rapidcheck(seed, scripts, false, one);
  if (result.counterexample.empty()) result.counterexample = stopped;
  result.held = result.counterexample.empty();
  return result;
}

}  // namespace

Suite generated() {
  static const harness::Property all[] = {
      {"Whatever is done in whatever world under whatever profile, model and subject stay equal", {}, any_script},
  };
  return all;
}

}  // namespace procreg::scenarios
