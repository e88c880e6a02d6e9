// How every state was found, in the order in which states were found: by which step, and how many others it found itself.
// The states that one finds follow each other, so the two numbers say who found whom.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace procreg::harness {

// Grows in chunks, so that what lies in it is neither copied nor held twice.
template <class T>
class Chunked {
 public:
  T& operator[](std::uint64_t index) { return chunks_[index / chunk][index % chunk]; }
  const T& operator[](std::uint64_t index) const { return chunks_[index / chunk][index % chunk]; }
  void reserve(std::uint64_t size) {
    while (chunks_.size() * chunk < size) chunks_.push_back(std::make_unique<T[]>(chunk));
  }
  std::size_t bytes() const { return chunks_.size() * chunk * sizeof(T); }

 private:
  static constexpr std::uint64_t chunk = 1U << 16;
  std::vector<std::unique_ptr<T[]>> chunks_{};
};

// Different states may be written by different threads at once, within what was reserved.
class DiscoveryLog {
 public:
  explicit DiscoveryLog(bool with_profiles) : with_profiles_{with_profiles} {}

  void reserve(std::uint64_t states) {
    steps_.reserve(states);
    found_.reserve(states);
    if (with_profiles_) profiles_.reserve(states);
  }
  void set_origin(std::uint64_t state, std::uint16_t step, std::uint16_t profile) {
    steps_[state] = step;
    if (with_profiles_) profiles_[state] = profile;
  }
  // True where the number does not fit and must be given to set_many, by one thread.
  bool set_found(std::uint64_t state, std::size_t count) {
    found_[state] = static_cast<std::uint8_t>(count < many ? count : many);
    return count >= many;
  }
  void set_many(std::uint64_t state, std::size_t count) { many_[state] = count; }

  std::uint16_t step(std::uint64_t state) const { return steps_[state]; }
  std::uint16_t profile(std::uint64_t state) const { return with_profiles_ ? profiles_[state] : std::uint16_t{0}; }
  std::size_t found(std::uint64_t state) const { return found_[state] < many ? found_[state] : many_.at(state); }

  std::size_t bytes() const { return steps_.bytes() + found_.bytes() + profiles_.bytes() + many_.size() * 64; }

 private:
  static constexpr std::size_t many = 255;
  bool with_profiles_;
  Chunked<std::uint16_t> steps_{};
  Chunked<std::uint8_t> found_{};
  Chunked<std::uint16_t> profiles_{};
  std::map<std::uint64_t, std::size_t> many_{};
};

}  // namespace procreg::harness
