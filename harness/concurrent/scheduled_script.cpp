#include "harness/concurrent/scheduled_script.h"

#include <algorithm>

#include "harness/scenario/field_value.h"
#include "harness/search/repair.h"

namespace procreg::harness {

namespace {

bool binds_a_name(const Step& step) {
  Step copy = step;
  const Binds* as = binds(copy);
  return as != nullptr && as->base != 0;
}

// What WER restarts is bound without being asked for.
bool names_a_restart(const Step& step) {
  bool found = false;
  each_value(step, [&found](const auto& value) {
    if constexpr (requires { value.name.base; }) found = found || is_restart(value.name);
  });
  return found;
}

}  // namespace

ScheduledScript::ScheduledScript(Restorable& subject, const Script& script, const Profile& profile)
    : subject_{subject}, script_{script}, profile_{profile}, lockstep_{subject} {
  Coverage coverage;
  lockstep_.begin(script.world, script.tables, script.names.size(), profile);
  for (const Step& step : script.steps) {
    divergence_ = lockstep_.step(step, coverage);
    if (divergence_) return;
  }
  subject_.save(root_);
  std::size_t steps = 0;
  for (std::size_t thread = 0; thread < script.parallel.size(); ++thread) {
    prepare(thread);
    steps += script.parallel[thread].size();
    bodies_.emplace_back([this, thread] { perform_all(thread); });
  }
  history_.reserve(steps);
}

void ScheduledScript::prepare(std::size_t thread) {
  const std::vector<Step>& steps = script_.parallel[thread];
  Thread& prepared = threads_.emplace_back();
  prepared.binds = std::any_of(steps.begin(), steps.end(),
                               [](const Step& step) { return binds_a_name(step) || names_a_restart(step); });
  for (const Step& step : steps) prepared.steps.push_back(lockstep_.bindings().resolve(step));
}

RunEnd ScheduledScript::run(Strategy& strategy, std::size_t points_max) {
  subject_.restore(root_);
  history_.clear();
  clock_ = 0;
  for (Thread& thread : threads_)
    if (thread.binds) thread.bindings = lockstep_.bindings();
  const RunEnd end = scheduler_.run(bodies_, strategy, points_max);
  end_.clear();
  if (end == RunEnd::done) subject_.snapshot(end_);
  return end;
}

void ScheduledScript::perform_all(std::size_t index) {
  Thread& thread = threads_[index];
  if (!thread.binds) {
    for (const Step& step : thread.steps) perform(index, step);
    return;
  }
  for (const Step& step : script_.parallel[index])
    thread.bindings.bind(step, perform(index, thread.bindings.resolve(step)));
}

Answer ScheduledScript::perform(std::size_t thread, const Step& step) {
  schedule::before(schedule::PointKind::call, nullptr, "");
  const std::size_t index = history_.size();
  history_.push_back({.thread = static_cast<std::uint16_t>(thread), .step = step, .called = clock_++});
  const Answer answer = subject_.perform(step);
  schedule::before(schedule::PointKind::returned, nullptr, "");
  history_[index].answer = answer;
  history_[index].returned = clock_++;
  return answer;
}

}  // namespace procreg::harness
