#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "api/memory.h"
#include "impl/dump/process_image.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A place in the code of a process: the number of its module, and the offset in it.
struct CodePlace {
  std::size_t module{};
  std::uint64_t offset{};
};
inline constexpr std::uint64_t entry_point = 0x1000;  // offset in a program

// The modules of one process: those that the world gives, else a program of its own, kernel32.dll and ntdll.dll.
class SimulatedModules {
 public:
  // Those of the process of a dump; `key` is what its own program is made from. What they show lives as long as `tables`, and
  // until the next call.
  void make(const Dump& dump, std::uint64_t key, const Tables& tables);

  std::span<const ModuleImage> images() const { return images_; }
  // In the last module where there is none of that number, at its last byte where it is smaller; without any module where the
  // program would be.
  std::uint64_t code_at(const CodePlace& place) const;

 private:
  void add_given(const LoadedModules& modules);
  void add_usual(std::uint64_t object, std::uint64_t key);

  std::vector<ModuleImage> images_{};
  std::u16string program_{};
  std::string program_pdb_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
