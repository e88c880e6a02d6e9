// The memory of a process as a world describes it (specification README, 3.2): ranges of mapped bytes, what the threads'
// registers hold, and which modules are loaded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ids.h"

namespace procreg {

// Bytes begin to end - 1; begin < end. The last byte of the address space belongs to no range.
struct Range {
  std::uint64_t begin{};
  std::uint64_t end{};
  friend constexpr auto operator<=>(const Range&, const Range&) = default;
};
using Ranges = std::vector<Range>;  // as given: in any order, may overlap

// The general registers of x64 but the stack pointer, in the order of their numbers.
inline constexpr std::array general_registers{"rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi", "r8",
                                              "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

// The stack and the registers of one thread. The stack pointer may lie outside the range (WER-REP-36).
struct Stack {
  Range range{};
  std::uint64_t stack_pointer{};
  std::uint64_t instruction_pointer{};
  std::array<std::uint64_t, general_registers.size()> registers{};
  friend constexpr bool operator==(const Stack&, const Stack&) = default;
};

inline constexpr std::uint64_t default_stack_size = 0x4000;
inline constexpr std::uint64_t default_stack_depth = 0x3000;  // from the start of the range to the stack pointer

// Of thread k of a process of which nothing else is said.
constexpr Stack default_stack(std::uint32_t k) {
  const std::uint64_t begin = 0x7F0000000000 - (std::uint64_t{k} + 1) * 0x100000;
  return {.range = {begin, begin + default_stack_size}, .stack_pointer = begin + default_stack_depth};
}

// Of threads 0, 1, ...; those after the last one have default_stack(k).
using Stacks = std::vector<Stack>;
inline Stack stack_of(const Stacks& stacks, std::uint32_t k) {
  return k < stacks.size() ? stacks[k] : default_stack(k);
}

// Where a debugger finds the symbols of a module (a CodeView record of PDB 7.0).
struct DebugRecord {
  Guid id{};
  std::uint32_t age{1};
  std::string pdb{};  // UTF-8, without NUL
  friend bool operator==(const DebugRecord&, const DebugRecord&) = default;
};

// A program or library that a process has loaded (decision 0013): bytes base to base + size - 1, which do not wrap.
struct LoadedModule {
  std::u16string name{};  // the whole path; without NUL
  std::uint64_t base{};
  std::uint32_t size{};                                   // at least 1
  std::optional<std::array<std::uint16_t, 4>> version{};  // none: it has no version resource
  std::uint32_t checksum{};
  std::uint32_t timestamp{};  // seconds since 1970
  std::optional<DebugRecord> debug{};
  friend bool operator==(const LoadedModule&, const LoadedModule&) = default;
};
// The first one is the program. Disjoint.
using LoadedModules = std::vector<LoadedModule>;
inline constexpr std::size_t loaded_modules_max = 2048;  // more than readers of dumps take

}  // namespace procreg
