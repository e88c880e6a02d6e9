// A list of plain values that keeps a few of them inside itself: copied, put back and gone through more often than anything
// else in the model.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace procreg::model {

// As boost::container::small_vector, for values that may be copied as bytes. Memory taken for many elements is kept until the
// list goes.
template <class T, std::size_t Inside>
class Flat {
  static_assert(std::is_trivially_copyable_v<T> && Inside > 0);

 public:
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = const T&;
  using iterator = T*;
  using const_iterator = const T*;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  Flat() noexcept : data_{inside()} {}
  Flat(std::initializer_list<T> values) : Flat{} { assign(values.begin(), values.size()); }
  Flat(const Flat& other) : Flat{} { assign(other.data_, other.size_); }
  Flat(Flat&& other) noexcept : Flat{} { take(other); }
  Flat& operator=(const Flat& other) {
    if (this != &other) assign(other.data_, other.size_);
    return *this;
  }
  Flat& operator=(Flat&& other) noexcept {
    if (this == &other) return *this;
    release();
    data_ = inside();
    room_ = Inside;
    take(other);
    return *this;
  }
  ~Flat() { release(); }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](std::size_t index) { return data_[index]; }
  const T& operator[](std::size_t index) const { return data_[index]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  iterator begin() { return data_; }
  iterator end() { return data_ + size_; }
  const_iterator begin() const { return data_; }
  const_iterator end() const { return data_ + size_; }
  const_reverse_iterator rbegin() const { return const_reverse_iterator{end()}; }
  const_reverse_iterator rend() const { return const_reverse_iterator{begin()}; }

  void clear() { size_ = 0; }
  void push_back(const T& value) {
    const T copy = value;  // it may lie in this list
    if (size_ == room_) grow(size_ + 1);
    data_[size_++] = copy;
  }
  iterator insert(const_iterator before, const T& value) {
    const std::ptrdiff_t place = before - data_;
    push_back(value);
    std::rotate(data_ + place, end() - 1, end());
    return data_ + place;
  }
  // A loop: what is behind an element of a short list is moved in less time than it takes to ask for it.
  iterator erase(const_iterator element) {
    T* const place = data_ + (element - data_);
    --size_;
    for (T* to = place; to < end(); ++to) *to = to[1];
    return place;
  }
  iterator erase(const_iterator first, const_iterator last) {
    const std::ptrdiff_t place = first - data_;
    std::copy(last, const_iterator{end()}, data_ + place);
    size_ -= static_cast<std::uint32_t>(last - first);
    return data_ + place;
  }
  void swap(Flat& other) noexcept {
    Flat kept{std::move(other)};
    other = std::move(*this);
    *this = std::move(kept);
  }

  friend bool operator==(const Flat& a, const Flat& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

 private:
  T* inside() noexcept { return reinterpret_cast<T*>(bytes_); }
  bool is_inside() const { return data_ == reinterpret_cast<const T*>(bytes_); }

  void assign(const T* values, std::size_t count) {
    if (count > room_) grow(count);
    for (std::size_t i = 0; i < count; ++i) data_[i] = values[i];
    size_ = static_cast<std::uint32_t>(count);
  }
  // Of a list that is empty and has nothing but its inside.
  void take(Flat& other) noexcept {
    if (other.is_inside()) {
      assign(other.data_, other.size_);
    } else {
      data_ = std::exchange(other.data_, other.inside());
      room_ = std::exchange(other.room_, static_cast<std::uint32_t>(Inside));
      size_ = other.size_;
    }
    other.size_ = 0;
  }
  [[gnu::noinline]] void grow(std::size_t wanted) {
    const std::size_t room = std::max<std::size_t>(wanted, room_ * std::size_t{2});
    T* const larger = std::allocator<T>{}.allocate(room);
    std::copy(data_, data_ + size_, larger);
    release();
    data_ = larger;
    room_ = static_cast<std::uint32_t>(room);
  }
  void release() noexcept {
    if (!is_inside()) std::allocator<T>{}.deallocate(data_, room_);
  }

  T* data_;
  std::uint32_t size_{};
  std::uint32_t room_{Inside};
  alignas(T) std::byte bytes_[Inside * sizeof(T)];
};

}  // namespace procreg::model
