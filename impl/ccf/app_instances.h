#pragma once

#include <span>
#include <vector>

#include "api/profile.h"
#include "api/step.h"
#include "api/world.h"
#include "impl/ccf/filter.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// RegisterAppInstance and OpenTag as a program calls them, and the filters of all machines that they reach. Takes the lifecycle
// lock, but opening takes the gate of the caller only, unless the profile gives every open an id of its own.
class AppInstances final : public ProcessWatcher {
 public:
  AppInstances(Kernel& kernel, const Profile& profile, std::span<const MachineSpec> machines) noexcept;

  // `instance` nullptr: NULL.
  Result register_app_instance(ProcessRef caller, HandleValue process, const Guid* instance,
                               bool children_inherit) noexcept;
  // `ea` nullptr: the open has none. `opened` is written on success.
  Result open_tag(ProcessRef caller, const std::vector<std::uint8_t>* ea, OpenedTag& opened) noexcept;

  Result filter_load(MachineIndex machine) noexcept;
  Result filter_unload(MachineIndex machine) noexcept;
  Result fail_allocation(MachineIndex machine, std::uint32_t n) noexcept;

  void created(Process& child, const Process& parent, const Process& creator) noexcept override;
  void exiting(Process& process) noexcept override;

  const Filter& filter(MachineIndex machine) const noexcept { return filters_[static_cast<std::size_t>(machine)]; }

 private:
  Filter& at(MachineIndex machine) noexcept { return filters_[static_cast<std::size_t>(machine)]; }
  Result open(Process& caller, const std::vector<std::uint8_t>* ea, OpenedTag& opened) noexcept;
  OpenedTag tag_of(const std::optional<Tag>& known, Filter& filter) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  std::span<Filter> filters_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
