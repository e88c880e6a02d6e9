// The full implementation as one simulated world: machines, processes, WER service and CCF filter, behind one entrance a step.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "api/profile.h"
#include "api/snapshot.h"
#include "api/step.h"
#include "api/world.h"
#include "sync.h"  // of the flavour whose folder is an include folder, impl/sync/threads: target procreg::impl knows

namespace procreg::impl::inline PROCREG_SYNC {

class Calls;
class ReportWatcher;  // impl/wer/report.h

// Thread-safe: steps may be performed from many threads at once; each is atomic (WER-ALL-07). All else must not run
// beside a step.
class World {
 public:
  // `tables` must outlive the world. The world must be valid (the scenario reader's checks).
  World(const WorldSpec& world, const Tables& tables, const Profile& profile);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void reset(const WorldSpec& world, const Profile& profile);

  // Performs one resolved step. Never throws; memory that runs out for real (not by a fault) ends the program.
  Answer perform(const Step& step) noexcept;

  void snapshot(SnapshotWords& words) const;  // appends

  // The world as bytes, to be put back before the next reset (Arena::save). Beside no step.
  void save(std::vector<std::byte>& image) const;
  void restore(const std::vector<std::byte>& image) noexcept;
  bool same_as(const std::vector<std::byte>& image) const noexcept;

  // Tells the watcher of every report from now on, also after a reset; nullptr: nobody. It outlives the world, or its watching.
  void watch_reports(ReportWatcher* watcher) noexcept;

  // The typed functions behind the steps (impl/calls.h), until the next reset.
  Calls& calls() noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace procreg::impl::inline PROCREG_SYNC
