#pragma once

#include <algorithm>
#include <cstddef>

namespace procreg::sync {

// What a lock or an atomic is called where it is declared: `sync::mutex<"process gate">`. The flavour of real threads does not
// keep it; in the scheduled one a schedule names its points by it.
template <std::size_t N>
struct Name {
  char text[N]{};
  consteval Name(const char (&name)[N]) { std::copy_n(name, N, text); }
};

}  // namespace procreg::sync
