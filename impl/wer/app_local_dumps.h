#pragma once

#include <cstdint>
#include <span>

#include "api/value.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// For each machine its processes that have registered an app-local dump, in the order of their last registration. The lifecycle
// lock guards it.
class AppLocalDumps {
 public:
  explicit AppLocalDumps(Kernel& kernel) noexcept;

  // The process registers, again if it is among them already.
  void put_last(Process& process) noexcept;
  // It is among them.
  void remove(Process& process) noexcept;

  std::uint32_t size(MachineIndex machine) const noexcept { return at(machine).size; }
  const Process* first(MachineIndex machine) const noexcept { return at(machine).first; }
  // Of the processes of a package the one that registered last, nullptr: none.
  const Process* last_of(MachineIndex machine, TextRef package) const noexcept;

 private:
  struct List {
    Process* first{};
    Process* last{};
    std::uint32_t size{};
  };
  List& at(MachineIndex machine) noexcept { return lists_[static_cast<std::size_t>(machine)]; }
  const List& at(MachineIndex machine) const noexcept { return lists_[static_cast<std::size_t>(machine)]; }
  static bool is_in(const List& list, const Process& process) noexcept {
    return process.previous_dumping != nullptr || list.first == &process;
  }

  std::span<List> lists_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
