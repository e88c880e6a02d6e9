#pragma once

#include <cstdint>

#include "impl/kernel/arena_vector.h"
#include "impl/smb/objects.h"

namespace procreg::impl::inline PROCREG_SYNC {

// The orphans of a server by (deadline, durable id): a heap, each of which knows its place. The server's ledger guards it.
class Orphans {
 public:
  struct Orphan {
    std::uint64_t deadline{};
    Open* open{};
  };

  // The next one to expire; nullptr: none.
  const Orphan* first() const noexcept { return heap_.empty() ? nullptr : &heap_[0]; }
  std::uint32_t size() const noexcept { return heap_.size(); }
  const ArenaVector<Orphan>& all() const noexcept { return heap_; }  // in no order

  std::uint64_t deadline_of(const Open& open) const noexcept { return heap_[open.orphan_place].deadline; }

  void insert(Arena& arena, Open& open, std::uint64_t deadline) noexcept {
    heap_.push_back(arena, {deadline, &open});
    rise(heap_.size() - 1);
  }
  void erase(Open& open) noexcept {
    const std::uint32_t place = open.orphan_place;
    const Orphan last = heap_.back();
    heap_.pop_back();
    if (last.open == &open) return;
    put(place, last);
    rise(place);
    sink(last.open->orphan_place);
  }

 private:
  static bool before(const Orphan& a, const Orphan& b) noexcept {
    return a.deadline != b.deadline ? a.deadline < b.deadline : a.open->durable < b.open->durable;
  }
  void put(std::uint32_t place, Orphan orphan) noexcept {
    heap_[place] = orphan;
    orphan.open->orphan_place = place;
  }
  void swap(std::uint32_t a, std::uint32_t b) noexcept {
    const Orphan first = heap_[a];
    put(a, heap_[b]);
    put(b, first);
  }
  void rise(std::uint32_t place) noexcept {
    heap_[place].open->orphan_place = place;
    while (place > 0 && before(heap_[place], heap_[(place - 1) / 2])) {
      swap(place, (place - 1) / 2);
      place = (place - 1) / 2;
    }
  }
  void sink(std::uint32_t place) noexcept {
    for (;;) {
      std::uint32_t least = place;
      for (std::uint32_t child = 2 * place + 1; child <= 2 * place + 2 && child < heap_.size(); ++child)
        if (before(heap_[child], heap_[least])) least = child;
      if (least == place) return;
      swap(place, least);
      place = least;
    }
  }

  ArenaVector<Orphan> heap_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
