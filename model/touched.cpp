#include "model/touched.h"

#include <utility>

namespace procreg::model {

namespace {

Process* writable(State& state, ProcessKey key) { return const_cast<Process*>(find(std::as_const(state), key)); }

void copy_machine_head(const Machine& from, Machine& to) {
  to.filter = from.filter;
  to.next_pid = from.next_pid;
  to.next_process = from.next_process;
  to.next_object = from.next_object;
  to.fresh_counter = from.fresh_counter;
}

void copy_process_part(Part part, const Process& from, Process& to) {
  switch (part) {
    case Part::core:
      to.core = from.core;
      break;
    case Part::threads:
      to.threads = from.threads;
      break;
    case Part::handles:
      to.handles = from.handles;
      break;
    case Part::wer:
      to.wer = from.wer;
      break;
    case Part::heap:
      to.heap = from.heap;
      break;
    default:
      break;
  }
}

void copy_process_part(const TouchedPart& part, const State& from, State& to) {
  const Process* source = find(from, part.of);
  Process* target = writable(to, part.of);
  if (source != nullptr && target != nullptr) copy_process_part(part.part, *source, *target);
}

}  // namespace

void copy_part(const TouchedPart& part, const State& from, State& to) {
  const auto machine = number(part.of.machine);
  switch (part.part) {
    case Part::clock:
      to.now = from.now;
      break;
    case Part::tids:
      to.next_tid = from.next_tid;
      break;
    case Part::reports:
      to.reports = from.reports;
      break;
    case Part::machine:
      copy_machine_head(from.machines[machine], to.machines[machine]);
      break;
    case Part::tags:
      to.machines[machine].tags = from.machines[machine].tags;
      break;
    case Part::faults:
      to.machines[machine].faults = from.machines[machine].faults;
      break;
    case Part::objects:
      to.machines[machine].objects = from.machines[machine].objects;
      break;
    case Part::processes:
      to.machines[machine].processes = from.machines[machine].processes;
      break;
    default:
      copy_process_part(part, from, to);
      break;
  }
}

}  // namespace procreg::model
