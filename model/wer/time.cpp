// Virtual time (wer.md 3.5).
#include <algorithm>
#include <tuple>

#include "model/rules.h"
#include "model/smb/forced_close.h"
#include "model/wer/life.h"

namespace procreg::model {

namespace {

// Of a process, or of an orphan of a server.
struct Timer {
  std::uint64_t due{};
  std::uint64_t stamp{};
  bool of_orphan{};
  std::size_t rank{};      // of the machine or the server by name
  std::uint32_t number{};  // pid or durable id
  ProcessKey process{};
  ServerIndex server{};

  auto order() const { return std::tuple{due, of_orphan, rank, number}; }
};
using Timers = Small<Timer, 4>;

// Adds the timer if it is passed.
void add(Draft& world, std::uint64_t until, Timer timer, Timers& timers) {
  if (timer.due == ~std::uint64_t{0}) return;
  timer.stamp = world.shaped("WER-ALL-24", timer.due + 1);
  if (timer.stamp <= until) timers.push_back(timer);
}

// A process has at most one: of StopAnswering while it is Running, of its recovery while that runs.
std::optional<std::uint64_t> due_of(const Core& core) {
  return core.running.has_value() ? std::optional{core.running->deadline} : core.answer_due;
}

void add_timers(Draft& world, MachineIndex index, std::uint64_t until, Timers& timers) {
  const Machine& machine = world.machine(index);
  for (const Process& process : machine.processes) {
    const auto due = due_of(process.core);
    if (!due.has_value()) continue;
    add(world, until,
        {.due = *due,
         .rank = machine.name_rank,
         .number = number(process.birth.pid),
         .process = {index, process.birth.object}},
        timers);
  }
}

std::size_t rank_of(Draft& world, const Server& server) {
  const auto& servers = world.now().servers;
  const auto earlier = std::count_if(servers.begin(), servers.end(), [&](const Server& other) {
    return world.tables().at(other.name) < world.tables().at(server.name);
  });
  return static_cast<std::size_t>(earlier);
}

void add_timers(Draft& world, const Server& server, std::uint64_t until, Timers& timers) {
  const std::size_t rank = rank_of(world, server);
  for (const Open& open : server.opens) {
    if (!open.deadline.has_value()) continue;
    add(world, until,
        {.due = *open.deadline,
         .of_orphan = true,
         .rank = rank,
         .number = number(open.durable_id),
         .server = index_of(world.now(), server)},
        timers);
  }
}

// In the order in which they fire. Firing one neither starts nor stops another.
Timers passed(Draft& world, std::uint64_t until) {
  Timers timers;
  for (std::size_t i = 0; i < world.now().machines.size(); ++i) {
    add_timers(world, static_cast<MachineIndex>(i), until, timers);
  }
  for (const Server& server : world.now().servers) add_timers(world, server, until, timers);
  std::sort(timers.begin(), timers.end(), [](const Timer& a, const Timer& b) { return a.order() < b.order(); });
  return timers;
}

void fire(Edit& next, const Timer& timer, Binds restarted_as, Choices& choices) {
  next.clock() = timer.stamp;
  if (timer.of_orphan)
    return next.effect("SMB-DUR-06",
                       [&] { force_close(next, timer.server, DurableId{timer.number}, ForcedClose::timeout); });
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
