#include "impl/kernel/access.h"

#include <algorithm>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

AccessMask listed(const Identity& target, TextRef user) noexcept {
  if (target.dacl == nullptr) return user == target.user ? PROCESS_ALL_ACCESS : AccessMask{};
  const auto entry =
      std::find_if(target.dacl->begin(), target.dacl->end(), [&](const DaclEntry& e) { return e.user == user; });
  return entry != target.dacl->end() ? entry->mask : AccessMask{};
}

bool shielded(const Process& caller, const Process& target) noexcept {
  return target.identity.protected_ && !caller.identity.protected_;
}

bool unopenable(const Process& target) noexcept {
  return target.identity.kind == ProcessKind::system || target.identity.kind == ProcessKind::csrss;
}

}  // namespace

AccessMask allowed_to(const Process& caller, const Process& target) noexcept {
  const AccessMask all = caller.identity.se_debug ? PROCESS_ALL_ACCESS : listed(target.identity, caller.identity.user);
  return shielded(caller, target) ? all & ~protected_refused : all;
}

bool could_get(const Process& caller, const Process& target, AccessMask bits) noexcept {
  if (unopenable(target)) return false;
  if (shielded(caller, target) && any(bits & ~MAXIMUM_ALLOWED & protected_refused)) return false;
  return has(allowed_to(caller, target), bits);
}

std::optional<AccessMask> granted_to(const Process& caller, const Process& target, AccessMask requested) noexcept {
  const AccessMask named = requested & ~MAXIMUM_ALLOWED;
  if (!any(requested) || !could_get(caller, target, named)) return std::nullopt;
  if (!any(requested & MAXIMUM_ALLOWED)) return completed(target, requested);
  const AccessMask allowed = allowed_to(caller, target);
  if (!any(allowed)) return std::nullopt;
  return completed(target, allowed);
}

AccessMask completed(const KernelObject& object, AccessMask granted) noexcept {
  const bool implies = object.type == ObjectType::Process && any(granted & PROCESS_QUERY_INFORMATION);
  return implies ? granted | PROCESS_QUERY_LIMITED_INFORMATION : granted;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
