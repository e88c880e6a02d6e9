// Where generation gets its small numbers from: a seed, the bytes of a fuzzer, a list that rapidcheck drew.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace procreg::harness {

// A script is made of slices: slice 0 is its world, slice k + 1 its step k. Each slice has numbers of its own, so
// dropping a step does not disturb the others. 0 is always the plainest answer, also that of a source that has run dry.
class ChoiceSource {
 public:
  virtual ~ChoiceSource() = default;
  virtual void begin(std::uint64_t slice) = 0;
  // A number from 0 to n - 1; n is at least 1.
  virtual std::uint32_t below(std::uint32_t n) = 0;

  bool one_in(std::uint32_t n) { return below(n) == n - 1; }
  template <class Range>
  auto one_of(const Range& range) {
    return std::data(range)[below(static_cast<std::uint32_t>(std::size(range)))];
  }
};

// A seeded generator (SplitMix64). The numbers of a slice depend on (seed, script, slice) and on nothing else.
class SeededSource final : public ChoiceSource {
 public:
  SeededSource(std::uint64_t seed, std::uint64_t script) { begin_script(seed, script); }
  void begin_script(std::uint64_t seed, std::uint64_t script) {
    script_ = scrambled(scrambled(seed) + script * golden);
  }
  void begin(std::uint64_t slice) override { state_ = scrambled(script_ ^ slice * odd); }
  std::uint32_t below(std::uint32_t n) override {
    state_ += golden;
    return static_cast<std::uint32_t>((scrambled(state_) >> 32) * n >> 32);
  }

 private:
  static constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;
  static constexpr std::uint64_t odd = 0xD1342543DE82EF95U;
  static constexpr std::uint64_t scrambled(std::uint64_t x) {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27) * 0x94D049BB133111EBU;
    return x ^ x >> 31;
  }

  std::uint64_t script_{};
  std::uint64_t state_{};
};

// The input of a byte fuzzer: `slice_bytes` bytes a slice, a byte a number (two where n is above 256). Past the end it
// is dry.
class BytesSource final : public ChoiceSource {
 public:
  static constexpr std::size_t slice_bytes = 48;
  explicit BytesSource(std::span<const std::uint8_t> bytes) : bytes_{bytes} {}
  void begin(std::uint64_t slice) override;
  std::uint32_t below(std::uint32_t n) override;
  // How many whole or begun steps the bytes hold beside the world.
  std::size_t steps() const;

 private:
  std::uint32_t byte();

  std::span<const std::uint8_t> bytes_;
  std::span<const std::uint8_t> slice_{};
};

// One list of numbers a slice, as rapidcheck draws and shrinks them. Past the end of a list it is dry.
class ListSource final : public ChoiceSource {
 public:
  using Lists = std::vector<std::vector<std::uint32_t>>;
  explicit ListSource(const Lists& lists) : lists_{lists} {}
  void begin(std::uint64_t slice) override;
  std::uint32_t below(std::uint32_t n) override;
  std::size_t steps() const { return lists_.empty() ? 0 : lists_.size() - 1; }

 private:
  const Lists& lists_;
  std::span<const std::uint32_t> slice_{};
};

}  // namespace procreg::harness
