#include "harness/report/function_results.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/system.h"

namespace procreg::harness {

namespace {

// Handles differ from call to call, and are one result.
std::string shown(Result result) {
  if (result.kind == ResultKind::handle) return result == Result{null_handle} ? "NULL" : "a handle";
  return text(result);
}

std::vector<Script::NamedProfile> profiles_of(const Script& script) {
  if (!script.profiles.empty()) return script.profiles;
  std::vector<Script::NamedProfile> both;
  for (const std::string_view name : profile_names()) both.push_back({std::string{name}, *find_profile(name)});
  return both;
}

class Gathering {
 public:
  void run(const Script& script, const Script::NamedProfile& profile) {
    model::System system{script.world, script.tables, profile.profile};
    Bindings bindings;
    bindings.clear(script.names.size());
    bindings.bind_world(script.world);
    for (const Step& step : script.steps) {
      const model::Ruling& ruling = system.perform(bindings.resolve(step));
      bindings.bind_all(step, ruling);
      if (info(step).call) note(step.index(), ruling, script, profile);
    }
  }
  std::vector<FunctionResult> rows() && {
    std::vector<FunctionResult> out;
    for (auto& [key, row] : rows_) out.push_back(std::move(row.shown));
    return out;
  }

 private:
  void note(std::size_t kind, const model::Ruling& ruling, const Script& script, const Script::NamedProfile& profile) {
    const std::string result = shown(ruling.answer.result);
    const bool named =
        std::find(script.clauses.begin(), script.clauses.end(), ruling.decided.id()) != script.clauses.end();
    Row& row = rows_[{kind, ruling.decided, result}];
    if (!row.shown.file.empty() && row.named >= named) return;
    row = {FunctionResult{kind, result, ruling.decided, script.file, profile.label}, named};
  }

  struct Row {
    FunctionResult shown{};
    bool named{};
  };
  std::map<std::tuple<std::size_t, Clause, std::string>, Row> rows_{};
};

}  // namespace

std::vector<FunctionResult> function_results(std::span<const Script> scripts) {
  Gathering gathering;
  for (const Script& script : scripts)
    for (const Script::NamedProfile& profile : profiles_of(script)) gathering.run(script, profile);
  return std::move(gathering).rows();
}

}  // namespace procreg::harness
