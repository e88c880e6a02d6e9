#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A growing array out of an arena, for plain values. Not thread-safe: its owner's lock guards it. Frees nothing by itself.
template <class T>
class ArenaVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  std::uint32_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* begin() const noexcept { return data_; }
  const T* end() const noexcept { return data_ + size_; }
  T& operator[](std::size_t index) noexcept { return data_[index]; }
  const T& operator[](std::size_t index) const noexcept { return data_[index]; }
  T& front() noexcept { return data_[0]; }
  T& back() noexcept { return data_[size_ - 1]; }

  void push_back(Arena& arena, const T& value) noexcept {
    if (size_ == capacity_) grow(arena);
    ::new (static_cast<void*>(data_ + size_)) T{value};
    ++size_;
  }
  void pop_back() noexcept { --size_; }
  // In an ascending array, behind its equals.
  void insert_sorted(Arena& arena, const T& value) noexcept {
    push_back(arena, value);
    for (std::uint32_t at = size_ - 1; at > 0 && data_[at] < data_[at - 1]; --at) std::swap(data_[at], data_[at - 1]);
  }
  void erase_front(std::uint32_t count) noexcept {
    size_ -= count;
    if (size_ > 0) std::memmove(static_cast<void*>(data_), data_ + count, size_ * sizeof(T));
  }
  // Writes nothing where there is nothing: what is only read stays in the caches of all threads.
  void clear() noexcept {
    if (size_ != 0) size_ = 0;
  }
  // Gives the memory back.
  void free(Arena& arena) noexcept {
    if (data_ != nullptr) arena.release(data_, capacity_ * sizeof(T));
    *this = {};
  }

 private:
  void grow(Arena& arena) noexcept {
    const std::uint32_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    auto* data = static_cast<T*>(arena.allocate(capacity * sizeof(T)));
    if (data_ != nullptr) {
      std::memcpy(static_cast<void*>(data), data_, size_ * sizeof(T));
      arena.release(data_, capacity_ * sizeof(T));
    }
    data_ = data;
    capacity_ = capacity;
  }

  T* data_{};
  std::uint32_t size_{};
  std::uint32_t capacity_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
