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
    for (const Step& step : options.before) add_before(step);
  }

  void add(Step step) {
    if (std::holds_alternative<SmbConnect>(step) || std::holds_alternative<SmbCreate>(step) ||
        std::holds_alternative<CsvOpen>(step))
      return add_opening(step);
    auto* creates = std::get_if<CreateProcess>(&step);
    if (creates != nullptr) creates->as.base = new_name();
    const model::Ruling& ruling = system_.perform(step);
    if (creates != nullptr && ruling.answer.made != 0)
      names_[{creates->by.raw.machine, ObjectId{ruling.answer.made}}] = {creates->as.base, itself_part};
    if (creates != nullptr && ruling.answer.made == 0) forget_name(creates->as);
    for (const Restarted& restarted : ruling.restarted) names_[restarted.process] = name_ref(restarted.name);
    name(step);
    script_.steps.push_back(step);
  }

 private:
  // A step that makes something that is called by a name only.
  void add_opening(Step step) {
    Binds& as = *binds(step);
    as.base = new_name();
    const model::Ruling& ruling = system_.perform(step);
    const NameRef made{as.base, itself_part};
    remember_opened(step, ruling.answer.made, made);
    if (ruling.answer.made == 0) forget_name(as);
    name(step);
    script_.steps.push_back(step);
  }
  void remember_opened(const Step& step, std::uint64_t made, NameRef name) {
    if (made == 0) return;
    if (const auto* connect = std::get_if<SmbConnect>(&step))
      connections_[{connect->server.ref, static_cast<ConnectionId>(made)}] = name;
    if (const auto* create = std::get_if<SmbCreate>(&step)) opens_[{create->conn.raw.server, made}] = name;
    if (std::holds_alternative<CsvOpen>(step)) csv_opens_[static_cast<CsvOpenId>(made)] = name;
  }
  // As it stands in the file; what a process is called that it makes without a name is asked only when it is needed.
  void add_before(const Step& step) {
    const Step resolved = bindings_.resolve(step);
    const model::Ruling& ruling = system_.perform(resolved);
    bindings_.bind_all(step, ruling);
    script_.steps.push_back(step);
    if (std::holds_alternative<CreateProcess>(step)) remember(std::get<CreateProcess>(step).as.base);
    if (const Binds* as = binds(script_.steps.back()))
      remember_opened(resolved, ruling.answer.made, {as->base, itself_part});
    for (const Restarted& restarted : ruling.restarted) names_[restarted.process] = name_ref(restarted.name);
  }
  void remember(std::uint16_t base) {
    if (base != 0 && bindings_.at(base).is) names_[bindings_.at(base).process] = {base, itself_part};
  }
  std::uint16_t new_name() {
    script_.names.push_back({fmt::format("made{}", script_.names.size()), {}});
    return static_cast<std::uint16_t>(script_.names.size());
  }
  void forget_name(Binds& as) {
    script_.names.pop_back();
    as = {};
  }
  // A process that nobody has a name for is one that is not there.
  void name(Step& step) {
    std::visit(
        [this](auto& kind) {
          if constexpr (requires { kind.by.raw; }) kind.by = {{{}, names_.at(kind.by.raw)}};
          if constexpr (requires { kind.by.value; })
            if (kind.by.value) kind.by.value = Caller{{{}, names_.at(kind.by.value->raw)}};
          if constexpr (requires { kind.conn; }) kind.conn = {{{}, connections_.at(kind.conn.raw)}};
          if constexpr (requires { kind.h; }) kind.h = {{{}, name_of(kind.h.raw)}};
          if constexpr (requires { kind.open; }) kind.open = {{{}, csv_opens_.at(kind.open.raw)}};
          if constexpr (requires { kind.dh2c; })
            if (kind.dh2c.value) kind.dh2c.value->handle = {{{}, name_of(kind.dh2c.value->handle.raw)}};
          if constexpr (requires { kind.process; }) kind.process = {{{}, names_.at(kind.process.raw)}};
        },
        step);
  }

  NameRef name_of(const OpenKey& open) const {
    return opens_.at({open.connection.server, made_open(open.durable, open.volatile_)});
  }

  Script& script_;
  model::System system_;
  Bindings bindings_{};
  std::map<ProcessKey, NameRef> names_{};
  std::map<ConnectionKey, NameRef> connections_{};
  std::map<std::pair<TextRef, std::uint64_t>, NameRef> opens_{};  // by server, and Answer::made
  std::map<CsvOpenId, NameRef> csv_opens_{};
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
