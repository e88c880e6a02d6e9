// Virtual time (wer.md 3.5).
#include <algorithm>
#include <tuple>

#include "model/rules.h"
#include "model/wer/life.h"

namespace procreg::model {

namespace {

struct Timer {
  std::uint64_t due{};
  std::uint64_t stamp{};
  std::uint8_t machine_rank{};
  Pid pid{};
  ProcessKey process{};

  auto order() const { return std::tuple{due, machine_rank, pid}; }
};
using Timers = Small<Timer, 4>;

// A process has at most one: of StopAnswering while it is Running, of its recovery while that runs.
std::optional<std::uint64_t> due_of(const Core& core) {
  return core.running.has_value() ? std::optional{core.running->deadline} : core.answer_due;
}

void add_timers(Draft& world, MachineIndex index, std::uint64_t until, Timers& timers) {
  const Machine& machine = world.machine(index);
  for (const Process& process : machine.processes) {
    const auto due = due_of(process.core);
    if (!due.has_value() || *due == ~std::uint64_t{0}) continue;
    const std::uint64_t stamp = world.shaped("WER-ALL-24", *due + 1);
    if (stamp > until) continue;
    timers.push_back({*due, stamp, machine.name_rank, process.birth.pid, {index, process.birth.object}});
  }
}

// In the order in which they fire. Firing one neither starts nor stops another.
Timers passed(Draft& world, std::uint64_t until) {
  Timers timers;
  for (std::size_t i = 0; i < world.now().machines.size(); ++i) {
    add_timers(world, static_cast<MachineIndex>(i), until, timers);
  }
  std::sort(timers.begin(), timers.end(), [](const Timer& a, const Timer& b) { return a.order() < b.order(); });
  return timers;
}

void fire(Edit& next, const Timer& timer, Binds restarted_as, Choices& choices) {
  next.clock() = timer.stamp;
  if (!recovering(next.process(timer.process))) return becomes_hung(next, timer.process, timer.stamp);
  const std::uint32_t code = exit_code_of(next.process(timer.process));
  next.effect("WER-ALL-37", [&] {
    ends(next, timer.process, {code, RecoveryOutcome::timed_out, restarted_as}, choices);
  });
}

}  // namespace

Ruling& rule(Draft& world, const AdvanceTime& event, Choices& choices) {
  const std::uint64_t until = world.now().now + number(event.ms);
  if (until < world.now().now) return world.refuse(not_applicable, "WER-ALL-23");
  if (event.ms == Duration{0}) return world.answer(applied, "WER-ALL-23");

  const Timers timers = passed(world, until);
  return world.commit(applied, "WER-ALL-23", [&](Edit& next) {
    for (const Timer& timer : timers) {
      const bool first = &timer == timers.data();
      const auto fires = [&] { fire(next, timer, event.restartedAs, choices); };
      if (first) fires();
      if (!first) next.effect("WER-ALL-25", fires);
    }
    next.clock() = until;
  });
}

}  // namespace procreg::model
