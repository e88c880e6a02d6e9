#include "harness/cli/characterise.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "harness/characterise/characterise.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/output.h"
#include "harness/cli/scenario_files.h"

namespace procreg::cli {
namespace {

ExitStatus status_of(const harness::Character& character) {
  const auto counts = [](const harness::Disagreement& each) {
    return each.judgement.finding == harness::Finding::violates ||
           each.judgement.finding == harness::Finding::contradicts;
  };
  if (std::any_of(character.disagreements.begin(), character.disagreements.end(), counts)) return ExitStatus::diverges;
  if (character.scripts == 0) return ExitStatus::nothing_ran;
  return character.whole() ? ExitStatus::conforms : ExitStatus::undecided;
}

}  // namespace

ExitStatus characterise(const CharacteriseRequest& request, const Session& session) {
  const auto suite = read_suite(request.scenarios);
  if (!suite) {
    session.err << fmt::format("procreg: {}\n", no_scenarios_folder);
    return ExitStatus::unusable;
  }
  const auto subject = request.make();
  harness::CharacteriseOptions options;
  options.interrupted = [] { return interrupted(); };
  if (session.progress != nullptr)
    options.progress = [&session](std::size_t done, std::size_t all) {
      session.progress->show([&] { return fmt::format("choice {} of {}", done + 1, all); });
    };
  const harness::Character character = harness::characterise(*subject, suite->scripts, options);
  if (session.progress != nullptr) session.progress->clear();
  if (!character.failure.empty()) {
    session.err << fmt::format("procreg: the subject cannot be started: {}\n", character.failure);
    return ExitStatus::failed;
  }
  const harness::Abilities& abilities = *subject->abilities();
  session.out << (request.json ? character_json(character, abilities.name, abilities.version)
                               : character_text(character));
  const bool written = request.save_profile.empty() ||
                       written_to(request.save_profile, profile_json(character, abilities.name), session);
  return written ? status_of(character) : ExitStatus::failed;
}

}  // namespace procreg::cli
