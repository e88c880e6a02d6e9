#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "impl/ccf/tag_cache.h"

namespace procreg::impl {
namespace {

constexpr std::uint64_t stable = 64;    // never touched by the writers
constexpr std::uint64_t changing = 64;  // erased and inserted all the time
constexpr std::uint64_t turns = 20000;

// Every word of a tag says which process and which turn it belongs to.
Tag tag_of(std::uint64_t process, std::uint64_t turn) {
  return {.has_id = true, .id = {process, turn}, .csv_flags = static_cast<std::uint32_t>(turn)};
}
bool belongs_together(const Tag& tag, std::uint64_t process) {
  return tag.id.high == process && tag.csv_flags == static_cast<std::uint32_t>(tag.id.low);
}

// Processes `first`, `first` + 2 ... of the changing ones, and ever new ones, so that the shards grow under the readers.
void write(TagCache& cache, std::uint64_t first) {
  for (std::uint64_t turn = 1; turn <= turns; ++turn) {
    const std::uint64_t process = stable + 1 + (first + 2 * turn) % changing;
    switch (turn % 3) {
      case 0:
        cache.erase(ObjectId{process});
        break;
      case 1:
        cache.insert(ObjectId{process}, tag_of(process, turn));
        break;
      default:
        cache.replace(ObjectId{process}, tag_of(process, turn));
    }
    if (turn % 8 == 0) cache.insert(ObjectId{1000 + 2 * turn + first}, tag_of(1000 + 2 * turn + first, turn));
  }
}

std::uint64_t read(const TagCache& cache, const std::atomic<int>& writers) {
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; writers.load(std::memory_order_acquire) > 0 || i < 1000; ++i) {
    const std::uint64_t process = 1 + i % (stable + changing);
    const auto tag = cache.find(ObjectId{process});
    const bool right = tag ? belongs_together(*tag, process) : process > stable;
    if (!right) ++wrong;
  }
  return wrong;
}

TEST(TagCacheRace, ReadersBesideWritersSeeWholeTagsAndNeverMissOneThatStays) {
  Arena arena;
  TagCache cache{arena};
  for (std::uint64_t process = 1; process <= stable; ++process)
    cache.insert(ObjectId{process}, tag_of(process, process));
  std::atomic<int> writers{2};
  std::vector<std::uint64_t> wrong(2);
  std::vector<std::thread> threads;
  for (std::uint64_t first = 0; first < 2; ++first) {
    threads.emplace_back([&, first] {
      write(cache, first);
      writers.fetch_sub(1);
    });
    threads.emplace_back([&, first] { wrong[first] = read(cache, writers); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, (std::vector<std::uint64_t>{0, 0}));
  EXPECT_GE(cache.size(), stable + 2 * turns / 8);
}

}  // namespace
}  // namespace procreg::impl
