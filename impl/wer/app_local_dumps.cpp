#include "impl/wer/app_local_dumps.h"

namespace procreg::impl::inline PROCREG_SYNC {

AppLocalDumps::AppLocalDumps(Kernel& kernel) noexcept : lists_{kernel.arena().array<List>(kernel.machines().size())} {}

void AppLocalDumps::put_last(Process& process) noexcept {
  List& list = at(process.identity.key.machine);
  if (is_in(list, process)) remove(process);
  process.previous_dumping = list.last;
  process.next_dumping = nullptr;
  (list.last == nullptr ? list.first : list.last->next_dumping) = &process;
  list.last = &process;
  ++list.size;
}

void AppLocalDumps::remove(Process& process) noexcept {
  List& list = at(process.identity.key.machine);
  (process.previous_dumping == nullptr ? list.first : process.previous_dumping->next_dumping) = process.next_dumping;
  (process.next_dumping == nullptr ? list.last : process.next_dumping->previous_dumping) = process.previous_dumping;
  process.previous_dumping = process.next_dumping = nullptr;
  --list.size;
}

const Process* AppLocalDumps::last_of(MachineIndex machine, TextRef package) const noexcept {
  const Process* process = at(machine).last;
  while (process != nullptr && process->identity.package != package) process = process->previous_dumping;
  return process;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
