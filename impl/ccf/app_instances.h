#pragma once

#include <mutex>
#include <optional>
#include <span>

#include "api/profile.h"
#include "api/step.h"
#include "api/world.h"
#include "impl/ccf/filter.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Where the outputs of QueryAppInstanceVersion go; nullptr: NULL. What is not written stays absent.
struct VersionOutputs {
  std::optional<std::uint64_t>* high{};
  std::optional<std::uint64_t>* low{};
  std::optional<NtStatus>* status{};
};

// The functions of application instances as a program calls them, what its opens carry, and the filters of all machines that they
// reach. Takes the lifecycle lock, but opening takes the gate of the caller only, unless the profile gives every open an id of its
// own.
class AppInstances final : public ProcessWatcher {
 public:
  AppInstances(Kernel& kernel, const Profile& profile, std::span<const MachineSpec> machines) noexcept;

  // `instance` nullptr: NULL.
  Result register_app_instance(ProcessRef caller, HandleValue process, const Guid* instance,
                               bool children_inherit) noexcept;
  Result set_app_instance_csv_flags(ProcessRef caller, HandleValue process, std::uint32_t mask,
                                    std::uint32_t flags) noexcept;
  Result register_app_instance_version(ProcessRef caller, const Guid* instance, VersionPair version) noexcept;
  // The outputs are written on success, and set to 0 on a nonzero return where the profile says so.
  Result query_app_instance_version(ProcessRef caller, const Guid* instance, const VersionOutputs& outputs) noexcept;
  Result reset_all_app_instance_versions(ProcessRef caller) noexcept;
  // `opened` is written on success.
  Result open_tag(ProcessRef caller, ExtendedAttribute ea, OpenedTag& opened) noexcept;

  // --- For the calls that open files ---

  // Held from before the gate of the caller to the end of a step that may send an id: it holds the lifecycle lock where untagged
  // opens get ids of their own, and nothing under every predefined profile.
  std::unique_lock<Kernel::Lifecycle> steady_counter() noexcept;
  // nullopt: the extended attribute is at fault (CCF-OPEN-04). The gate of the caller is held, and every lock that the open goes on
  // to need (below it in the lock order): the tag is that of the instant of this call, and with these held that can be the
  // instant of the step. Takes no lock.
  std::optional<OpenedTag> tag_of_open(Process& caller, ExtendedAttribute ea, Sends sends) noexcept;
  // What the server answered to an open that sent the version of its tag (CCF-VER-08), before those locks are given back.
  static void note_create_status(const OpenedTag& sent, NtStatus status) noexcept;

  Result filter_load(MachineIndex machine) noexcept;
  Result filter_unload(MachineIndex machine) noexcept;
  Result fail_allocation(MachineIndex machine, std::uint32_t n) noexcept;

  void created(Process& child, const Process& parent, const Process& creator) noexcept override;
  void exiting(Process& process) noexcept override;

  const Filter& filter(MachineIndex machine) const noexcept { return filters_[static_cast<std::size_t>(machine)]; }

 private:
  Filter& at(MachineIndex machine) noexcept { return filters_[static_cast<std::size_t>(machine)]; }
  Result query(const Process& caller, const Guid* instance, const VersionOutputs& outputs) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  std::span<Filter> filters_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
