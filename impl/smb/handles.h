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
// pages: what entering an open touches is in the cache, and neither that nor finding or erasing one takes a lock but where a page
// begins or ends. Pages whose ids are all gone are used again. Ids that follow each other lie in different cache lines, since
// several threads may have just got them.
class Handles {
 public:
  // Of an open that may be gone: whoever asks locks its part before looking at it, and then at its id.
  OpenPlace find(DurableId id) const noexcept;

  // Of one that was inserted.
  void prefetch_place(DurableId id) const noexcept;

  // Every id from 1 on comes once, in no order. The lock of the open's part is held.
  void insert(Arena& arena, DurableId id, OpenPlace place) noexcept;
  // One that was inserted. The lock of the open's part is held.
  void erase(Arena& arena, DurableId id) noexcept;

  // Looks at all places. Beside no other call.
  std::size_t size() const noexcept;

 private:
  // A pointer to an open, which lies at a multiple of 64, and its part. 0: there is none.
  using Word = std::uintptr_t;
  static_assert(sync::parts <= 64);
  using Place = sync::atomic<Word, "smb handle">;
  static constexpr std::uint32_t line_size = 7;
  struct alignas(sync::apart) Line {
    std::array<Place, line_size> places{};
    sync::atomic<std::uint32_t, "smb handles gone"> gone{0};  // of its ids, those that were erased
  };
  static constexpr std::uint32_t page_lines = sync::parts - 1;
  static constexpr std::uint32_t page_size = page_lines * line_size;
  struct Page {
    sync::atomic<std::uint32_t, "smb handle lines gone"> gone{0};  // lines whose ids are all gone
    std::array<Line, page_lines> lines{};

    Line& line_of(DurableId id) noexcept { return lines[number(id) % page_lines]; }
    Place& place_of(DurableId id) noexcept { return line_of(id).places[number(id) % page_size / page_lines]; }
  };
  struct Entry {
    sync::atomic<Page*, "smb handle page"> page{nullptr};
  };

  // The address of the entries, with the binary logarithm of their number in the six low bits. 0: none yet.
  using Packed = std::uintptr_t;
  static Entry* entries(Packed packed) noexcept { return reinterpret_cast<Entry*>(packed & ~Packed{63}); }
  static std::uint32_t capacity(Packed packed) noexcept { return packed == 0 ? 0 : 1U << (packed & 63); }

  static Page* page_in(Packed directory, DurableId id) noexcept;
  Page& page_for(Arena& arena, DurableId id) noexcept;
  void put_away(Arena& arena, DurableId id, Page& page) noexcept;
  void grow(Arena& arena) noexcept;

  sync::atomic<Packed, "smb handle pages"> directory_{0};
  sync::mutex<"smb handles"> lock_{};  // of what follows, and of changes to the directory and its entries
  ArenaVector<Page*> spare_{};         // as new
};

}  // namespace procreg::impl::inline PROCREG_SYNC
