#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What an object has for each table of chains that it can stand in.
template <class T>
struct ChainLink {
  T* next{};
  T** place{};  // what points to this object; nullptr: it stands in no table
  std::uint64_t hash{};
};

// A hash table of objects that link themselves: no memory an object, removal without a search. Not thread-safe: its owner's
// lock guards it. Objects with one hash stand in one chain, the latest first.
template <class T, ChainLink<T> T::*Link>
class Chains {
 public:
  std::size_t size() const noexcept { return count_; }

  // The latest object with this hash, and the one before it; nullptr: none.
  T* first(std::uint64_t hash) const noexcept {
    return count_ == 0 ? nullptr : same_hash(buckets_[hash & (capacity_ - 1)], hash);
  }
  static T* next(const T& object) noexcept { return same_hash((object.*Link).next, (object.*Link).hash); }

  void insert(Arena& arena, T& object, std::uint64_t hash) noexcept {
    if (count_ == capacity_) grow(arena);
    (object.*Link).hash = hash;
    link(object);
    ++count_;
  }
  void erase(T& object) noexcept {
    ChainLink<T>& at = object.*Link;
    *at.place = at.next;
    if (at.next != nullptr) (at.next->*Link).place = at.place;
    at = {};
    --count_;
  }

  template <class Visit>
  void each(Visit&& visit) const {
    for (std::size_t i = 0; i < capacity_; ++i) {
      for (T* object = buckets_[i]; object != nullptr; object = (object->*Link).next) visit(*object);
    }
  }

 private:
  static T* same_hash(T* object, std::uint64_t hash) noexcept {
    while (object != nullptr && (object->*Link).hash != hash) object = (object->*Link).next;
    return object;
  }

  void link(T& object) noexcept {
    ChainLink<T>& at = object.*Link;
    T*& bucket = buckets_[at.hash & (capacity_ - 1)];
    at.next = bucket;
    at.place = &bucket;
    if (bucket != nullptr) (bucket->*Link).place = &at.next;
    bucket = &object;
  }

  void grow(Arena& arena) noexcept {
    const std::span<T*> old{buckets_, capacity_};
    capacity_ = capacity_ == 0 ? 4 : capacity_ * 2;
    buckets_ = arena.array<T*>(capacity_).data();
    for (T* chain : old) chain_again(chain);
    arena.drop(old);
  }
  // From its end, so that the order within a chain stays.
  void chain_again(T* chain) noexcept {
    T* reversed = nullptr;
    while (chain != nullptr) {
      T* const next = (chain->*Link).next;
      (chain->*Link).next = reversed;
      reversed = chain;
      chain = next;
    }
    while (reversed != nullptr) {
      T* const next = (reversed->*Link).next;
      link(*reversed);
      reversed = next;
    }
  }

  T** buckets_{};
  std::size_t capacity_{};
  std::size_t count_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
