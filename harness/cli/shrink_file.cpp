#include <fmt/format.h>

#include <ostream>

#include "harness/cli/fuzz.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/profiles.h"
#include "harness/generate/world.h"
#include "harness/lockstep/lockstep.h"
#include "harness/report/json_report.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/search/explanation.h"
#include "harness/search/shrink.h"

namespace procreg::cli {
namespace {

namespace json = harness::json;
using harness::Script;

struct Failing {
  Script::NamedProfile profile;
  harness::Divergence divergence;
};

// The first of its profiles under which the script diverges.
std::optional<Failing> failing(const Script& script, const ShrinkRequest& request, harness::Subject& subject) {
  harness::Lockstep lockstep{subject};
  for (const Script::NamedProfile& profile : profiles_for(script, request.profile)) {
    harness::Coverage coverage;
    auto outcome = lockstep.run(script, profile.profile, coverage);
    if (outcome.divergence) return Failing{profile, std::move(*outcome.divergence)};
  }
  return std::nullopt;
}

std::string json_of(const Script& before, const harness::Shrunk& shrunk, const harness::Explanation& explanation) {
  json::Object object;
  object.add("format", json::quote("procreg-shrink/1"));
  object.add("stepsBefore", json::integer(before.steps.size()));
  object.add("steps", json::integer(shrunk.script.steps.size()));
  object.add("finished", shrunk.finished ? "true" : "false");
  object.add("profile", json::quote(harness::profile_label(shrunk.profile)));
  object.add("divergence", harness::divergence_json(shrunk.script, shrunk.divergence));
  object.add("scenario", json::quote(harness::write_script(shrunk.script)));
  object.add("explanation", json_text(explanation));
  return object.text() + "\n";
}

// The shrunk script goes to the file, or out. Why it fails goes out beside a file, else to standard error, so that what goes
// out can be kept as a scenario.
ExitStatus put_out(const Script& before, const harness::Shrunk& shrunk, const harness::Explanation& explanation,
                   const ShrinkRequest& request, const Session& session) {
  const std::string text = harness::write_script(shrunk.script);
  session.err << fmt::format("{} steps became {}{}\n", before.steps.size(), shrunk.script.steps.size(),
                             shrunk.finished ? "" : ", which may not be the fewest");
  if (request.json) {
    session.out << json_of(before, shrunk, explanation);
  } else {
    (request.out.empty() ? session.err : session.out) << harness::text(shrunk.script, explanation);
  }
  if (request.out.empty()) {
    if (!request.json) session.out << text;
  } else if (!written_to(request.out, text, session)) {
    return ExitStatus::failed;
  }
  return shrunk.finished ? ExitStatus::diverges : ExitStatus::undecided;
}

}  // namespace

ExitStatus shrink(const ShrinkRequest& request, const Session& session) {
  const auto read = harness::read_sequential_script_file(request.file);
  if (const auto* errors = std::get_if<1>(&read)) {
    for (const auto& error : *errors) session.err << fmt::format("procreg: {}\n", text(error));
    return ExitStatus::unusable;
  }
  const auto& script = std::get<Script>(read);
  session.runs("shrinking " + request.file);
  const auto subject = session.subject();
  const auto found = failing(script, request, *subject);
  if (!found) {
    session.err << fmt::format("procreg: {}: does not diverge, so there is nothing to shrink\n", request.file);
    return ExitStatus::nothing_ran;
  }
  harness::ShrinkOptions options;
  options.stop = &interruption();
  const auto shrunk = harness::shrink(script, found->profile.profile, *subject, found->divergence, options);
  const auto explanation = explained(shrunk.script, shrunk.profile, *subject, shrunk.divergence, options);
  return put_out(script, shrunk, explanation, request, session);
}

}  // namespace procreg::cli
