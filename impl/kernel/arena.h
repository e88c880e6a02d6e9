// The memory of one world. Everything a world owns comes from its arena, so that a world is dropped, saved and put back as a
// whole.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Bump allocation out of chunks, with a free list a size. Allocation and release are safe from any thread (the arena's lock is
// the last in the lock order); rewind must be alone. Memory that runs out for real ends the program.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned to the largest power of two that divides the rounded size, at most 64: arrays of 64 bytes and up that are a power
  // of two begin on a cache line.
  void* allocate(std::size_t bytes) noexcept;
  // `bytes` as it was allocated.
  void release(void* memory, std::size_t bytes) noexcept;
  // Everything allocated is gone; no destructors run.
  void rewind() noexcept;

  // The arena as bytes. All three must be alone, and no lock may be held when it is saved. What is put back lies where it lay: an
  // image fits the arena that it was made of, until that is rewound. Putting bytes back over living objects is beyond the
  // letter of the standard; it rests on all of them being plain values, which the standard's locks are not on every platform:
  // the scheduled flavour's are.
  using Image = std::vector<std::byte>;
  void save(Image& image) const;
  void restore(const Image& image) noexcept;
  bool same_as(const Image& image) const noexcept;

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) noexcept {
    static_assert(alignof(T) <= 64);
    constexpr std::size_t bytes = (sizeof(T) + alignof(T) - 1) / alignof(T) * alignof(T);
    return ::new (allocate(bytes)) T{std::forward<Arguments>(arguments)...};
  }
  // `count` of them, value-initialised; empty without asking for memory.
  template <class T>
  std::span<T> array(std::size_t count) noexcept {
    static_assert(alignof(T) <= 16);
    if (count == 0) return {};
    auto* memory = static_cast<T*>(allocate(count * sizeof(T)));
    std::uninitialized_value_construct_n(memory, count);
    return {memory, count};
  }
  template <class T>
  void drop(std::span<T> array) noexcept {
    static_assert(std::is_trivially_destructible_v<T>);
    if (!array.empty()) release(array.data(), array.size_bytes());
  }
  template <class T>
  void drop(T* object) noexcept {
    static_assert(std::is_trivially_destructible_v<T>);
    release(object, sizeof(T));
  }

 private:
  struct Chunk {
    Chunk* next;
    std::size_t bytes;
    std::byte* end_of_use;  // once a later one is in use
  };
  struct Free {
    Free* next;
  };
  static constexpr std::size_t first_chunk_bytes = 256 * 1024;
  static constexpr std::size_t chunk_bytes_min = 1024 * 1024;  // each chunk is twice as large as the one before
  static constexpr std::size_t chunk_bytes_max = 64 * 1024 * 1024;
  // Sizes up to small_max are rounded to 16, larger ones to a quarter of the power of two below.
  static constexpr std::size_t small_max = 256;
  static constexpr std::size_t small_classes = small_max / 16 + 1;
  static constexpr std::size_t large_classes = 4 * 40;

  static std::size_t rounded(std::size_t bytes) noexcept;
  static std::size_t class_of(std::size_t size) noexcept;
  // What an image begins with, up to the last free list that was used; then, for each chunk in use, how many bytes are used
  // and these.
  struct Use {
    Chunk* current{};
    std::byte* at{};
    std::byte* end{};
    std::size_t free_lists{};  // those behind are empty
    std::array<Free*, small_classes + large_classes> free{};
  };
  static std::size_t bytes_of(const Use& use) noexcept;

  void* bump(std::size_t size) noexcept;
  void go_on(std::size_t size) noexcept;
  void begin(Chunk* chunk) noexcept;
  static std::byte* begin_of(Chunk* chunk) noexcept { return reinterpret_cast<std::byte*>(chunk + 1); }
  static const std::byte* begin_of(const Chunk* chunk) noexcept {
    return reinterpret_cast<const std::byte*>(chunk + 1);
  }
  std::size_t used(const Chunk* chunk) const noexcept;
  void renew_lock() noexcept;
  static Chunk* new_chunk(std::size_t bytes, Chunk* next) noexcept;
  static void delete_chunk(Chunk* chunk) noexcept;

  sync::mutex<"arena"> lock_;
  Chunk* first_;  // in order of use; those behind the current one are empty
  Use use_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
