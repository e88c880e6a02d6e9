#include "harness/search/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "harness/report/lines.h"
#include "harness/scenario/files.h"
#include "harness/scenario/json_text.h"
#include "harness/scenario/value_text.h"
#include "harness/search/repair.h"
#include "harness/search/small_values.h"

namespace procreg::harness {

namespace {

std::string value_of(const Script& script, const Step& step, const FieldInfo& field) {
  return value_text(script, field.kind, field.see(address(step)), made_by(script, step));
}

class Explaining {
 public:
  Explaining(const Script& script, const Profile& profile, Subject& subject, const Divergence& failure,
             const ShrinkOptions& options)
      : lockstep_{subject, {options.snapshots, options.spoiled}},
        script_{script},
        profile_{profile},
        failure_{failure},
        options_{options} {}

  Explanation run() {
    for (std::size_t i = 0; i < script_.steps.size(); ++i) explanation_.steps.push_back(need_of(i));
    for (const bool same_clause : {true, false}) {
      same_clause_ = same_clause;
      if (change_an_argument() || leave_out_a_step() || add_a_step()) break;
    }
    explanation_.finished = !stopped();
    return std::move(explanation_);
  }

 private:
  enum class End : std::uint8_t { same_failure, passes, otherwise };

  bool stopped() const {
    return explanation_.runs >= options_.runs_max || (options_.stop != nullptr && options_.stop->load());
  }

  End end_of(const Script& script) {
    if (stopped()) return End::otherwise;
    ++explanation_.runs;
    Coverage unused;
    const Outcome outcome = lockstep_.run(script, profile_, unused);
    if (outcome.verdict == Verdict::conforms) return End::passes;
    const bool same = outcome.divergence && same_failure(*outcome.divergence, failure_) &&
                      outcome.divergence->step + 1 == script.steps.size();
    return same ? End::same_failure : End::otherwise;
  }

  // --- Needs ---

  StepNeed need_of(std::size_t i) {
    StepNeed need;
    need.needed = i + 1 == script_.steps.size() || end_of(without(i)) != End::same_failure;
    for (const FieldInfo& field : info(script_.steps[i]).fields)
      if (field.kind != ValueKind::binds) need.arguments.push_back(need_of(i, field));
    return need;
  }

  ArgumentNeed need_of(std::size_t i, const FieldInfo& field) {
    ArgumentNeed need{.field = field.name, .value = value_of(script_, script_.steps[i], field)};
    each_other(i, field, [&](const Script& changed) {
      ++need.tried;
      if (end_of(changed) == End::same_failure) need.also.push_back(value_of(changed, changed.steps[i], field));
      return false;
    });
    need.need = need.tried == 0                  ? Need::untried
                : need.also.empty()              ? Need::exactly
                : need.also.size() == need.tried ? Need::any
                                                 : Need::some;
    return need;
  }

  // Calls `with` with the script with each other value for a field, until it returns true; returns whether it did.
  bool each_other(std::size_t i, const FieldInfo& field, const std::function<bool(const Script&)>& with) {
    const BoundNames names = bound_before(script_, i);
    const SmallValues values{script_, names, Breadth::usual};
    for (std::size_t place = 0; place < values.count(script_.steps[i], field) && !stopped(); ++place) {
      Script changed = script_;
      values.take(changed.steps[i], field, place);
      if (!(changed.steps[i] == script_.steps[i]) && with(changed)) return true;
    }
    return false;
  }

  // --- The nearest that passes ---

  bool passes(Script script, const std::function<std::string()>& edit) {
    if (end_of(script) != End::passes || (same_clause_ && lockstep_.ruling().decided != failure_.decided)) return false;
    explanation_.nearest = Passing{std::move(script), edit()};
    return true;
  }

  // A script says most in which the model decides the last step by the same clause: it is looked for first. The last
  // steps first. Numbers next to the one that is there come before all others.
  bool change_an_argument() {
    for (std::size_t i = script_.steps.size(); i-- > 0;)
      for (const FieldInfo& field : info(script_.steps[i]).fields) {
        if (field.kind == ValueKind::binds) continue;
        const bool found = each_other(i, field, [&](const Script& changed) {
          return passes(changed, [&] {
            return fmt::format("step {}: {} is {} instead of {}", i + 1, field.name,
                               value_of(changed, changed.steps[i], field), value_of(script_, script_.steps[i], field));
          });
        });
        if (found) return true;
      }
    return false;
  }

  bool leave_out_a_step() {
    for (std::size_t i = script_.steps.size(); i-- > 0;)
      if (passes(without(i), [&] { return fmt::format("without step {}: {}", i + 1, step_text(script_, i)); }))
        return true;
    return false;
  }

  bool add_a_step() {
    for (std::size_t i = script_.steps.size(); i-- > 0;)
      for (const Step& step : small_steps(script_, bound_before(script_, i), 0, {.changes = 1})) {
        const Script changed = with(script_, i, step);
        if (passes(changed, [&] { return fmt::format("before step {}: {}", i + 1, step_text(changed, i)); }))
          return true;
        if (stopped()) return false;
      }
    return false;
  }

  static std::string step_text(const Script& script, std::size_t i) { return harness::text(script, script.steps[i]); }

  Script without(std::size_t i) const {
    Script changed = script_;
    const auto at = static_cast<std::ptrdiff_t>(i);
    changed.steps.erase(changed.steps.begin() + at);
    if (!changed.expectations.empty()) changed.expectations.erase(changed.expectations.begin() + at);
    repair(changed, true);
    return changed;
  }

  static Script with(Script script, std::size_t i, const Step& step) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    script.steps.insert(script.steps.begin() + at, step);
    if (!script.expectations.empty()) script.expectations.insert(script.expectations.begin() + at, Expectation{});
    return script;
  }

  Lockstep lockstep_;
  const Script& script_;
  const Profile& profile_;
  const Divergence& failure_;
  const ShrinkOptions& options_;
  bool same_clause_{};
  Explanation explanation_{};
};

std::string need_text(const ArgumentNeed& argument) {
  switch (argument.need) {
    case Need::exactly:
      return fmt::format("exactly this: none of {} does", counted(argument.tried, "other"));
    case Need::some:
      return fmt::format("also {}; not {} of {}", listed(argument.also, 6), argument.tried - argument.also.size(),
                         counted(argument.tried, "other"));
    case Need::any:
      return fmt::format("any: so do all of {}", counted(argument.tried, "other"));
    case Need::untried:
      return "nothing else was tried";
  }
  return {};
}

Table arguments_of(const StepNeed& step) {
  Table table{{"", "", ""}, {}};
  for (const ArgumentNeed& argument : step.arguments)
    table.rows.push_back({"      " + std::string{argument.field}, argument.value, need_text(argument)});
  return table;
}

std::string json_of(const ArgumentNeed& argument) {
  json::Array also;
  for (const std::string& value : argument.also) also.add(value);
  json::Object object;
  object.add("argument", json::quote(argument.field)).add("value", argument.value);
  object.add("needed", json::quote(name(argument.need))).add("also", also.text());
  return object.add("tried", json::integer(argument.tried)).text();
}

std::string json_of(const StepNeed& step) {
  json::Array arguments;
  for (const ArgumentNeed& argument : step.arguments) arguments.add(json_of(argument));
  return json::Object{}.add("needed", step.needed ? "true" : "false").add("arguments", arguments.text()).text();
}

}  // namespace

std::string_view name(Need need) {
  constexpr std::array<std::string_view, 4> names{"exactly", "some", "any", "untried"};
  return names[static_cast<std::size_t>(need)];
}

Explanation explained(const Script& script, const Profile& profile, Subject& subject, const Divergence& failure,
                      const ShrinkOptions& options) {
  return Explaining{script, profile, subject, failure, options}.run();
}

std::string text(const Script& script, const Explanation& explanation) {
  std::string out = "  fails with these values and with\n";
  for (std::size_t i = 0; i < explanation.steps.size(); ++i) {
    out += fmt::format("    {}  {}{}\n", i + 1, harness::text(script, script.steps[i]),
                       explanation.steps[i].needed ? "" : "  (not needed)");
    if (!explanation.steps[i].arguments.empty()) out += text(arguments_of(explanation.steps[i]));
  }
  const char* const none = explanation.finished ? "nothing that is one change away" : "unknown: ended early";
  return out + fmt::format("  passes  {}\n", explanation.nearest ? explanation.nearest->edit : none);
}

std::string json_text(const Explanation& explanation) {
  json::Array steps;
  for (const StepNeed& step : explanation.steps) steps.add(json_of(step));
  std::string nearest = "null";
  if (explanation.nearest)
    nearest = json::Object{}
                  .add("edit", json::quote(explanation.nearest->edit))
                  .add("scenario", json::quote(write_script(explanation.nearest->script)))
                  .text();
  return json::Object{}
      .add("steps", steps.text())
      .add("passes", nearest)
      .add("finished", explanation.finished ? "true" : "false")
      .text();
}

}  // namespace procreg::harness
