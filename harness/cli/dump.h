// `procreg dump`: what is inside minidumps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/cli/session.h"
#include "harness/cli/words.h"

namespace procreg::cli {

// Bytes of memory that are asked for.
struct WantedMemory {
  static constexpr std::size_t size_default = 64;
  static constexpr std::size_t size_max = 1U << 20;

  std::uint64_t address{};
  std::size_t size{size_default};
};

struct DumpRequest {
  std::vector<std::string> files{};
  std::vector<WantedMemory> memory{};    // with this or `stack` bytes are printed in place of the description
  std::optional<std::uint32_t> stack{};  // the id of a thread
  bool json{};                           // an object a file, on one line
  bool strict{};                         // what is noticed is a divergence
};

// "0x7FF600001000", "4096:128": an address and how many bytes, hexadecimal or decimal.
std::variant<WantedMemory, BadArgument> memory_word(std::string_view word);
std::variant<std::uint32_t, BadArgument> thread_word(std::string_view word);

// What cannot be read in a file, and a file that cannot be read, are unusable input; the rest is printed.
ExitStatus dump(const DumpRequest& request, const Session& session);

}  // namespace procreg::cli
