// A process as one dump of it shows it. Everything that is pointed to belongs to who made the image and stays as it is until
// the dump has been written.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "api/ids.h"
#include "impl/dump/piece.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The CodeView record of a module, by which its symbols are found.
struct DebugImage {
  std::array<std::uint8_t, 16> id{};
  std::uint32_t age{};
  std::string_view pdb{};
};

struct ModuleImage {
  std::uint64_t base{};
  std::uint32_t size{};
  std::uint32_t checksum{};
  std::uint32_t timestamp{};
  bool is_program{};                                      // else a library
  std::u16string_view name{};                             // the whole path
  std::optional<std::array<std::uint16_t, 4>> version{};  // none: it has no version resource
  std::optional<DebugImage> debug{};
};

struct ThreadImage {
  Tid id{};
  std::array<std::uint64_t, 16> registers{};  // by number: rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 to r15
  std::uint64_t instruction_pointer{};
  std::uint64_t start_address{};
  std::uint64_t start_time{};  // units of 100 ns
  std::uint64_t stack{};       // what the dump holds of the stack from here on without a gap, and how much
  std::uint64_t stack_size{};  // 0: nothing
  std::size_t stack_range{};   // the one of ProcessImage::memory that it lies in
  bool with_information{};     // it has an entry in the list of thread information
  std::optional<std::u16string_view> name{};
};

// Memory that the process has, in the dump or not.
struct RegionImage {
  std::uint64_t begin{};
  std::uint64_t end{};
  std::uint32_t protect{};  // PAGE_
  std::uint32_t type{};     // MEM_
};

// Memory that the dump holds: [begin, end), its bytes in `pieces`.
struct MemoryImage {
  std::uint64_t begin{};
  std::uint64_t end{};
  std::span<const Piece> pieces{};
};

struct ExceptionImage {
  Tid thread{};
  std::uint32_t code{};
  std::uint64_t address{};
  std::array<std::uint64_t, 2> parameters{};
};

struct ProcessImage {
  std::uint32_t mask{};  // MINIDUMP_TYPE
  Pid pid{};
  std::uint32_t time{};         // seconds
  std::uint32_t create_time{};  // likewise
  std::span<const ThreadImage> threads{};
  std::span<const ModuleImage> modules{};
  std::span<const RegionImage> regions{};  // ascending, disjoint
  // In any order, disjoint. Those that hold stacks come first, since their bytes have to lie below 4 GiB of the file.
  std::span<const MemoryImage> memory{};
  bool memory_64{};  // as a list that may be longer than 4 GiB
  std::optional<ExceptionImage> exception{};
  std::u16string_view comment{};  // "": none
};

}  // namespace procreg::impl::inline PROCREG_SYNC
