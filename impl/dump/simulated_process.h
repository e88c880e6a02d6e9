#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "api/snapshot.h"
#include "impl/dump/process_images.h"
#include "impl/dump/simulated_modules.h"
#include "impl/wer/report.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What a process of the simulation looks like to a debugger. Threads, stacks, registers and memory ranges are what the world
// says; the rest is worked out from the identity of the process, so that it is the same in every run and in every dump:
//
// - Modules: those that the world gives; else a program of its own and two of the system, always at the same places.
// - Contents of memory: of each range that the world gives, the first and last 32 KiB hold bytes without a pattern, what is
//   between them reads as zeros. On the stack of a thread lies a chain of frames: it begins at rbp if that points into the stack,
//   else above the stack pointer, and returns into the modules; what the stack pointer points to is a return address too.
//
// Not thread-safe; keeps its buffers from one dump to the next.
class SimulatedProcess final : public ProcessImages {
 public:
  // nullptr: more of its memory than 1 GiB is not zero.
  const ProcessImage* image_of(const Report& report, const Dump& dump, const Tables& tables) override;

 private:
  struct Word {
    std::uint64_t address{};
    std::uint64_t value{};
  };

  void make_frames(const Dump& dump, const Tables& tables);
  void make_regions(const Dump& dump, const Tables& tables);
  bool make_memory(const Dump& dump, const Tables& tables);
  void make_threads(const Report& report, const Dump& dump, const Tables& tables);
  void make_comment(const Report& report, const Dump& dump);
  void find_filled(const Dump& dump, const Tables& tables);
  void add_pieces(const SnapRange& range);
  void fill(std::uint64_t address, std::byte* bytes, std::size_t size) const;

  ProcessImage image_{};
  SimulatedModules modules_{};
  std::vector<std::u16string> names_{};  // of threads
  std::vector<ThreadImage> threads_{};
  std::vector<RegionImage> regions_{};
  std::vector<MemoryImage> memory_{};
  std::u16string comment_{};

  std::uint64_t key_{};              // what the contents of its memory go by
  std::vector<Word> frames_{};       // by address
  std::vector<SnapRange> filled_{};  // memory that is not zero: a set
  std::vector<std::byte> bytes_{};
  std::vector<Piece> pieces_{};
  std::size_t used_{};  // of bytes_
};

}  // namespace procreg::impl::inline PROCREG_SYNC
