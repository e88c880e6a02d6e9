#include <poll.h>

#include "harness/wire/lines.h"

namespace procreg::harness::wire {

void wait_readable(int descriptor, int& in_vain) {
  constexpr int tries = 100;
  constexpr int patience = 100;
  pollfd watched{descriptor, POLLIN, 0};
  if (in_vain > 0) {
    --in_vain;
  } else {
    for (int i = 0; i < tries; ++i)
      if (::poll(&watched, 1, 0) != 0) return;
    in_vain = patience;
  }
  ::poll(&watched, 1, -1);
}

}  // namespace procreg::harness::wire
