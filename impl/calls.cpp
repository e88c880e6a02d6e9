#include "impl/calls.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

Identity identity_of(const ProcessSpec& spec, const Tables& tables) noexcept {
  return {.key = {spec.machine, no_object},
          .name = GivenName{spec.name},
          .kind = spec.kind,
          .user = spec.user,
          .se_debug = spec.se_debug,
          .protected_ = spec.protected_,
          .dumpable = spec.dumpable.value_or(!spec.protected_),
          .dacl = spec.dacl ? &tables.at(*spec.dacl) : nullptr,
          .package = spec.package};
}

// Those of kinds system-idle and system have pids of their own (OBJ-PROC-02).
std::optional<Pid> pid_of(const ProcessSpec& spec) noexcept {
  if (spec.kind == ProcessKind::system_idle) return Pid{0};
  if (spec.kind == ProcessKind::system) return Pid{4};
  return spec.pid;
}

}  // namespace

Calls::Calls(Arena& arena, const WorldSpec& world, const Tables& world_tables, const Profile& profile)
    : settings_{profile, world.limits},
      tables{world_tables},
      kernel{arena, world.machines},
      objects{kernel, settings_.profile},
      crashes{kernel, settings_.profile, {world.additionalDataRequested, world.forceQueue}},
      registration{kernel, settings_.profile, settings_.limits, tables},
      app_instances{kernel, settings_.profile, world.machines} {
  kernel.watch(crashes);  // first: it notes how a recovery ended while the registrations are still there
  kernel.watch(registration);
  kernel.watch(app_instances);
  for (const ProcessSpec& spec : world.processes)
    kernel.create(identity_of(spec, tables), pid_of(spec), spec.threads.count, nullptr);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
