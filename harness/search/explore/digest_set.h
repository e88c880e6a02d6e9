// The digests of all states met, and nothing else of them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "harness/search/explore/digest.h"

namespace procreg::harness {

// Open addressing over eight-byte slots at a load of at most four fifths. A digest lies at or after the slot in proportion to
// its value, so that the larger table is filled from the smaller one in order.
class DigestSet {
 public:
  DigestSet() { become(1024); }

  void prefetch(std::uint64_t digest) const { __builtin_prefetch(&slots_[home(digest)]); }

  // False: it was in.
  bool insert(std::uint64_t digest) {
    digest = occupied(digest);
    std::size_t slot = home(digest);
    while (slots_[slot] != 0) {
      if (slots_[slot] == digest) return false;
      slot = next(slot);
    }
    slots_[slot] = digest;
    if (++size_ > most_) grow();
    return true;
  }

  std::size_t size() const { return size_; }
  std::size_t bytes() const { return capacity_ * sizeof(std::uint64_t); }

 private:
  struct Free {
    void operator()(std::uint64_t* slots) const { std::free(slots); }
  };

  // 0 is an empty slot.
  static std::uint64_t occupied(std::uint64_t digest) { return digest != 0 ? digest : 1; }
  std::size_t home(std::uint64_t digest) const { return detail::high_product(digest, capacity_); }
  std::size_t next(std::size_t slot) const { return slot + 1 < capacity_ ? slot + 1 : 0; }

  void become(std::size_t capacity) {
    auto* slots = static_cast<std::uint64_t*>(std::calloc(capacity, sizeof(std::uint64_t)));
    if (slots == nullptr) std::abort();  // the explorer's limit of memory is far below
    slots_.reset(slots);
    capacity_ = capacity;
    most_ = capacity / 5 * 4;
  }

  void grow() {
    const std::unique_ptr<std::uint64_t[], Free> old = std::move(slots_);
    const std::size_t old_capacity = capacity_;
    become(capacity_ / 2 * 3);
    for (std::size_t i = 0; i < old_capacity; ++i) {
      if (old[i] == 0) continue;
      std::size_t slot = home(old[i]);
      while (slots_[slot] != 0) slot = next(slot);
      slots_[slot] = old[i];
    }
  }

  std::unique_ptr<std::uint64_t[], Free> slots_{};
  std::size_t capacity_{};
  std::size_t most_{};
  std::size_t size_{};
};

}  // namespace procreg::harness
