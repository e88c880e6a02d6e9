#pragma once

#include <optional>

#include "api/profile.h"
#include "api/step.h"
#include "impl/ccf/app_instances.h"
#include "impl/kernel/kernel.h"
#include "impl/smb/server.h"

namespace procreg::impl::inline PROCREG_SYNC {

class CreatePipeline;
struct ArrivedCreate;

// All SMB servers of a world, as clients call them and as the world happens to them (smb.md).
//
// Locks, in their order, each held while those after it are taken:
//
//   Kernel::lifecycle     SmbServerStart, SmbShare, SmbDisconnect and AdvanceTime; a create that reconnects, or whose tag changed
//                         while it was decided; one of a process where untagged opens get ids of their own
//   Parts::Naming         a create with DH2Q: one part of the names that clients give to opens
//   Part                  one part of the files with their opens, from the first look of a step to its last change; all parts:
//                         SmbShare, SmbDisconnect, a create that reconnects, AdvanceTime when an orphan is due
//   Process::gate         of the process that calls
//   Ledger                what steps on different files of a server have in common. A step that changes it does so once: there
//                         it takes place. An open and a close of no process and no name do without: only their ids have an
//                         order, and these come of an atomic, which who has the ledger's lock can hold
//   Handles, Connection,  one after the other, each a few instructions
//   FileNames
//   VersionEntry, Arena   as kernel.h says
//
// So creates on files of different parts meet in the ledger at most, and I/O meets nothing but what happens to its file.
class Servers final : public Timers {
 public:
  Servers(Kernel& kernel, const Profile& profile, const Tables& tables, AppInstances& app_instances) noexcept
      : kernel_{kernel}, profile_{profile}, tables_{tables}, app_instances_{app_instances} {}

  // --- Events ---

  Result start(const SmbServerStart& step) noexcept;
  Result add_share(const SmbShare& step) noexcept;
  Result set_acl(const SmbFileAcl& step) noexcept;
  Answer connect(const SmbConnect& step) noexcept;
  Result disconnect(const ConnectionKey& connection) noexcept;

  // --- Calls; `by` nullopt: of an unnamed program ---

  using By = std::optional<ProcessRef>;
  Answer create(By by, const SmbCreate& step) noexcept;
  Answer read(By by, const SmbRead& step) noexcept;
  Answer write(By by, const SmbWrite& step) noexcept;
  Answer lock(By by, const SmbLock& step) noexcept;
  Answer close(By by, const SmbClose& step) noexcept;

  // SMB-DUR-06
  bool hold(std::uint64_t until) noexcept override;
  void fire(std::uint64_t until) noexcept override;
  void release() noexcept override;

  // The latest first; nullptr: none. Beside no step.
  const Server* first() const noexcept { return first_.load(sync::relaxed); }
  const Parts* parts() const noexcept { return parts_; }

 private:
  struct Destination;
  class CreateLocks;
  struct Request;
  struct Operation;

  Server* find(TextRef name) const noexcept;
  const std::u16string& text(TextRef ref) const noexcept { return tables_.at(ref); }

  Destination destination_of(const SmbCreate& step) const noexcept;
  std::optional<Answer> attempt(By by, const SmbCreate& step, bool steady) noexcept;
  std::optional<Answer> serve(const Destination& to, Part& part, Process* caller, const SmbCreate& step,
                              bool steady) noexcept;
  bool stands(const CreatePipeline& pipeline, const Request& request, NtStatus status) noexcept;
  std::optional<Answer> commit(const ArrivedCreate& arrived, CreatePipeline& pipeline, const Request& request,
                               NtStatus status) noexcept;
  Answer reconnect(const ArrivedCreate& arrived, const CreatePipeline& pipeline, const Request& request) noexcept;
  std::optional<Answer> commit_alone(const ArrivedCreate& arrived, CreatePipeline& pipeline, const Request& request,
                                     NtStatus status) noexcept;
  Open& new_open(const ArrivedCreate& arrived, CreatePipeline& pipeline, Part& part, const OpenIds::Pair& ids) noexcept;
  Answer finished(Part& part, NtStatus status, CreateAction action, Open* open) noexcept;

  template <class Do>
  Answer operate(const By& by, const Operation& operation, Do&& perform) noexcept;
  Server* next_to_expire(std::uint64_t until) const noexcept;

  Kernel& kernel_;
  const Profile& profile_;
  const Tables& tables_;
  AppInstances& app_instances_;
  // Both written under the lifecycle lock, `parts_` before the first server can be found.
  Parts* parts_{};
  sync::atomic<Server*, "smb servers"> first_{nullptr};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
