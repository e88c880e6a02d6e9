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
          .local_folder_usable = spec.localFolderUsable.value_or(spec.package.has_value()),
          .dacl = spec.dacl ? &tables.at(*spec.dacl) : nullptr,
          .package = spec.package,
          .stacks = spec.stacks,
          .data = spec.data,
          .private_ = spec.private_,
          .mapped = spec.mapped,
          .loaded_modules = spec.loadedModules};
}

// Those of kinds system-idle and system have pids of their own (OBJ-PROC-02).
std::optional<Pid> pid_of(const ProcessSpec& spec) noexcept {
  const std::optional<Pid> fixed = fixed_pid(spec.kind);
  return fixed ? fixed : spec.pid;
}

}  // namespace

Calls::Calls(Arena& arena, const WorldSpec& world, const Tables& world_tables, const Profile& profile,
             ReportWatcher* const& watcher)
    : settings_{profile, world.limits},
      tables{world_tables},
      kernel{arena, world.machines},
      objects{kernel, settings_.profile},
      app_local_dumps{kernel},
      collector{kernel, settings_.profile, tables, world, app_local_dumps},
      crashes{kernel, settings_.profile, collector, watcher},
      registration{kernel, settings_.profile, settings_.limits, tables, app_local_dumps},
      app_instances{kernel, settings_.profile, world.machines},
      csv_volumes{kernel, app_instances},
      servers{kernel, settings_.profile, tables, app_instances} {
  kernel.watch(crashes);  // first: it notes how a recovery ended while the registrations are still there
  kernel.watch(registration);
  kernel.watch(app_instances);
  kernel.run(servers);
  for (const ProcessSpec& spec : world.processes)
    kernel.create(identity_of(spec, tables), pid_of(spec), spec.threads.count, nullptr);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
