#include "impl/ccf/tag_cache.h"

namespace procreg::impl::inline PROCREG_SYNC {

bool TagCache::insert(ObjectId process, const Tag& tag) noexcept {
  if (heap_ != nullptr && !heap_->allocate()) return false;
  Shard& home = shard(process);
  const std::scoped_lock lock{home.writer};
  if (!home.table.replace(number(process), packed(tag))) home.table.insert(arena_, number(process), packed(tag));
  return true;
}

bool TagCache::replace(ObjectId process, const Tag& tag) noexcept {
  Shard& home = shard(process);
  const std::scoped_lock lock{home.writer};
  return home.table.replace(number(process), packed(tag));
}

bool TagCache::erase(ObjectId process) noexcept {
  Shard& home = shard(process);
  const std::scoped_lock lock{home.writer};
  return home.table.erase(number(process));
}

void TagCache::clear() noexcept {
  for (Shard& home : shards_) {
    const std::scoped_lock lock{home.writer};
    home.table.clear();
  }
}

std::size_t TagCache::size() const noexcept {
  std::size_t tags = 0;
  for (const Shard& home : shards_) tags += home.table.size();
  return tags;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
