#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

// A hash table from nonzero 64-bit keys to `Words` words, for many readers and one writer at a time.
//
// find() takes no lock and is linearizable: open addressing with linear probing, at most 3/4 full, and a version that is odd
// while entries are moved, removed or overwritten; who meets a change looks again. An insertion disturbs nobody: the key is
// stored last. The writers are serialised by the owner.
//
// Growing builds a new array and publishes it; the old ones stay where they are until the arena is rewound, because a reader
// may still be in one. As the table never shrinks, they are together smaller than the array in use.
//
// All words are atomic, and no fence is used, so that ThreadSanitizer can follow. Stores to slots that readers may see are
// releases and their loads acquires: who read anything of a change also sees that the version has moved.
template <std::size_t Words>
class ReadMostlyTable {
 public:
  using Value = std::array<std::uint64_t, Words>;

  bool find(std::uint64_t key, Value& value) const noexcept {
    for (;;) {
      const std::uint64_t version = version_.load(sync::acquire);
      if ((version & 1) != 0) [[unlikely]] {
        sync::spin_while(version_, version);
        continue;
      }
      const bool found = probe(array_.load(sync::acquire), key, value);
      if (version_.load(sync::relaxed) == version) [[likely]]
        return found;
    }
  }

  std::size_t size() const noexcept { return count_.load(sync::relaxed); }

  // --- For the writer ---

  // `key` is not in the table.
  void insert(Arena& arena, std::uint64_t key, const Value& value) noexcept {
    if ((size() + 1) * 4 > capacity() * 3) grow(arena);
    place(view(array_.load(sync::relaxed)), key, value);
    count_.store(size() + 1, sync::relaxed);
  }

  // False: there is no such key.
  bool replace(std::uint64_t key, const Value& value) noexcept {
    Slot* slot = slot_of(key);
    if (slot == nullptr) return false;
    const Moving moving{version_};
    slot->store(value);
    return true;
  }

  // False: there is no such key.
  bool erase(std::uint64_t key) noexcept {
    Slot* slot = slot_of(key);
    if (slot == nullptr) return false;
    const Moving moving{version_};
    close_gap(view(array_.load(sync::relaxed)), slot);
    count_.store(size() - 1, sync::relaxed);
    return true;
  }

  void clear() noexcept {
    if (size() == 0) return;
    const View array = view(array_.load(sync::relaxed));
    const Moving moving{version_};
    for (std::size_t i = 0; i <= array.mask; ++i) array.slots[i].key.store(0, sync::release);
    count_.store(0, sync::relaxed);
  }

 private:
  struct Slot {
    sync::atomic<std::uint64_t, "table key"> key;
    std::array<sync::atomic<std::uint64_t, "table value">, Words> words;

    void store(const Value& value) noexcept {
      for (std::size_t i = 0; i < Words; ++i) words[i].store(value[i], sync::release);
    }
    Value load() const noexcept {
      Value value{};
      for (std::size_t i = 0; i < Words; ++i) value[i] = words[i].load(sync::acquire);
      return value;
    }
  };
  static_assert(std::has_single_bit(sizeof(Slot)));

  // The array's address, with the binary logarithm of its capacity in the six low bits. 0: no array yet.
  using Packed = std::uintptr_t;
  struct View {
    Slot* slots;
    std::size_t mask;
    unsigned shift;
    std::size_t home(std::uint64_t key) const noexcept {
      return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15U >> shift);
    }
  };
  static constexpr unsigned first_bits = 3;
  static_assert((sizeof(Slot) << first_bits) >= 64);

  static View view(Packed packed) noexcept {
    const auto bits = static_cast<unsigned>(packed & 63);
    return {reinterpret_cast<Slot*>(packed - bits), (std::size_t{1} << bits) - 1, 64 - bits};
  }

  using Version = sync::atomic<std::uint64_t, "table version">;

  // Readers look again while one of these lives.
  class Moving {
   public:
    explicit Moving(Version& version) noexcept : version_{version}, before_{version.load(sync::relaxed)} {
      version_.store(before_ + 1, sync::relaxed);
    }
    ~Moving() { version_.store(before_ + 2, sync::release); }
    Moving(const Moving&) = delete;
    Moving& operator=(const Moving&) = delete;

   private:
    Version& version_;
    std::uint64_t before_;
  };

  static bool probe(Packed packed, std::uint64_t key, Value& value) noexcept {
    if (packed == 0) return false;
    const View array = view(packed);
    for (std::size_t i = array.home(key);; i = (i + 1) & array.mask) {
      const std::uint64_t here = array.slots[i].key.load(sync::acquire);
      if (here == key) {
        value = array.slots[i].load();
        return true;
      }
      if (here == 0) return false;
    }
  }

  std::size_t capacity() const noexcept {
    const Packed packed = array_.load(sync::relaxed);
    return packed == 0 ? 0 : view(packed).mask + 1;
  }

  Slot* slot_of(std::uint64_t key) noexcept {
    const Packed packed = array_.load(sync::relaxed);
    if (packed == 0) return nullptr;
    const View array = view(packed);
    for (std::size_t i = array.home(key);; i = (i + 1) & array.mask) {
      const std::uint64_t here = array.slots[i].key.load(sync::relaxed);
      if (here == key) return &array.slots[i];
      if (here == 0) return nullptr;
    }
  }

  static void place(const View& array, std::uint64_t key, const Value& value) noexcept {
    std::size_t i = array.home(key);
    while (array.slots[i].key.load(sync::relaxed) != 0) i = (i + 1) & array.mask;
    array.slots[i].store(value);
    array.slots[i].key.store(key, sync::release);
  }

  // Moves back what a probe would no longer reach, so that removal leaves no tombstones.
  static void close_gap(const View& array, Slot* removed) noexcept {
    auto gap = static_cast<std::size_t>(removed - array.slots);
    for (std::size_t i = (gap + 1) & array.mask;; i = (i + 1) & array.mask) {
      const std::uint64_t key = array.slots[i].key.load(sync::relaxed);
      if (key == 0) break;
      const std::size_t home = array.home(key);
      if (((i - home) & array.mask) < ((i - gap) & array.mask)) continue;
      array.slots[gap].store(array.slots[i].load());
      array.slots[gap].key.store(key, sync::release);
      gap = i;
    }
    array.slots[gap].key.store(0, sync::release);
  }

  void grow(Arena& arena) noexcept {
    const Packed old = array_.load(sync::relaxed);
    const unsigned bits = old == 0 ? first_bits : static_cast<unsigned>(old & 63) + 1;
    const std::size_t slots = std::size_t{1} << bits;
    auto* memory = static_cast<Slot*>(arena.allocate(slots * sizeof(Slot)));
    for (std::size_t i = 0; i < slots; ++i) ::new (static_cast<void*>(memory + i)) Slot{};
    const Packed fresh = reinterpret_cast<Packed>(memory) | bits;
    if (old != 0) copy(view(old), view(fresh));
    array_.store(fresh, sync::release);
  }

  static void copy(const View& from, const View& to) noexcept {
    for (std::size_t i = 0; i <= from.mask; ++i) {
      const std::uint64_t key = from.slots[i].key.load(sync::relaxed);
      if (key != 0) place(to, key, from.slots[i].load());
    }
  }

  Version version_{0};
  sync::atomic<Packed, "table array"> array_{0};
  sync::atomic<std::size_t, "table count"> count_{0};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
