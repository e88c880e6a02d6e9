#include "model/draft.h"

#include <algorithm>

namespace procreg::model {

namespace {

// Every countdown drops by 1; true when some reached 0, which are then gone.
bool lower(Countdowns& countdowns) {
  for (auto& countdown : countdowns) --countdown;
  const auto pending = std::find_if(countdowns.begin(), countdowns.end(), [](auto n) { return n != 0; });
  const bool hit = pending != countdowns.begin();
  countdowns.erase(countdowns.begin(), pending);
  return hit;
}

}  // namespace

void add(Countdowns& countdowns, Countdown n) {
  const auto count = static_cast<std::uint32_t>(n);
  countdowns.insert(std::upper_bound(countdowns.begin(), countdowns.end(), count), count);
}

Open& Edit::open(ServerIndex server, DurableId id) {
  const auto place = find_open(now().servers[number(server)], id) - now().servers[number(server)].opens.data();
  return opens(server)[static_cast<std::size_t>(place)];
}

void Draft::set_last_error(ProcessKey by, Win32Error code) {
  effect("OBJ-HND-12", [&] {
    const auto error = static_cast<std::uint32_t>(code);
    if (process(by).core.last_error != error) edit().core(by).last_error = error;
  });
}

bool Draft::heap_fails(ProcessKey key) {
  bool fails = false;
  effect("WER-ALL-53", [&] {
    effect("WER-ALL-54", [&] {
      const Process& caller = process(key);
      const Heap& heap = caller.heap;
      if (!heap.countdowns.empty()) fails = lower(edit().heap(key).countdowns);
      if (!fails && heap.capacity.has_value()) fails = shaped("WER-ALL-55", caller.wer.alive) >= *heap.capacity;
    });
  });
  return fails;
}

bool Draft::recovery_api_fails(ProcessKey key) {
  return !process(key).core.recovery_faults.empty() && lower(edit().core(key).recovery_faults);
}

bool Draft::ccf_allocation_would_fail(MachineIndex index) const { return due(machine(index).faults); }

bool Draft::ccf_allocation_fails(MachineIndex index) {
  bool fails = false;
  effect("CCF-FLT-10", [&] {
    if (machine(index).faults.empty()) return;
    effect("CCF-FLT-09", [&] { fails = lower(edit().faults(index)); });
  });
  return fails;
}

}  // namespace procreg::model
