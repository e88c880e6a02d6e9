#pragma once

#include <array>
#include <cstdint>

#include "api/smb.h"
#include "impl/kernel/arena_vector.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct Open;

// Where an open lies.
struct OpenPlace {
  Open* open{};          // nullptr: it is gone for good
  std::uint32_t part{};  // of the files
};

// The opens of a server by durable id. These are given out in order and never again, so each has a place in one of a row of
// pages: to enter an open touches what the last one did, and to find one takes no lock. Pages whose ids are all gone are used
// again.
class Handles {
 public:
  // Of an open that may be gone: whoever asks locks its part before looking at it, and then at its id.
  OpenPlace find(DurableId id) const noexcept;

  // Of one that was inserted.
  void prefetch_place(DurableId id) const noexcept;

  // Ids come one after the other. The ledger's lock is held.
  void insert(Arena& arena, DurableId id, OpenPlace place) noexcept;
  // One that was inserted. The lock of the open's part is held.
  void erase(Arena& arena, DurableId id) noexcept;

  // Beside no other call.
  std::size_t size() const noexcept { return inserted_ - erased_; }

 private:
  // A pointer to an open, which lies at a multiple of 64, and its part. 0: there is none.
  using Word = std::uintptr_t;
  static constexpr std::uint32_t page_size = sync::parts * 8;
  static_assert(sync::parts <= 64);
  using Page = std::array<sync::atomic<Word, "smb handle">, page_size>;
  struct Entry {
    sync::atomic<Page*, "smb handle page"> page{nullptr};
    std::uint32_t gone{};  // ids of the page that were erased
  };
  static_assert(sizeof(Entry) == 16);

  // The address of the entries, with the binary logarithm of their number in the six low bits. 0: none yet.
  using Packed = std::uintptr_t;
  static Entry* entries(Packed packed) noexcept { return reinterpret_cast<Entry*>(packed & ~Packed{63}); }
  static std::uint32_t capacity(Packed packed) noexcept { return packed == 0 ? 0 : 1U << (packed & 63); }

  void grow(Arena& arena) noexcept;

  sync::atomic<Packed, "smb handle pages"> directory_{0};
  sync::mutex<"smb handles"> lock_{};  // of what follows, and of the entries but for looking at a page
  ArenaVector<Page*> spare_{};         // all of their places empty
  std::size_t inserted_{};             // the ledger's lock guards it
  std::size_t erased_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
