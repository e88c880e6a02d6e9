// Every call and event of a world as a typed function: what World::perform, the C interface and benchmarks stand on.
//
//   auto& calls = world.calls();
//   const ProcessRef main = calls.kernel.find({MachineIndex{0}, ObjectId{1}});
//   calls.registration.wer_register_additional_process(main, Pid{1004}, no_thread);
#pragma once

#include "impl/ccf/app_instances.h"
#include "impl/csv/volumes.h"
#include "impl/kernel/kernel.h"
#include "impl/kernel/object_calls.h"
#include "impl/smb/servers.h"
#include "impl/wer/crash_service.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct Settings {
  Profile profile;
  Limits limits;
};

// All functions are safe from any thread. A reset of the world ends this and every ProcessRef.
class Calls {
 public:
  // `watcher`: where the watcher of the reports stands (CrashService).
  Calls(Arena& arena, const WorldSpec& world, const Tables& tables, const Profile& profile,
        ReportWatcher* const& watcher);
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

 private:
  Settings settings_;

 public:
  const Tables& tables;
  Kernel kernel;
  ObjectCalls objects;
  AppLocalDumps app_local_dumps;
  Collector collector;
  CrashService crashes;
  Registration registration;
  AppInstances app_instances;
  CsvVolumes csv_volumes;
  Servers servers;
};

// Appends the canonical snapshot. Beside no step.
void write_snapshot(const Calls& calls, SnapshotWords& words);

}  // namespace procreg::impl::inline PROCREG_SYNC
