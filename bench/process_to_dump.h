// A process whose memory lies ready to be dumped, so that nothing but making the dump is timed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "impl/dump/process_image.h"

namespace procreg::bench {

struct ProcessShape {
  std::size_t threads{};
  std::size_t stack_bytes{};
  std::size_t modules{40};
  std::size_t heap_bytes{};     // a multiple of 1 MiB; then the list of memory is the long one
  std::size_t zero_quarters{};  // of each MiB of the heap
};

class ProcessToDump {
 public:
  // All memory but the zeros is touched and differs from byte to byte.
  explicit ProcessToDump(const ProcessShape& shape);
  ProcessToDump(const ProcessToDump&) = delete;
  ProcessToDump& operator=(const ProcessToDump&) = delete;

  const impl::ProcessImage& image() const { return image_; }

 private:
  void make_memory(const ProcessShape& shape);
  void add_heap(const ProcessShape& shape);
  void make_threads(const ProcessShape& shape);
  void make_modules(std::size_t count);

  std::vector<std::byte> bytes_{};
  std::vector<impl::Piece> pieces_{};
  std::vector<impl::MemoryImage> memory_{};
  std::vector<impl::RegionImage> regions_{};
  std::vector<impl::ThreadImage> threads_{};
  std::vector<std::u16string> names_{};
  std::vector<impl::ModuleImage> modules_{};
  impl::ProcessImage image_{};
};

}  // namespace procreg::bench
