// The digests of all states met, and nothing else of them.
#pragma once

#include <sys/mman.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
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
  static constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

  struct Free {
    void operator()(std::uint64_t* slots) const { std::free(slots); }
  };

  // 0 is an empty slot.
  static std::uint64_t occupied(std::uint64_t digest) { return digest != 0 ? digest : 1; }
  std::size_t home(std::uint64_t digest) const { return detail::high_product(digest, capacity_); }
  std::size_t next(std::size_t slot) const { return slot + 1 < capacity_ ? slot + 1 : 0; }

  void become(std::size_t capacity) {
    slots_.reset(empty_slots(capacity * sizeof(std::uint64_t)));
    capacity_ = capacity;
    most_ = capacity / 5 * 4;
  }

  // Where the set is large every look-up goes to another page: asks for huge ones.
  static std::uint64_t* empty_slots(std::size_t bytes) {
    const bool large = bytes >= huge_page_bytes;
    const std::size_t taken = large ? (bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes : bytes;
    void* const slots = large ? std::aligned_alloc(huge_page_bytes, taken) : std::malloc(taken);
    if (slots == nullptr) std::abort();  // the explorer's limit of memory is far below
    if (large) madvise(slots, taken, MADV_HUGEPAGE);
    std::memset(slots, 0, bytes);
    return static_cast<std::uint64_t*>(slots);
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
