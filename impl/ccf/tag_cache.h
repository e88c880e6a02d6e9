#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "api/ids.h"
#include "api/report.h"
#include "impl/ccf/heap.h"
#include "impl/kernel/read_mostly_table.h"

namespace procreg::impl::inline PROCREG_SYNC {

// What the filter knows of a process. An entry may lack an id (flags only).
struct Tag {
  bool has_id{};
  Guid id{};
  bool inherit{};
  std::uint32_t csv_flags{};
  TagOrigin origin{};
  friend bool operator==(const Tag&, const Tag&) = default;
};

// The tags of one machine by process object, for many readers and few writers. Safe from any thread.
//
// find() takes no lock and costs about one cache miss: a slot is 32 bytes and holds all of a tag. Writers lock one of the shards,
// chosen by the object id. What a shard outgrows stays in the arena until that is rewound (ReadMostlyTable says why and how
// much).
class TagCache {
 public:
  // `heap` decides which insertions find no memory; nullptr: none fails. Arena and heap outlive the cache.
  explicit TagCache(Arena& arena, CcfHeap* heap = nullptr) noexcept : arena_{arena}, heap_{heap} {}

  std::optional<Tag> find(ObjectId process) const noexcept {
    Table::Value words{};
    if (!shard(process).table.find(number(process), words)) return std::nullopt;
    return unpacked(words);
  }

  // Makes or overwrites the entry after one allocation attempt. False: no memory, nothing changed.
  bool insert(ObjectId process, const Tag& tag) noexcept;
  // Overwrites the entry, without an allocation. False: there is none.
  bool replace(ObjectId process, const Tag& tag) noexcept;
  // False: there is none.
  bool erase(ObjectId process) noexcept;
  // A reader beside it may still find some tags and miss others.
  void clear() noexcept;

  // Beside writers: of no particular instant.
  std::size_t size() const noexcept;

 private:
  using Table = ReadMostlyTable<3>;
  // On a line of its own, so that a writer disturbs the readers of its shard only.
  struct alignas(sync::apart) Shard {
    Table table{};
    sync::mutex<"tag cache shard"> writer{};
  };
  static constexpr std::size_t shard_count = std::min<std::size_t>(16, sync::parts);

  const Shard& shard(ObjectId process) const noexcept { return shards_[number(process) % shard_count]; }
  Shard& shard(ObjectId process) noexcept { return shards_[number(process) % shard_count]; }

  static Table::Value packed(const Tag& tag) noexcept {
    const std::uint64_t flags =
        (tag.has_id ? 1U : 0U) | (tag.inherit ? 2U : 0U) | (static_cast<std::uint64_t>(tag.origin) << 2);
    return {tag.id.high, tag.id.low, std::uint64_t{tag.csv_flags} << 32 | flags};
  }
  static Tag unpacked(const Table::Value& words) noexcept {
    return {.has_id = (words[2] & 1) != 0,
            .id = {words[0], words[1]},
            .inherit = (words[2] & 2) != 0,
            .csv_flags = static_cast<std::uint32_t>(words[2] >> 32),
            .origin = static_cast<TagOrigin>(words[2] >> 2 & 1)};
  }

  Arena& arena_;
  CcfHeap* heap_;
  std::array<Shard, shard_count> shards_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
