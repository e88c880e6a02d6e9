// The versions of application instances (ccf.md 8). The steps are those of its pipelines.
#include <algorithm>

#include "model/ccf/opens.h"
#include "model/ccf/process_handle.h"
#include "model/rules.h"

namespace procreg::model {

using enum Win32Error;

namespace {

bool loaded(Draft& world, MachineIndex machine) {
  world.applies("CCF-FLT-01");
  if (world.machine(machine).filter == FilterState::loaded) return true;
  world.applies("CCF-FLT-02");
  return false;
}

bool carried(const Machine& machine, Guid id) {
  return std::any_of(machine.tags.begin(), machine.tags.end(),
                     [&](const Tag& tag) { return tag.has_id && tag.id == id; });
}

// Its place, made when it has none.
Version& version_of(Edit& next, MachineIndex machine, Guid id) {
  Versions& versions = next.versions(machine);
  const auto place =
      std::find_if(versions.begin(), versions.end(), [&](const Version& version) { return version.id >= id; });
  if (place != versions.end() && place->id == id) return *place;
  return *versions.insert(place, Version{.id = id});
}

// Steps 5 and 6 of 8.1.
Ruling& store(Draft& world, MachineIndex machine, Guid id, VersionPair version) {
  const bool known = find_version(world.machine(machine), id) != nullptr;
  if (!known && world.ccf_allocation_fails(machine)) return world.refuse(ERROR_NOT_ENOUGH_MEMORY, "CCF-VER-02");
  world.applies_if(version == VersionPair{}, "CCF-VER-05");
  world.applies_if(known && has_open_with(world.now(), id), "CCF-VER-11");
  world.applies_if(known && has_open_with(world.now(), id), "CCF-OPEN-07");
  return world.commit(ERROR_SUCCESS, "CCF-VER-01", [&](Edit& next) {
    Version& entry = version_of(next, machine, id);
    entry.version = version;
    entry.last_status = next.shaped("CCF-VER-08", NtStatus::STATUS_SUCCESS);
  });
}

// Step 4 of 8.1.
Ruling& store_again(Draft& world, MachineIndex machine, const Version& old, VersionPair version, Choices& choices) {
  world.applies("CCF-VER-04");
  switch (choices.take(choice::version_not_greater)) {
    case VersionNotGreater::fail_already_exists:
      return world.refuse(ERROR_OBJECT_ALREADY_EXISTS, "CCF-VER-04");
    case VersionNotGreater::fail_invalid_parameter:
      if (version > old.version) break;
      return world.refuse(ERROR_INVALID_PARAMETER, "CCF-VER-04");
    case VersionNotGreater::overwrite:
      break;
  }
  return store(world, machine, old.id, version);
}

void write_zero(Draft& world, const QueryAppInstanceVersion& call) {
  if (call.InstanceVersionHigh.valid) world.output<QueryAppInstanceVersion>(0, 0);
  if (call.InstanceVersionLow.valid) world.output<QueryAppInstanceVersion>(1, 0);
  if (call.VersionStatus.valid) world.output<QueryAppInstanceVersion>(2, 0);
}

// What the outputs of a query hold that fails: an exception leaves them alone.
Ruling& failed(Draft& world, const QueryAppInstanceVersion& call, Ruling& ruling, Choices& choices) {
  if (ruling.answer.result.kind == ResultKind::exception) return ruling;
  if (choices.take(choice::version_query_outputs_on_failure) == VersionQueryOutputsOnFailure::zeroed)
    write_zero(world, call);
  return ruling;
}

// Step 3 of 8.2.
Ruling& unknown(Draft& world, const QueryAppInstanceVersion& call, Choices& choices) {
  if (choices.take(choice::version_query_unknown) == VersionQueryUnknown::fail_not_found)
    return failed(world, call, world.refuse(ERROR_NOT_FOUND, "CCF-VER-06"), choices);
  write_zero(world, call);
  return world.answer(ERROR_SUCCESS, "CCF-VER-06");
}

void note_reset(Draft& world, const Machine& machine) {
  for (const Version& version : machine.versions) world.applies_if(carried(machine, version.id), "CCF-VER-12");
}

}  // namespace

Ruling& rule(Draft& world, const RegisterAppInstanceVersion& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  if (!call.AppInstanceId.value.has_value()) return ccf_null_pointer(world, choices);
  if (!loaded(world, machine)) return world.refuse(ERROR_NOT_FOUND, "CCF-VER-02");

  const Guid id = *call.AppInstanceId.value;
  if (id == zero_guid && choices.take(choice::app_instance_zero_guid) == AppInstanceZeroGuid::invalid_parameter)
    return world.refuse(ERROR_INVALID_PARAMETER, "CCF-REG-23");
  if (!carried(world.machine(machine), id)) {
    world.applies("CCF-VER-03");
    if (choices.take(choice::version_unregistered_guid) == VersionUnregisteredGuid::fail_not_found)
      return world.refuse(ERROR_NOT_FOUND, "CCF-VER-03");
  }

  const VersionPair version{static_cast<std::uint64_t>(call.InstanceVersionHigh),
                            static_cast<std::uint64_t>(call.InstanceVersionLow)};
  const Version* old = find_version(world.machine(machine), id);
  if (old != nullptr) return store_again(world, machine, *old, version, choices);
  return store(world, machine, id, version);
}

Ruling& rule(Draft& world, const QueryAppInstanceVersion& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  const bool all_there = call.AppInstanceId.value.has_value() && call.InstanceVersionHigh.valid &&
                         call.InstanceVersionLow.valid && call.VersionStatus.valid;
  if (!all_there) return failed(world, call, ccf_null_pointer(world, choices), choices);
  if (!loaded(world, machine)) return failed(world, call, world.refuse(ERROR_NOT_FOUND, "CCF-VER-02"), choices);

  const Version* known = find_version(world.machine(machine), *call.AppInstanceId.value);
  if (known == nullptr) return unknown(world, call, choices);
  const bool shows = choices.take(choice::version_status_meaning) == VersionStatusMeaning::last_create_status;
  const NtStatus status = world.shaped("CCF-VER-07", shows ? known->last_status : NtStatus::STATUS_SUCCESS);
  world.output<QueryAppInstanceVersion>(0, known->version.high);
  world.output<QueryAppInstanceVersion>(1, known->version.low);
  world.output<QueryAppInstanceVersion>(2, static_cast<std::uint32_t>(status));
  return world.answer(ERROR_SUCCESS, "CCF-VER-01");
}

Ruling& rule(Draft& world, const ResetAllAppInstanceVersions& call, Choices& choices) {
  const MachineIndex machine = call.by.raw.machine;
  if (!loaded(world, machine)) return world.refuse(ERROR_NOT_FOUND, "CCF-VER-02");
  const bool tags = choices.take(choice::version_reset_scope) == VersionResetScope::versions_and_tags;
  return world.commit(ERROR_SUCCESS, "CCF-VER-01", [&](Edit& next) {
    note_reset(next, next.machine(machine));
    if (!next.machine(machine).versions.empty()) next.versions(machine).clear();
    if (!tags || next.machine(machine).tags.empty()) return;
    next.applies("CCF-REG-26");
    next.tags(machine).clear();
  });
}

}  // namespace procreg::model
