// Processes that never were, made at random, for the tests of what writes dumps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "impl/dump/process_image.h"

namespace procreg::impl {

// The same numbers for a seed everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}

  std::uint64_t word() {
    std::uint64_t x = state_ += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
  }
  std::uint32_t half() { return static_cast<std::uint32_t>(word()); }
  std::size_t below(std::uint64_t end) { return static_cast<std::size_t>(word() % end); }
  bool once_in(std::uint64_t times) { return below(times) == 0; }

 private:
  std::uint64_t state_;
};

// Owns everything that its image points to. With none, one or several of all that an image can have; stacks share ranges, ranges
// touch each other, hold zeros that lie nowhere and stand in any order; texts have characters of one to four bytes of UTF-8.
class RandomProcess {
 public:
  explicit RandomProcess(std::uint64_t seed) : random_{seed} {
    make_memory();
    make_threads();
    make_modules();
    make_regions();
    make_process();
  }
  RandomProcess(const RandomProcess&) = delete;
  RandomProcess& operator=(const RandomProcess&) = delete;

  const ProcessImage& image() const { return image_; }

 private:
  static const std::vector<std::byte>& noise() {
    static const std::vector<std::byte> bytes = [] {
      Random random{0};
      std::vector<std::byte> made(std::size_t{1} << 16);
      for (std::byte& byte : made) byte = static_cast<std::byte>(random.word());
      return made;
    }();
    return bytes;
  }

  Piece piece() {
    const std::size_t size = 1 + random_.below(1500);
    if (random_.once_in(4)) return {nullptr, size};
    return {noise().data() + random_.below(noise().size() - size), size};
  }

  void make_memory() {
    std::uint64_t at = random_.word() >> (1 + random_.below(30));
    for (std::size_t i = random_.below(7); i > 0; --i) {
      at += random_.once_in(3) ? 0 : random_.below(0x10000);
      const std::uint64_t begin = at;
      auto& pieces = pieces_.emplace_back();
      for (std::size_t n = 1 + random_.below(3); n > 0; --n) at += pieces.emplace_back(piece()).size;
      memory_.push_back({begin, at, pieces});
    }
    for (std::size_t i = memory_.size(); i > 1; --i) std::swap(memory_[i - 1], memory_[random_.below(i)]);
    image_.memory = memory_;
    image_.memory_64 = random_.once_in(2);
  }

  void make_threads() {
    // Those that hold stacks come first.
    const std::size_t stacks = random_.below(memory_.size() + 1);
    const std::uint32_t first = random_.half() / 2;
    const std::size_t count = random_.once_in(500) ? 64 : random_.below(6);
    for (std::uint32_t i = 0; i < count; ++i) make_thread(Tid{first + 4 * i}, stacks);
    image_.threads = threads_;
  }
  void make_thread(Tid id, std::size_t stacks) {
    ThreadImage thread{.id = id};
    for (std::uint64_t& value : thread.registers) value = random_.word();
    thread.instruction_pointer = random_.word();
    thread.start_address = random_.word();
    thread.start_time = random_.word();
    thread.stack = random_.word();
    if (stacks > 0 && !random_.once_in(5)) {
      thread.stack_range = random_.below(stacks);
      const MemoryImage& range = memory_[thread.stack_range];
      thread.stack = range.begin + random_.below(range.end - range.begin);
      thread.stack_size = 1 + random_.below(range.end - thread.stack);
    }
    thread.with_information = random_.once_in(2);
    if (random_.once_in(2)) thread.name = text();
    threads_.push_back(thread);
  }

  void make_modules() {
    for (std::size_t i = random_.below(6); i > 0; --i) {
      ModuleImage module{};
      module.base = random_.word();
      module.size = random_.half();
      module.checksum = random_.half();
      module.timestamp = random_.half();
      module.is_program = random_.once_in(2);
      module.name = text();
      if (!random_.once_in(4))
        for (auto& part : module.version.emplace()) part = static_cast<std::uint16_t>(random_.word());
      if (!random_.once_in(4)) make_debug_record(module.debug.emplace());
      modules_.push_back(module);
    }
    image_.modules = modules_;
  }
  void make_debug_record(DebugImage& debug) {
    for (auto& byte : debug.id) byte = static_cast<std::uint8_t>(random_.word());
    debug.age = random_.half();
    std::string& pdb = pdbs_.emplace_back();
    for (std::size_t n = random_.below(12); n > 0; --n) pdb += static_cast<char>(' ' + random_.below(95));
    debug.pdb = pdb;
  }

  void make_regions() {
    std::uint64_t at = random_.word() >> 8;
    for (std::size_t i = random_.below(6); i > 0; --i) {
      const std::uint64_t begin = at + random_.below(0x10000);
      at = begin + 1 + random_.below(std::uint64_t{1} << 40);
      const std::uint32_t protect = random_.half();
      regions_.push_back({begin, at, protect, random_.half()});
    }
    image_.regions = regions_;
  }

  void make_process() {
    image_.mask = random_.half();
    image_.pid = Pid{random_.half()};
    image_.time = random_.half();
    image_.create_time = random_.half();
    if (random_.once_in(2)) {
      // Of a thread that is not there too.
      const std::size_t place = random_.below(threads_.size() + 1);
      ExceptionImage exception{.thread = place < threads_.size() ? threads_[place].id : no_thread};
      exception.code = random_.half();
      exception.address = random_.word();
      for (std::uint64_t& parameter : exception.parameters) parameter = random_.word();
      image_.exception = exception;
    }
    if (random_.once_in(2)) image_.comment = text();
  }

  std::u16string_view text() {
    std::u16string& text = texts_.emplace_back();
    for (std::size_t n = random_.below(20); n > 0; --n) add_character(text);
    return text;
  }
  void add_character(std::u16string& text) {
    switch (random_.below(4)) {
      case 0:
        text += static_cast<char16_t>(0x20 + random_.below(0x5F));
        break;
      case 1:
        text += static_cast<char16_t>(0x80 + random_.below(0x780));
        break;
      case 2:
        text += static_cast<char16_t>(0x800 + random_.below(0xD000));
        break;
      default:
        text += static_cast<char16_t>(0xD800 + random_.below(0x400));
        text += static_cast<char16_t>(0xDC00 + random_.below(0x400));
    }
  }

  Random random_;
  std::deque<std::vector<Piece>> pieces_{};  // deques: what lies in them stays where it is
  std::deque<std::u16string> texts_{};
  std::deque<std::string> pdbs_{};
  std::vector<MemoryImage> memory_{};
  std::vector<ThreadImage> threads_{};
  std::vector<ModuleImage> modules_{};
  std::vector<RegionImage> regions_{};
  ProcessImage image_{};
};

}  // namespace procreg::impl
