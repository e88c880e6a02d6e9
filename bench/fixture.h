// What benchmarks are made of.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace procreg::bench {

// A fixture that the first run of its benchmark makes and the later ones share, from whichever thread.
template <class Fixture>
class Shared {
 public:
  template <class Make>
  Fixture& get(Make make) {
    std::call_once(once_, [&] { fixture_ = make(); });
    return *fixture_;
  }

 private:
  std::once_flag once_;
  std::unique_ptr<Fixture> fixture_;
};

// Uniform numbers at the cost of a few cycles, one a thread: the draw must not hide what is measured.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_{seed * 0x9E3779B97F4A7C15U + 0xD1B54A32D192ED03U} {}
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(((next() >> 32) * end) >> 32); }

 private:
  std::uint64_t state_;
};

}  // namespace procreg::bench
