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

}  // namespace

AppInstances::AppInstances(Kernel& kernel, const Profile& profile, std::span<const MachineSpec> machines) noexcept
    : kernel_{kernel}, profile_{profile} {
  auto* memory = static_cast<Filter*>(kernel.arena().allocate(machines.size() * sizeof(Filter)));
  for (std::size_t i = 0; i < machines.size(); ++i)
    ::new (static_cast<void*>(memory + i))
        Filter{kernel, profile, MachineIndex{static_cast<std::uint8_t>(i)}, machines[i].ccf};
  filters_ = {memory, machines.size()};
}

Result AppInstances::register_app_instance(ProcessRef caller, HandleValue process, const Guid* instance,
                                           bool children_inherit) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (instance == nullptr) return code(profile_[choice::ccf_null_pointer]);
  return at(self->identity.key.machine).control(*self, RegisterRequest{process, *instance, children_inherit});
}

Result AppInstances::set_app_instance_csv_flags(ProcessRef caller, HandleValue process, std::uint32_t mask,
                                                std::uint32_t flags) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  return at(self->identity.key.machine).control(*self, CsvFlagsRequest{process, mask, flags});
}

Result AppInstances::register_app_instance_version(ProcessRef caller, const Guid* instance,
                                                   VersionPair version) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  const Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (instance == nullptr) return code(profile_[choice::ccf_null_pointer]);
  return at(self->identity.key.machine).register_version(*instance, version);
}

Result AppInstances::query_app_instance_version(ProcessRef caller, const Guid* instance,
                                                const VersionOutputs& outputs) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  const Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  const Result result = query(*self, instance, outputs);
  const bool refused = result.kind == ResultKind::win32 && result != Result{Win32Error::ERROR_SUCCESS};
  if (refused && profile_[choice::version_query_outputs_on_failure] == VersionQueryOutputsOnFailure::zeroed) {
    if (outputs.high != nullptr) *outputs.high = 0;
    if (outputs.low != nullptr) *outputs.low = 0;
    if (outputs.status != nullptr) *outputs.status = NtStatus::STATUS_SUCCESS;
  }
  return result;
}

Result AppInstances::query(const Process& caller, const Guid* instance, const VersionOutputs& outputs) noexcept {
  if (instance == nullptr || outputs.high == nullptr || outputs.low == nullptr || outputs.status == nullptr)
    return code(profile_[choice::ccf_null_pointer]);
  VersionPair version;
  NtStatus status{};
  const Result result = at(caller.identity.key.machine).query_version(*instance, version, status);
  if (result != Result{Win32Error::ERROR_SUCCESS}) return result;
  *outputs.high = version.high;
  *outputs.low = version.low;
  *outputs.status = status;
  return result;
}

Result AppInstances::reset_all_app_instance_versions(ProcessRef caller) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  const Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  return at(self->identity.key.machine).reset_versions();
}

Result AppInstances::open_tag(ProcessRef caller, ExtendedAttribute ea, OpenedTag& opened) noexcept {
  const auto counter_stays = steady_counter();
  const GateVisit visit{caller};
  if (visit.caller() == nullptr) return not_runnable;
  const auto tag = tag_of_open(*visit.caller(), ea, Sends::id_and_version);
  if (!tag) return NtStatus::STATUS_EA_CORRUPT_ERROR;
  opened = *tag;
  return NtStatus::STATUS_SUCCESS;
}

std::unique_lock<Kernel::Lifecycle> AppInstances::steady_counter() noexcept {
  if (profile_[choice::app_instance_untagged_open] == AppInstanceUntaggedOpen::no_context) return {};
  return std::unique_lock{kernel_.lifecycle};
}

std::optional<OpenedTag> AppInstances::tag_of_open(Process& caller, ExtendedAttribute ea, Sends sends) noexcept {
  return at(caller.identity.key.machine).tag_of_open(caller, ea, sends);
}

void AppInstances::note_create_status(const OpenedTag& sent, NtStatus status) noexcept {
  if (sent.version) VersionTable::note(*sent.version, status);
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
