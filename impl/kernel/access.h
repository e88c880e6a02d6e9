// What a caller may do with a process object (ccf.md 3.4). All functions want the lifecycle lock.
#pragma once

#include <optional>

#include "api/limits.h"
#include "impl/kernel/process.h"

namespace procreg::impl::inline PROCREG_SYNC {

// OBJ-OPEN-06
AccessMask allowed_to(const Process& caller, const Process& target) noexcept;

// Whether the caller could be granted all of `bits` now, by OBJ-OPEN-03, -05 and -09.
bool could_get(const Process& caller, const Process& target, AccessMask bits) noexcept;

// What OpenProcess would grant for a request, by OBJ-OPEN-03 and -05 to -10; nullopt: access denied.
std::optional<AccessMask> granted_to(const Process& caller, const Process& target, AccessMask requested) noexcept;

// The mask of a new handle to the object (OBJ-HND-10).
AccessMask completed(const KernelObject& object, AccessMask granted) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
