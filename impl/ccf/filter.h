#pragma once

#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/profile.h"
#include "api/report.h"
#include "api/status.h"
#include "impl/ccf/opened_tag.h"
#include "impl/ccf/tag_cache.h"
#include "impl/kernel/kernel.h"

namespace procreg::impl::inline PROCREG_SYNC {

// IOCTL_CCF_REGISTER_APPINSTANCE: what RegisterAppInstance sends, with the handle still a value of the caller's.
struct RegisterRequest {
  HandleValue process{};
  Guid instance{};
  bool children_inherit{};
};

// Likewise what SetAppInstanceCsvFlags sends.
struct CsvFlagsRequest {
  HandleValue process{};
  std::uint32_t mask{};
  std::uint32_t flags{};
};

// The CCF filter of one machine: its state, its tags, its versions and its faults.
//
// Requests, loading and unloading want the lifecycle lock. tag_of_open() wants that or the gate of the process, and takes no
// other: what takes several tags and versions away, or changes a version, moves the epoch first, and who meets a new epoch looks
// again. A tag changes under the gate of its process, so that an open that holds it and notes the status of its version later is
// one step all the same.
class Filter {
 public:
  Filter(Kernel& kernel, const Profile& profile, MachineIndex machine, FilterState state) noexcept;

  // Sections 5.1 (2 to 9), 7.1, 8.1 to 8.3 (2 to the end) and 6 of ccf.md.
  Result control(Process& caller, const RegisterRequest& request) noexcept;
  Result control(Process& caller, const CsvFlagsRequest& request) noexcept;
  Result register_version(const Guid& instance, VersionPair version) noexcept;
  // `version` and `status` are written on success.
  Result query_version(const Guid& instance, VersionPair& version, NtStatus& status) const noexcept;
  Result reset_versions() noexcept;
  void child_created(const Process& child, const Process& parent, const Process& creator) noexcept;
  void process_exiting(const Process& process) noexcept { tags_.erase(process.identity.key.object); }

  Result load() noexcept;
  Result unload() noexcept;
  void fail_allocation(std::uint32_t n) noexcept { heap_.fail(n); }

  bool is_loaded() const noexcept { return state() == FilterState::loaded; }
  FilterState state() const noexcept { return static_cast<FilterState>(epoch_.load(sync::acquire) & 3); }
  // Section 9 of ccf.md; nullopt: the extended attribute is at fault. Wants the lifecycle lock too when every untagged open
  // that sends an id gets its own.
  std::optional<OpenedTag> tag_of_open(const Process& process, ExtendedAttribute ea, Sends sends) noexcept;

  // For the snapshot.
  const TagCache& tags() const noexcept { return tags_; }
  const VersionTable& versions() const noexcept { return versions_; }
  const Countdowns& countdowns() const noexcept { return heap_.countdowns(); }
  std::uint32_t fresh_counter() const noexcept { return fresh_counter_; }

 private:
  struct Target {
    Process* process{};
    AccessMask mask{};
    bool pseudo{};
  };
  // What the steps that take a process handle answer to a bad one, each for itself.
  struct BadHandle {
    Win32Error missing{};
    Win32Error no_process{};
  };
  std::optional<Result> open_target(Process& caller, HandleValue handle, BadHandle bad, Target& target) const noexcept;
  std::optional<Result> refused_for(Process& caller, HandleValue handle, BadHandle bad, Target& target) const noexcept;
  bool may_tag(const Process& caller, const Target& target) const noexcept;
  Result register_tag(Process& process, const RegisterRequest& request) noexcept;
  std::optional<Result> refused_for(const Tag& known, Process& process, const RegisterRequest& request) noexcept;
  Result set_csv_flags(Process& process, std::uint32_t mask, std::uint32_t flags) noexcept;
  bool is_carried(const Guid& instance) const noexcept;
  std::optional<Result> refused_for(const KnownVersion& known, VersionPair version) const noexcept;

  // What an open reads, of one instant.
  struct Seen {
    bool loaded{};
    std::optional<Tag> tag{};
    std::optional<KnownVersion> version{};
  };
  // `given`: the id that stands in for that of the tag. Without `wants_version` the version is not looked for.
  Seen look(const Process& process, const std::optional<Guid>& given, bool wants_version) const noexcept;
  Seen look_once(const Process& process, const std::optional<Guid>& given, bool wants_version) const noexcept;
  OpenedTag opened(const std::optional<Tag>& known, Sends sends) noexcept;
  bool is_sent(const Guid& id) const noexcept;
  Guid fresh_id() noexcept;

  using Epoch = sync::atomic<std::uint64_t, "filter epoch">;
  class Changing;
  void enter(FilterState state) noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  MachineIndex machine_;
  Epoch epoch_;  // 4 * changes + state; 3 in place of a state: opens wait for the change to end
  CcfHeap heap_;
  TagCache tags_;
  VersionTable versions_;
  std::uint32_t fresh_counter_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
