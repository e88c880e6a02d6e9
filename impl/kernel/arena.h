// The memory of one world. Everything a world owns comes from its arena, so that a world is dropped, and one day saved and
// put back, as a whole.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

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

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) noexcept {
    static_assert(alignof(T) <= 64);
    constexpr std::size_t bytes = (sizeof(T) + alignof(T) - 1) / alignof(T) * alignof(T);
    return ::new (allocate(bytes)) T{std::forward<Arguments>(arguments)...};
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
  };
  struct Free {
    Free* next;
  };
  static constexpr std::size_t first_chunk_bytes = 256 * 1024;
  static constexpr std::size_t chunk_bytes_min = 1024 * 1024;  // each chunk is twice as large as the one before
  static constexpr std::size_t chunk_bytes_max = 64 * 1024 * 1024;
  static constexpr std::size_t small_max = 1024;  // sizes up to it are rounded to 16, above it to a power of two
  static constexpr std::size_t small_classes = small_max / 16 + 1;

  static std::size_t rounded(std::size_t bytes) noexcept;
  static std::size_t class_of(std::size_t size) noexcept;
  void* bump(std::size_t size) noexcept;
  void begin(Chunk* chunk) noexcept;
  static Chunk* new_chunk(std::size_t bytes, Chunk* next) noexcept;
  static void delete_chunk(Chunk* chunk) noexcept;

  sync::mutex lock_;
  Chunk* chunks_;  // the newest first
  std::byte* at_{};
  std::byte* end_{};
  std::array<Free*, small_classes + 64> free_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
