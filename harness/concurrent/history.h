// What several threads did: every operation with its answer, and when it was called and when it returned.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "api/step.h"

namespace procreg::harness {

struct Operation {
  std::uint16_t thread{};
  Step step{};                     // as the thread performed it: every name resolved to raw ids
  std::optional<Answer> answer{};  // nullopt: never returned (deadlock, stopped)
  std::uint64_t called{};          // positions in one total order of calls and returns, from 0
  std::uint64_t returned{};        // of no meaning without an answer
};

using History = std::vector<Operation>;  // in order of `called`

}  // namespace procreg::harness
