// What a run that may be cut off keeps in a file: its result so far, and where to go on.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "harness/report/campaign.h"

namespace procreg::cli {

struct Checkpoint {
  harness::Campaign so_far{};
  std::uint64_t next{};  // the first script that was not run
  std::chrono::milliseconds elapsed{};
};

// One object on a line, format "procreg-checkpoint/1".
std::string text(const Checkpoint& checkpoint);

// That of the file; std::monostate when there is no such file; or why it cannot be used.
using ReadCheckpoint = std::variant<std::monostate, Checkpoint, std::string>;
ReadCheckpoint read_checkpoint(const std::string& path);

}  // namespace procreg::cli
