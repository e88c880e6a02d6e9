#include "impl/sync/scheduled/points.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace procreg::schedule {

std::string_view name(PointKind kind) {
  static constexpr std::array<std::string_view, 9> names{"call",  "return", "lock",   "unlock", "load",
                                                         "store", "wait",   "notify", "end"};
  return names.at(static_cast<std::size_t>(kind));
}

void blocked(PointKind kind, const void* on, const char* name) noexcept {
  if (turns != nullptr) return turns->blocked({kind, on, name});
  std::fprintf(stderr, "procreg: the only thread waits for itself: %s %s\n", schedule::name(kind).data(), name);
  std::abort();
}

}  // namespace procreg::schedule
