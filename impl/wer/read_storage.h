// What the functions share that read the storage of a process named by a handle (wer.md 4.8, 4.9).
#pragma once

#include "impl/kernel/answers.h"
#include "impl/wer/registration.h"

namespace procreg::impl::inline PROCREG_SYNC {

template <class T>
void write(T* output, T value) noexcept {
  if (output != nullptr) *output = value;
}

// `read` is asked for its answer about the storage of the process. Any of the rights in `sufficient` suffices where the page has
// its way.
template <class Read>
Result Registration::read_storage(ProcessRef caller, bool has_null, HandleValue process, AccessMask sufficient,
                                  Read read) noexcept {
  const std::scoped_lock lock{kernel_.lifecycle};
  Process* self = kernel_.caller(caller);
  if (self == nullptr) return not_runnable;
  if (has_null || process == null_handle) return Hresult::E_INVALIDARG;
  const Named named = kernel_.resolve(*self, process);
  Process* target = process_in(named);
  if (target == nullptr || !is_live(*target)) return Hresult::HR_INVALID_HANDLE;
  if (const auto denied = objection_to_rights(named.mask, sufficient)) return *denied;
  const std::scoped_lock gate{target->gate};
  return read(storage_of(*target));
}

}  // namespace procreg::impl::inline PROCREG_SYNC
