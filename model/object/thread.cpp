// Threads of a process that is there already (OBJ-PROC-18, WER-ALL-45).
#include <algorithm>

#include "model/object/process.h"
#include "model/rules.h"
#include "model/wer/life.h"

namespace procreg::model {

namespace {

bool live_somewhere(const State& state, Tid tid) {
  for (const Machine& machine : state.machines) {
    for (const Process& process : machine.processes) {
      if (find_thread(process, tid) != nullptr) return true;
    }
  }
  return false;
}

bool tid_can_be_given(const State& state, std::optional<Tid> given) {
  return given.has_value() ? !live_somewhere(state, *given) : tids_left(state, 1);
}

bool has_normal_life(const Process& process) {
  return process.core.state == ProcessState::Running || process.core.state == ProcessState::Hung;
}

}  // namespace

Ruling& rule(Draft& world, const CreateThread& event, Choices&) {
  const ProcessKey key = event.process.raw;
  if (!has_normal_life(world.process(key))) return world.refuse(not_applicable, "WER-ALL-44");
  if (!tid_can_be_given(world.now(), event.tid.value)) return world.refuse(not_applicable, "OBJ-PROC-18");
  return world.commit(applied, "WER-ALL-45", [&](Edit& next) {
    next.effect("WER-ALL-45", [&] {
      const NameRef name{event.as.base, itself_part};
      next.made(number(add_thread(next, key, name, event.tid.value)));
    });
  });
}

Ruling& rule(Draft& world, const ExitThread& event, Choices& choices) {
  const ProcessKey key = event.process.raw;
  const Process& process = world.process(key);
  if (!has_normal_life(process) || find_thread(process, event.thread.raw) == nullptr)
    return world.refuse(not_applicable, "WER-ALL-44");
  return world.commit(applied, "WER-ALL-45", [&](Edit& next) {
    next.effect("WER-ALL-45", [&] {
      if (next.process(key).threads.size() == 1) return end_process(next, key, 0, {}, choices);
      end_thread(next, key, event.thread.raw);
    });
  });
}

}  // namespace procreg::model
