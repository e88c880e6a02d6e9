#include "harness/judge/subject_names.h"

namespace procreg::harness {

void SubjectNames::clear(std::size_t names) {
  names_.clear(names);
  threads_.assign(names + 1, {});
}

void SubjectNames::bind_world(const WorldSpec& world, const std::vector<BegunProcess>& processes) {
  for (std::size_t i = 0; i < processes.size(); ++i) {
    const ProcessSpec& spec = world.processes[i];
    if (spec.name == 0) continue;
    const BegunProcess& begun = processes[i];
    names_.set(spec.name, {.is = true,
                           .process = {spec.machine, ObjectId{begun.process}},
                           .pid = begun.pid,
                           .first_tid = begun.threads.front(),
                           .threads = spec.threads.count,
                           .handle = unowned_handle,
                           .thread_handle = unowned_handle});
    threads_[spec.name] = begun.threads;
  }
}

void SubjectNames::bind(const Step& step, const ForeignAnswer& answer, std::span<const Restarted> named) {
  if (!can_restart(step)) names_.bind(step, answer.answer);
  if (std::holds_alternative<CreateProcess>(step)) threads_[given_by(step)] = answer.threads;
  for (std::size_t i = 0; i < named.size(); ++i) {
    Restarted made = i < answer.restarted.size() ? answer.restarted[i] : named[i];
    made.name = named[i].name;
    names_.bind(made);
  }
}

Tid SubjectNames::tid(NameRef name) const {
  const auto& tids = threads_[name.base];
  if (tids.empty() || is_restart(name) || name.part < first_thread_part) return names_.tid(name);
  const std::size_t k = name.part - std::size_t{first_thread_part};
  return names_.at(name.base).is && k < tids.size() ? tids[k] : unowned_tid;
}

}  // namespace procreg::harness
