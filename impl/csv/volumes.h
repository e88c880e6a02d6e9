#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/smb.h"
#include "api/snapshot.h"
#include "api/status.h"
#include "api/value.h"
#include "impl/ccf/app_instances.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The cluster shared volumes of a world and what is open on them (ccf.md 7.3). Safe from any thread: calls take the gate of
// their caller and then the lock of the volumes.
class CsvVolumes {
 public:
  CsvVolumes(Kernel& kernel, AppInstances& app_instances) noexcept
      : arena_{kernel.arena()}, app_instances_{app_instances} {}

  Result add(TextRef name, MachineIndex coordinator) noexcept;
  Result move_coordinator(TextRef name, MachineIndex machine) noexcept;
  // `made` is written on success.
  Result open(ProcessRef caller, GivenName as, TextRef volume, ExtendedAttribute ea, CsvOpenId& made) noexcept;
  // `caller` nullopt: an unnamed program. `open` 0: one that did not succeed.
  Result io(std::optional<ProcessRef> caller, CsvOpenId open) noexcept;

  // For the snapshot, beside no other call. By name, as `tables` spell it; by id.
  std::vector<SnapVolume> volumes(const Tables& tables) const;
  std::vector<SnapCsvOpen> opens() const;

 private:
  struct Open {
    SnapCsvOpen seen{};
    Open* next_flagged{};
  };
  struct Volume {
    TextRef name{};
    MachineIndex coordinator{};
    Open* first_flagged{};  // valid opens with the flag, the newest first
  };

  Volume* find(TextRef name) noexcept;
  Result open(Process& caller, GivenName as, TextRef name, ExtendedAttribute ea, CsvOpenId& made) noexcept;
  Open& add(Volume& volume, const SnapCsvOpen& seen) noexcept;

  Arena& arena_;
  AppInstances& app_instances_;
  sync::mutex<"csv volumes"> lock_;
  ArenaVector<Volume> volumes_{};  // in order of creation
  ArenaVector<Open*> opens_{};     // by id, from 1
};

}  // namespace procreg::impl::inline PROCREG_SYNC
