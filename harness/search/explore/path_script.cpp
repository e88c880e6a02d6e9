#include "harness/search/explore/path_script.h"

#include <fmt/format.h>

#include <map>

#include "harness/generate/drawing.h"
#include "harness/scenario/files.h"
#include "harness/search/repair.h"
#include "model/system.h"

namespace procreg::harness {

namespace {

// Gives names to processes while the steps are performed on the model.
class Naming {
 public:
  Naming(const ExploreOptions& options, const Profile& profile, Script& script)
      : script_{script}, system_{options.world, script.tables, profile} {
    system_.spoil(options.spoiled);
    bindings_.clear(options.names.size());
    bindings_.bind_world(options.world);
    for (std::uint16_t base = 1; base <= options.names.size(); ++base) remember(base);
    for (const Step& step : options.before) {
      bindings_.bind(step, system_.perform(bindings_.resolve(step)).answer);
      script_.steps.push_back(step);
      if (std::holds_alternative<CreateProcess>(step)) remember(std::get<CreateProcess>(step).as.base);
    }
  }

  void add(const Step& resolved) {
    Step step = resolved;
    name(step);
    const Answer& answer = system_.perform(resolved).answer;
    if (auto* made = std::get_if<CreateProcess>(&step); made != nullptr && answer.made != 0) {
      made->as.base = new_name();
      bases_[{made->by.raw.machine, ObjectId{answer.made}}] = made->as.base;
    }
    script_.steps.push_back(step);
  }

 private:
  void remember(std::uint16_t base) {
    if (base != 0 && bindings_.at(base).is) bases_[bindings_.at(base).process] = base;
  }
  std::uint16_t new_name() {
    script_.names.push_back({fmt::format("made{}", script_.names.size()), {}});
    return static_cast<std::uint16_t>(script_.names.size());
  }
  // A process that nobody has a name for is one that is not there.
  void name(Step& step) {
    std::visit(
        [this](auto& kind) {
          if constexpr (requires { kind.by; }) kind.by = {{{}, {bases_.at(kind.by.raw), itself_part}}};
          if constexpr (requires { kind.process; }) kind.process = {{{}, {bases_.at(kind.process.raw), itself_part}}};
        },
        step);
  }

  Script& script_;
  model::System system_;
  Bindings bindings_{};
  std::map<ProcessKey, std::uint16_t> bases_{};
};

}  // namespace

Script script_of(const ExploreOptions& options, const std::vector<Step>& steps, const Profile& profile) {
  Script script;
  script.name = "explored";
  script.profiles = {{profile_label(profile), profile}};
  script.world_given = true;
  script.world = options.world;
  script.tables = options.tables;
  script.names = options.names;
  Naming naming{options, profile, script};
  for (const Step& step : steps) naming.add(step);
  return script;
}

std::optional<ExploreFailure> replayed(const ExploreOptions& options, const std::vector<Step>& steps,
                                       const Profile& profile) {
  ExploreFailure failure{script_of(options, steps, profile), profile, {}};
  const auto subject = options.subject();
  Lockstep lockstep{*subject, {.snapshots = true, .spoiled = options.spoiled}};
  Coverage unused;
  Outcome outcome = lockstep.run(failure.script, profile, unused);
  if (!outcome.divergence) return std::nullopt;
  failure.divergence = std::move(*outcome.divergence);
  return failure;
}

}  // namespace procreg::harness
