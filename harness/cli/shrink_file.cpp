#include <fmt/format.h>

#include <ostream>

#include "harness/cli/fuzz.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/profiles.h"
#include "harness/lockstep/lockstep.h"
#include "harness/scenario/files.h"
#include "harness/search/shrink.h"

namespace procreg::cli {
namespace {

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

// The shrunk script goes out; what became of the file goes to standard error.
ExitStatus put_out(const Script& before, const harness::Shrunk& shrunk, const ShrinkRequest& request,
                   const Session& session) {
  const std::string text = harness::write_script(shrunk.script);
  session.err << fmt::format("{} steps became {}{}\n", before.steps.size(), shrunk.script.steps.size(),
                             shrunk.finished ? "" : ", which may not be the fewest");
  if (request.out.empty()) {
    session.out << text;
  } else if (const std::string error = write_output(request.out, text); !error.empty()) {
    session.err << fmt::format("procreg: {}\n", error);
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
  return put_out(script, harness::shrink(script, found->profile.profile, *subject, found->divergence, options), request,
                 session);
}

}  // namespace procreg::cli
