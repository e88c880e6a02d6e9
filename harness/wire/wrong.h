// What is wrong with a message, thrown by its readers and caught where a message is read.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "harness/wire/message.h"

namespace procreg::harness::wire {

struct Wrong {
  std::string message;
};

inline constexpr std::uint64_t dword_max = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t qword_max = std::numeric_limits<std::uint64_t>::max();

// `what` is what the message calls the number.
inline std::uint64_t read_integer(const Value& value, std::uint64_t most, std::string_view what) {
  const auto number = integer_of(value);
  if (!number || *number > most)
    throw Wrong{fmt::format("{} is a number from 0 to {}, not {}", what, most, shown(value))};
  return *number;
}

inline const Value& needed_member(const Value& object, std::string_view key) {
  const Value* const found = member(object, key);
  if (found == nullptr) throw Wrong{fmt::format("the key \"{}\" is missing in {}", key, shown(object))};
  return *found;
}

}  // namespace procreg::harness::wire
