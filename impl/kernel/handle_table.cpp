#include "impl/kernel/handle_table.h"

#include <algorithm>
#include <functional>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {
HandleValue value_of(std::uint32_t index) noexcept { return HandleValue{(std::uint64_t{index} + 1) * 4}; }
}  // namespace

HandleValue HandleTable::insert(Arena& arena, const HandleEntry& entry) noexcept {
  std::uint32_t index = end_;
  if (free_count_ > 0) {
    std::uint32_t* free = free_indices();
    std::pop_heap(free, free + free_count_, std::greater{});
    index = free[--free_count_];
  } else {
    if (end_ == capacity_) grow(arena, capacity_ == 0 ? 4 : capacity_ * 2);
    ++end_;
  }
  entries_[index] = entry;
  return value_of(index);
}

void HandleTable::remove(HandleEntry* entry) noexcept {
  *entry = {};
  std::uint32_t* free = free_indices();
  free[free_count_++] = static_cast<std::uint32_t>(entry - entries_);
  std::push_heap(free, free + free_count_, std::greater{});
}

void HandleTable::inherit(Arena& arena, const HandleTable& parent) noexcept {
  parent.each([&](HandleValue value, const HandleEntry& entry) {
    if (!entry.inheritable) return;
    const auto index = static_cast<std::uint32_t>(number(value) / 4 - 1);
    if (index >= capacity_) grow(arena, std::max(index + 1, std::max(4U, capacity_ * 2)));
    // Skipped entries are free; ascending indices are a heap already.
    for (; end_ < index; ++end_) {
      entries_[end_] = {};
      free_indices()[free_count_++] = end_;
    }
    entries_[end_++] = entry;
  });
}

void HandleTable::free(Arena& arena) noexcept {
  if (entries_ != nullptr) arena.release(entries_, bytes(capacity_));
  *this = {};
}

void HandleTable::grow(Arena& arena, std::uint32_t capacity) noexcept {
  HandleTable grown;
  grown.entries_ = static_cast<HandleEntry*>(arena.allocate(bytes(capacity)));
  grown.capacity_ = capacity;
  grown.end_ = end_;
  grown.free_count_ = free_count_;
  std::copy_n(entries_, end_, grown.entries_);
  if (free_count_ > 0) std::copy_n(free_indices(), free_count_, grown.free_indices());
  free(arena);
  *this = grown;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
