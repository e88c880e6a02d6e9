#pragma once

#include <cstdint>

#include "api/ids.h"
#include "api/limits.h"
#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct KernelObject;

struct HandleEntry {
  KernelObject* object{};  // nullptr: the entry is free
  AccessMask mask{};
  bool inheritable{};
};

// The handles of one process. Guarded by the lifecycle lock; counts no references: who inserts and removes does.
//
// Entry i has the handle value 4 (i + 1). Below end_ entries may be free; their indices are a heap with the lowest on top, in
// the second half of the same memory, so that a new handle costs O(log n) whatever was closed before.
class HandleTable {
 public:
  // The lowest free value (OBJ-HND-02).
  HandleValue insert(Arena& arena, const HandleEntry& entry) noexcept;

  // The two low bits of the value are ignored (OBJ-HND-04). nullptr: no such handle; so for pseudo handles.
  HandleEntry* find(HandleValue value) noexcept {
    const std::uint64_t number_of_entry = number(value) / 4;
    if (number_of_entry == 0 || number_of_entry > end_) return nullptr;
    HandleEntry* entry = entries_ + (number_of_entry - 1);
    return entry->object != nullptr ? entry : nullptr;
  }

  // `entry` is one of the table.
  void remove(HandleEntry* entry) noexcept;

  // Calls f(value, entry) in ascending order of values.
  template <class F>
  void each(F&& f) const {
    for (std::uint32_t i = 0; i < end_; ++i) {
      if (entries_[i].object != nullptr) f(HandleValue{(std::uint64_t{i} + 1) * 4}, entries_[i]);
    }
  }

  // Fills this empty table with the inheritable entries of another, at the same values (OBJ-HND-09).
  void inherit(Arena& arena, const HandleTable& parent) noexcept;

  std::uint32_t size() const noexcept { return end_ - free_count_; }
  void free(Arena& arena) noexcept;

 private:
  static std::size_t bytes(std::uint32_t capacity) noexcept {
    return capacity * (sizeof(HandleEntry) + sizeof(std::uint32_t));
  }
  std::uint32_t* free_indices() const noexcept { return reinterpret_cast<std::uint32_t*>(entries_ + capacity_); }
  void grow(Arena& arena, std::uint32_t capacity) noexcept;

  HandleEntry* entries_{};
  std::uint32_t end_{};
  std::uint32_t capacity_{};
  std::uint32_t free_count_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
