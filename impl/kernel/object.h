#pragma once

#include <cstdint>

#include "api/ids.h"
#include "api/value.h"
#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct Process;

// What a handle can name. Guarded by the lifecycle lock.
struct KernelObject {
  ObjectType type{};
  std::uint32_t handles{};  // that are open anywhere
};

// An object that is no process. That of a thread is also the thread: while the thread lives it stands in its process's list and
// exists without a handle (OBJ-PROC-20). Guarded by the lifecycle lock.
struct Object : KernelObject {
  MachineIndex machine{};
  OtherId id{};
  Object* previous{};  // of the machine, by id
  Object* next{};

  Process* process{};  // of a live thread, else nullptr
  Tid tid{};           // of the thread it belongs to, also when that has ended
  NameRef name{};
  std::uint32_t k{};          // lowest number no live thread of the process had
  Object* previous_thread{};  // of the process, by tid
  Object* next_thread{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
