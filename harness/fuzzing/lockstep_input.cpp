#include "harness/fuzzing/lockstep_input.h"

#include <algorithm>

#include "harness/generate/generate.h"
#include "harness/lockstep/lockstep.h"
#include "harness/report/divergence_report.h"
#include "harness/scenario/files.h"
#include "harness/search/shrink.h"

namespace procreg::fuzzing {
namespace {

using namespace harness;

// Short enough that a fuzzer does not take it for a hang.
constexpr std::size_t shrink_runs_max = 20'000;

Finding finding_of(const Script& script, const Profile& profile, const Divergence& divergence, Subject& subject) {
  ShrinkOptions options;
  options.runs_max = shrink_runs_max;
  const Shrunk shrunk = shrink(script, profile, subject, divergence, options);
  Finding finding;
  finding.scenario = write_script(shrunk.script);
  finding.file_name = failure_file_name(shrunk.divergence, finding.scenario);
  const std::string label = profile_label(shrunk.profile);
  finding.report = divergence_text(
      shrunk.script, shrunk.divergence,
      {.title = finding.file_name, .profile = label, .subject = "impl", .again = "", .coverage = nullptr});
  return finding;
}

}  // namespace

std::optional<Finding> run_input(std::span<const std::uint8_t> bytes, Subject& subject) {
  BytesSource source{bytes};
  const std::size_t steps = std::min(source.steps(), steps_max);
  GeneratedWorld world;
  NameBook names;
  generate_world(source, steps, world, names);
  Lockstep lockstep{subject};
  Coverage unused;
  lockstep.begin(world.world, generated_tables(), names.room(), world.profile);
  std::vector<Step> made;
  while (made.size() < steps && alive(lockstep.model().state())) {
    source.begin(made.size() + 1);
    made.push_back(generate(source, {lockstep.model().state(), lockstep.bindings(), world.swarm, names}));
    if (const auto divergence = lockstep.step(made.back(), unused))
      return finding_of(script_of(world, names, made), world.profile, *divergence, subject);
  }
  return std::nullopt;
}

}  // namespace procreg::fuzzing
