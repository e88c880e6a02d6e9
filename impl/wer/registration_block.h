#pragma once

#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/value.h"
#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct AdditionalProcess {
  Pid process{};
  Tid thread{};            // 0: none
  ObjectId incarnation{};  // that had the pid when it was registered, no_object: none
};

struct RecoveryCallback {
  Address callback{};
  Address parameter{};
  std::uint32_t ping_ms{};
  std::uint32_t flags{};
};

// The registration storage of one process (wer.md 1): made by its first successful registration, gone when it is Exited.
// Guarded by the gate of that process; the crash path reads it under the same lock, so what it sees of an entry always belongs
// to one registration.
//
// Entries stand in order of registration, one allocation each: the owner asks the WER heap first. A removed entry's memory stays with the block for the next one,
// so that registering again asks the arena for nothing.
class RegistrationBlock {
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

  std::optional<RecoveryCallback> recovery{};
  bool recovery_ever{};

  // Gives the memory of all entries back.
  void free(Arena& arena) noexcept;

 private:
  Entry* first_{};
  Entry* last_{};
  Entry* spare_{};
  std::uint32_t size_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
