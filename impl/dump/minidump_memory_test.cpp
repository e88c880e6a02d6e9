// What the writer of dumps takes of memory beside that of the process. In a program of its own, for it counts every allocation.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <numeric>
#include <string>
#include <vector>

#include "impl/dump/minidump.h"
#include "impl/store/disk.h"
#include "impl/store/temporary_folder.h"

namespace {

// Each block begins with its size.
constexpr std::size_t head = alignof(std::max_align_t);
std::atomic<std::size_t> held{0};
std::atomic<std::size_t> peak{0};

void* counted(std::size_t size) {
  auto* block = static_cast<std::size_t*>(std::malloc(head + size));
  if (block == nullptr) throw std::bad_alloc{};
  *block = size;
  const std::size_t now = held += size;
  peak = std::max(peak.load(), now);
  return reinterpret_cast<std::byte*>(block) + head;
}

void give_back(void* memory) noexcept {
  if (memory == nullptr) return;
  void* block = static_cast<std::byte*>(memory) - head;
  held -= *static_cast<std::size_t*>(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }

namespace procreg::impl {
namespace {

class MinidumpMemoryTest : public WithTemporaryFolder {
 protected:
  // The most that is held at any time while a dump of so much memory is laid out and written, in bytes.
  std::size_t peak_of(std::size_t heap_size, std::size_t threads, std::size_t& metadata) {
    std::vector<std::byte> heap(heap_size);
    std::iota(reinterpret_cast<unsigned char*>(heap.data()),
              reinterpret_cast<unsigned char*>(heap.data() + heap.size()), std::uint8_t{1});
    const Piece piece{heap.data(), heap.size()};
    const MemoryImage memory{0x100000000, 0x100000000 + heap.size(), {&piece, 1}};
    const std::vector<ThreadImage> all(threads, ThreadImage{.id = Tid{4}});
    const ProcessImage image{.threads = all, .memory = {&memory, 1}, .memory_64 = true};
    const auto disk = real_disk();
    const std::filesystem::path file = top() / "x.dmp";
    const std::size_t before = held;
    peak = before;
    Minidump minidump;
    EXPECT_TRUE(minidump.lay_out(image));
    EXPECT_FALSE(disk->write(file, minidump.pieces()));
    const std::size_t most = peak - before;
    EXPECT_EQ(std::filesystem::file_size(file), minidump.size());
    std::filesystem::remove(file);
    metadata = minidump.metadata().size();
    return most;
  }
};

TEST_F(MinidumpMemoryTest, AHeapDumpTakesItsMetadataAndALittleMore) {
  std::size_t metadata = 0;
  const std::size_t most = peak_of(std::size_t{64} << 20, 256, metadata);
  RecordProperty("metadata", std::to_string(metadata));
  RecordProperty("peak", std::to_string(most));
  EXPECT_GT(metadata, 256U * 1232U);
  EXPECT_GE(most, metadata) << "allocations are counted";
  EXPECT_LE(most, metadata + (std::size_t{1} << 20));
}

TEST_F(MinidumpMemoryTest, NothingGrowsWithTheMemoryOfTheProcess) {
  std::size_t metadata = 0;
  EXPECT_EQ(peak_of(std::size_t{1} << 20, 8, metadata), peak_of(std::size_t{32} << 20, 8, metadata));
}

}  // namespace
}  // namespace procreg::impl
