#include "bench/process_to_dump.h"

#include <cstring>
#include <numeric>

#include "bench/fixture.h"
#include "impl/dump/minidump_format.h"

namespace procreg::bench {

namespace {

constexpr std::size_t mib = std::size_t{1} << 20;

}  // namespace

ProcessToDump::ProcessToDump(const ProcessShape& shape) {
  make_memory(shape);
  make_threads(shape);
  make_modules(shape.modules);
  image_ = {.mask = 0x40121,
            .pid = Pid{1000},
            .threads = threads_,
            .modules = modules_,
            .regions = regions_,
            .memory = memory_,
            .memory_64 = shape.heap_bytes > 0};
}

void ProcessToDump::make_memory(const ProcessShape& shape) {
  bytes_.resize(shape.threads * shape.stack_bytes + shape.heap_bytes);
  Draw draw{1};
  for (std::size_t i = 0; i + 8 <= bytes_.size(); i += 8) {
    const std::uint64_t word = draw.next() | 1;
    std::memcpy(bytes_.data() + i, &word, sizeof word);
  }
  pieces_.reserve(shape.threads + 2 * shape.heap_bytes / mib);
  const auto add = [&](std::uint64_t begin, std::size_t first, std::size_t size) {
    memory_.push_back({begin, begin + size, std::span{pieces_}.subspan(first)});
    regions_.push_back({begin, begin + size, impl::mdmp::PAGE_READWRITE, impl::mdmp::MEM_PRIVATE});
  };
  for (std::size_t i = 0; i < shape.threads && shape.stack_bytes > 0; ++i) {
    pieces_.push_back({bytes_.data() + i * shape.stack_bytes, shape.stack_bytes});
    add(0x7F0000000000 + i * 0x100000, i, shape.stack_bytes);
  }
  if (shape.heap_bytes == 0) return;
  const std::size_t first = pieces_.size();
  add_heap(shape);
  add(0x100000000, first, shape.heap_bytes);
}

// A MiB of bytes, or some quarters of it and zeros.
void ProcessToDump::add_heap(const ProcessShape& shape) {
  const std::byte* heap = bytes_.data() + shape.threads * shape.stack_bytes;
  const std::size_t held = mib / 4 * (4 - shape.zero_quarters);
  for (std::size_t at = 0; at < shape.heap_bytes; at += mib) {
    pieces_.push_back({heap + at, held});
    if (held < mib) pieces_.push_back({nullptr, mib - held});
  }
}

void ProcessToDump::make_threads(const ProcessShape& shape) {
  for (std::size_t i = 0; i < shape.threads; ++i) {
    impl::ThreadImage thread{.id = Tid{static_cast<std::uint32_t>(4 + 4 * i)}, .instruction_pointer = 0x140001000};
    std::iota(thread.registers.begin(), thread.registers.end(), i);
    if (shape.stack_bytes > 0) {
      thread.stack = memory_[i].begin;
      thread.stack_size = shape.stack_bytes;
      thread.stack_range = i;
    }
    threads_.push_back(thread);
  }
}

void ProcessToDump::make_modules(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    names_.push_back(u"C:\\Windows\\System32\\a-module-with-a-name-" + std::u16string(i % 9, u'x') + u".dll");
  for (std::size_t i = 0; i < count; ++i)
    modules_.push_back({.base = 0x7FFE00000000 + i * 0x100000,
                        .size = 0x80000,
                        .name = names_[i],
                        .version = {{10, 0, 1, 2}},
                        .debug = impl::DebugImage{.age = 1, .pdb = "a-module-with-a-name.pdb"}});
}

}  // namespace procreg::bench
