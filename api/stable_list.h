// A list that only grows, and whose elements stay where they are.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>

namespace procreg {

// One thread at a time may append. Meanwhile others may read any element whose index they were told of after it was appended: chunk
// k is made once and holds 8 * 2^k elements.
template <class T>
class StableList {
 public:
  StableList() = default;
  StableList(std::initializer_list<T> elements) {
    for (const T& element : elements) push_back(element);
  }
  StableList(const StableList& other) {
    for (std::size_t i = 0; i < other.size_; ++i) push_back(other[i]);
  }
  StableList(StableList&& other) noexcept
      : chunks_{std::move(other.chunks_)}, size_{std::exchange(other.size_, std::size_t{0})} {}
  // Elements that both have stay where they are.
  StableList& operator=(const StableList& other) {
    if (this == &other) return *this;
    const std::size_t same = size_ < other.size_ ? size_ : other.size_;
    for (std::size_t i = 0; i < same; ++i) change(i) = other[i];
    while (size_ > other.size_) change(--size_) = T{};
    for (std::size_t i = same; i < other.size_; ++i) push_back(other[i]);
    return *this;
  }
  StableList& operator=(StableList&& other) noexcept {
    chunks_ = std::move(other.chunks_);
    size_ = std::exchange(other.size_, std::size_t{0});
    return *this;
  }

  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return chunks_[chunk_of(i)][place_in_chunk(i)]; }

  // For the thread that appends, and an element that no other reads.
  T& change(std::size_t i) { return chunks_[chunk_of(i)][place_in_chunk(i)]; }

  void push_back(T element) {
    auto& chunk = chunks_[chunk_of(size_)];
    if (!chunk) chunk = std::make_unique<T[]>(first << chunk_of(size_));
    chunk[place_in_chunk(size_)] = std::move(element);
    ++size_;
  }

 private:
  static constexpr std::size_t first = 8;
  static std::size_t chunk_of(std::size_t i) { return std::bit_width(i / first + 1) - 1U; }
  static std::size_t place_in_chunk(std::size_t i) { return i + first - (first << chunk_of(i)); }
  std::array<std::unique_ptr<T[]>, 29> chunks_{};  // 2^32 elements, as many as an index can name
  std::size_t size_{};
};

}  // namespace procreg
