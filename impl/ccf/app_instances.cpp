#include "impl/ccf/app_instances.h"

#include "impl/kernel/gate_visit.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Result code(CcfNullPointer option) noexcept {
  switch (option) {
    case CcfNullPointer::noaccess:
      return Win32Error::ERROR_NOACCESS;
    case CcfNullPointer::access_violation:
      return {ResultKind::exception, static_cast<std::uint32_t>(NtStatus::STATUS_ACCESS_VIOLATION)};
    case CcfNullPointer::invalid_parameter:
      break;
  }
  return Win32Error::ERROR_INVALID_PARAMETER;
}

std::uint64_t big_endian(const std::uint8_t* bytes) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

std::uint32_t little_endian(const std::uint8_t* bytes) noexcept {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

// CCF-OPEN-02, CCF-OPEN-03; nullopt: of another length.
std::optional<OpenedTag> tag_in(const std::vector<std::uint8_t>& ea) noexcept {
  if (ea.size() != 16 && ea.size() != 20) return std::nullopt;
  const Guid id{big_endian(ea.data()), big_endian(ea.data() + 8)};
  return OpenedTag{id, ea.size() == 20 ? little_endian(ea.data() + 16) : 0};
}

}  // namespace

AppInstances::AppInstances(Kernel& kernel, const Profile& profile, std::span<const MachineSpec> machines) noexcept
    : kernel_{kernel}, profile_{profile} {
  auto* memory = static_cast<Filter*>(kernel.arena().allocate(machines.size() * sizeof(Filter)));
  for (std::size_t i = 0; i < machines.size(); ++i)
    ::new (static_cast<void*>(memory + i)) Filter{kernel, profile, machines[i].ccf};
  filters_ = {memory, machines.size()};
}

Result AppInstances::register_app_instance(ProcessRef caller, HandleValue process, const Guid* instance,
                                           bool children_inherit) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (instance == nullptr) return code(profile_[choice::ccf_null_pointer]);
  return at(self->identity.key.machine).control(*self, {process, *instance, children_inherit});
}

Result AppInstances::open_tag(ProcessRef caller, const std::vector<std::uint8_t>* ea, OpenedTag& opened) noexcept {
  std::unique_lock<Kernel::Lifecycle> counter_stays;
  if (profile_[choice::app_instance_untagged_open] == AppInstanceUntaggedOpen::fresh_id_per_open)
    counter_stays = std::unique_lock{kernel_.lifecycle};
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  return open(*visit.caller(), ea, opened);
}

Result AppInstances::open(Process& caller, const std::vector<std::uint8_t>* ea, OpenedTag& opened) noexcept {
  Filter& filter = at(caller.identity.key.machine);
  const auto known = filter.tag_of_open(caller);
  opened = {};
  if (!known) return NtStatus::STATUS_SUCCESS;
  if (ea != nullptr) {
    const auto given = tag_in(*ea);
    if (!given) return NtStatus::STATUS_EA_CORRUPT_ERROR;
    opened = *given;
  } else {
    opened = tag_of(*known, filter);
  }
  const bool zero_not_sent = profile_[choice::app_instance_zero_guid] == AppInstanceZeroGuid::accept_not_sent;
  if (zero_not_sent && opened.id == zero_guid) opened.id.reset();
  return NtStatus::STATUS_SUCCESS;
}

// CCF-OPEN-05, CCF-OPEN-11
OpenedTag AppInstances::tag_of(const std::optional<Tag>& known, Filter& filter) noexcept {
  const std::uint32_t csv_flags = known ? known->csv_flags : 0;
  if (known && known->has_id) return {known->id, csv_flags};
  if (profile_[choice::app_instance_untagged_open] == AppInstanceUntaggedOpen::no_context)
    return {std::nullopt, csv_flags};
  return {filter.fresh_id(), csv_flags};
}

Result AppInstances::filter_load(MachineIndex machine) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  return at(machine).load();
}

Result AppInstances::filter_unload(MachineIndex machine) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  return at(machine).unload();
}

Result AppInstances::fail_allocation(MachineIndex machine, std::uint32_t n) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  at(machine).fail_allocation(n);
  return applied;
}

void AppInstances::created(Process& child, const Process& parent, const Process& creator) noexcept {
  at(child.identity.key.machine).child_created(child, parent, creator);
}

void AppInstances::exiting(Process& process) noexcept { at(process.identity.key.machine).process_exiting(process); }

}  // namespace procreg::impl::inline PROCREG_SYNC
