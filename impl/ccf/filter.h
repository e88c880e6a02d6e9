#pragma once

#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/profile.h"
#include "api/report.h"
#include "api/status.h"
#include "impl/ccf/tag_cache.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// IOCTL_CCF_REGISTER_APPINSTANCE: what RegisterAppInstance sends, with the handle still a value of the caller's.
struct RegisterRequest {
  HandleValue process{};
  Guid instance{};
  bool children_inherit{};
};

// What an open carries (ccf.md 9).
struct OpenedTag {
  std::optional<Guid> id{};
  std::uint32_t csv_flags{};
};

// The CCF filter of one machine: its state, its tags and its faults.
//
// Requests, loading and unloading want the lifecycle lock. tag_of_open() wants that or the gate of the process, and takes no
// other: unloading moves the epoch before it empties the cache, and who meets a new epoch looks again.
class Filter {
 public:
  Filter(Kernel& kernel, const Profile& profile, FilterState state) noexcept;

  // Sections 5.1 (2 to 9) and 6 of ccf.md.
  Result control(Process& caller, const RegisterRequest& request) noexcept;
  void child_created(const Process& child, const Process& parent, const Process& creator) noexcept;
  void process_exiting(const Process& process) noexcept { tags_.erase(process.identity.key.object); }

  Result load() noexcept;
  Result unload() noexcept;
  void fail_allocation(std::uint32_t n) noexcept { heap_.fail(n); }

  bool is_loaded() const noexcept { return state() == FilterState::loaded; }
  FilterState state() const noexcept { return static_cast<FilterState>(epoch_.load(sync::acquire) & 3); }
  // nullopt: the filter is not loaded. The entry without regard to choices; untagged processes have none.
  std::optional<std::optional<Tag>> tag_of_open(const Process& process) const noexcept;
  // The id of one open, when every open has its own. Wants the lifecycle lock.
  Guid fresh_id() noexcept;

  // For the snapshot.
  const TagCache& tags() const noexcept { return tags_; }
  const Countdowns& countdowns() const noexcept { return heap_.countdowns(); }
  std::uint32_t fresh_counter() const noexcept { return fresh_counter_; }

 private:
  struct Target {
    Process* process{};
    AccessMask mask{};
    bool pseudo{};
  };
  std::optional<Result> open_target(Process& caller, HandleValue handle, Target& target) const noexcept;
  bool may_tag(const Process& caller, const Target& target) const noexcept;
  Result register_tag(Process& process, const RegisterRequest& request) noexcept;
  std::optional<Result> refused_for(const Tag& known, Process& process, const RegisterRequest& request) noexcept;
  void enter(FilterState state) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  sync::atomic<std::uint64_t, "filter epoch"> epoch_;  // 4 * changes + state
  CcfHeap heap_;
  TagCache tags_;
  std::uint32_t fresh_counter_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
