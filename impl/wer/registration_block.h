#pragma once

#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/snapshot.h"
#include "api/value.h"
#include "impl/kernel/arena.h"
#include "impl/kernel/process.h"
#include "impl/wer/keyed_list.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct AdditionalProcess {
  Pid process{};
  Tid thread{};            // 0: none
  ObjectId incarnation{};  // that had the pid when it was registered, no_object: none
};

// Additional processes in order of registration, one allocation each: the owner asks the WER heap first. Of the lists this one
// alone may hold a key twice. A removed entry's memory stays with the list for the next one, so that registering again asks the
// arena for nothing.
class AdditionalProcesses {
 public:
  struct Entry : AdditionalProcess {
    Entry* next{};
  };

  // The oldest entry for the process, nullptr: none.
  Entry* find(Pid process) noexcept;
  void append(Arena& arena, const AdditionalProcess& registered) noexcept;
  // Removes the oldest entry for the process. False: there is none.
  bool remove(Pid process) noexcept;

  std::uint32_t size() const noexcept { return size_; }
  const Entry* first() const noexcept { return first_; }

  // Gives the memory of all entries back.
  void free(Arena& arena) noexcept;

 private:
  Entry* first_{};
  Entry* last_{};
  Entry* spare_{};
  std::uint32_t size_{};
};

struct RecoveryCallback {
  Address callback{};
  Address parameter{};
  std::uint32_t ping_ms{};
  std::uint32_t flags{};
  // WER-REC-01 refuses a callback that is NULL.
  bool is_registered() const noexcept { return callback != Address{}; }
};

struct ApplicationRestart {
  TextRef command_line{};
  std::uint32_t flags{};
};

// The registration storage of one process (wer.md 1): made by the first register or set function that succeeds, gone when it is Exited.
// Guarded by the gate of that process; the crash path reads it under the same lock, so what it sees of an entry always belongs
// to one registration. Its memory and that of the entries is all: it grows only with what is registered.
struct RegistrationBlock {
  std::uint32_t flags{};  // of WerSetFlags
  std::optional<std::uint32_t> hold_ms{};
  std::optional<TextRef> app_local_dump{};  // written under the lifecycle lock too, so that either is enough to read it
  std::optional<ApplicationRestart> restart{};
  RecoveryCallback recovery{};
  bool recovery_ever{};

  KeyedList<FileEntry> files{};
  KeyedList<BlockEntry> blocks{};
  KeyedList<BlockEntry> excluded{};
  KeyedList<MetadataEntry> metadata{};
  KeyedList<ModuleEntry> modules{};
  AdditionalProcesses processes{};

  // Gives the memory of all entries back.
  void free(Arena& arena) noexcept;
};
static_assert(sizeof(RegistrationBlock) <= 256);  // the arena rounds a larger one up to 320

// What a process without storage has registered.
inline constexpr RegistrationBlock no_storage{};

inline const RegistrationBlock& storage_of(const Process& process) noexcept {
  return process.block == nullptr ? no_storage : *process.block;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
