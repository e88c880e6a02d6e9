// What the probe and its agents say to each other: a command, a reply. Both ends are the same program, so values travel as they lie
// in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "api/step.h"

namespace procreg::harness::probe {

enum class Deed : std::uint32_t {
  perform,       // the step
  make_threads,  // `number` of them
  end_thread     // the one whose id is `number`
};

struct Command {
  Deed deed{};
  std::uint32_t number{};
  Step step{};
  // Of a call of a Windows function: its texts, in the order of its fields. Of CreateProcess: the command line of the child.
  std::vector<std::u16string> texts{};
};

enum class Said : std::uint32_t {
  done,
  missing,  // the function does not exist, or is a stub of Wine's that says so
  cannot    // texts[0]: why
};

struct Reply {
  Said said{};
  Answer answer{};
  std::vector<std::uint32_t> threads{};  // those made
  std::vector<std::u16string> texts{};   // the output that is a text, if there is one
};

using Bytes = std::vector<std::byte>;
Bytes packed(const Command& command);
Bytes packed(const Reply& reply);
// false: the bytes are no such message.
bool unpack(std::span<const std::byte> bytes, Command& command);
bool unpack(std::span<const std::byte> bytes, Reply& reply);

// Takes the texts that the fields of a step refer to, and puts them back: then they are in `tables`.
std::vector<std::u16string> texts_of(const Step& step, const Tables& tables);
void put_texts(Step& step, Tables& tables, std::span<const std::u16string> texts);

}  // namespace procreg::harness::probe
