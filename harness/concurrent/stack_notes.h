// What AddressSanitizer wants to know about stacks that are switched; nothing in other builds.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define PROCREG_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PROCREG_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef PROCREG_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace procreg::harness {

// What frames that were dropped have left behind does not count any more.
inline void fresh_stack([[maybe_unused]] std::byte* stack, [[maybe_unused]] std::size_t bytes) {
#ifdef PROCREG_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(stack, bytes);
#endif
}

// `fake_stack` of the stack that is left, nullptr: it is left for good.
inline void leaving_stack([[maybe_unused]] void** fake_stack, [[maybe_unused]] const std::byte* to,
                          [[maybe_unused]] std::size_t bytes) {
#ifdef PROCREG_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(fake_stack, to, bytes);
#endif
}

// `from` and `bytes`, if any, receive the stack that was left.
inline void entered_stack([[maybe_unused]] void* fake_stack, [[maybe_unused]] std::byte** from,
                          [[maybe_unused]] std::size_t* bytes) {
#ifdef PROCREG_ADDRESS_SANITIZER
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(fake_stack, &bottom, &size);
  if (from != nullptr) *from = static_cast<std::byte*>(const_cast<void*>(bottom));
  if (bytes != nullptr) *bytes = size;
#endif
}

}  // namespace procreg::harness
