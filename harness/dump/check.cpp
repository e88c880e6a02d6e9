// What a careful reader notices: things that can be read and yet mislead one or another of the tools for dumps.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/dump/memory_map.h"
#include "harness/dump/names.h"
#include "harness/dump/reader.h"

namespace procreg::harness::dump {
namespace {

constexpr Place directory{"directory"};

// Addresses that something claims.
struct Extent {
  std::uint64_t begin;
  std::uint64_t size;
  Place place;

  std::uint64_t end() const { return end_of(begin, size); }
};

void check_streams(const Minidump& dump, Reader& reader) {
  std::map<StreamType, std::size_t> counts;
  for (const Stream& stream : dump.streams) ++counts[stream.type];
  for (const auto& [type, count] : counts)
    if (count > 1)
      reader.odd(directory, fmt::format("{} is there {} times: the first one is read", stream_name(type), count));
  for (const StreamType type : {StreamType::system_info, StreamType::thread_list})
    if (counts.count(type) == 0)
      reader.odd(directory, fmt::format("no {}: debuggers refuse such a file", stream_name(type)));
  if (counts.count(StreamType::memory_list) != 0 && counts.count(StreamType::memory64_list) != 0)
    reader.odd(directory, "MemoryList and Memory64List are both there: readers differ in which they take");
}

void check_end(const Extent& extent, Reader& reader) {
  if (extent.size > 0 && extent.begin + (extent.size - 1) < extent.begin)
    reader.odd(extent.place,
               fmt::format("0x{:X} bytes from 0x{:X} are past the last address", extent.size, extent.begin));
}

void check_extents(std::vector<Extent> extents, Reader& reader) {
  for (const Extent& extent : extents) check_end(extent, reader);
  std::stable_sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
  const Extent* farthest = nullptr;
  for (const Extent& extent : extents) {
    if (extent.size == 0) continue;
    if (farthest != nullptr && extent.begin < farthest->end())
      reader.odd(extent.place,
                 fmt::format("0x{:X}..0x{:X} overlaps {} {} at 0x{:X}..0x{:X}", extent.begin, extent.end(),
                             farthest->place.entry, farthest->place.number, farthest->begin, farthest->end()));
    if (farthest == nullptr || extent.end() > farthest->end()) farthest = &extent;
  }
}

void check_modules(const Minidump& dump, Reader& reader) {
  std::vector<Extent> extents;
  for (const Module& module : dump.modules)
    extents.push_back({module.base, module.size, {"module list", "module", extents.size() + 1}});
  for (const Extent& extent : extents)
    if (extent.size == 0) reader.odd(extent.place, "its size is 0");
  check_extents(std::move(extents), reader);
}

void check_memory(const Minidump& dump, Reader& reader) {
  std::size_t narrow = 0;
  std::size_t wide = 0;
  std::vector<Extent> extents;
  for (const MemoryRange& range : dump.memory)
    extents.push_back({range.begin,
                       range.bytes.size,
                       {range.wide ? "memory64 list" : "memory list", "range", range.wide ? ++wide : ++narrow}});
  check_extents(std::move(extents), reader);
}

void check_memory_info(const Minidump& dump, Reader& reader) {
  std::vector<Extent> extents;
  for (const MemoryInfo& info : dump.memory_info)
    extents.push_back({info.begin, info.size, {"memory info list", "region", extents.size() + 1}});
  check_extents(std::move(extents), reader);
}

void check_threads(const Minidump& dump, Reader& reader) {
  std::map<std::uint32_t, std::size_t> numbers;
  for (std::size_t i = 0; i < dump.threads.size(); ++i) {
    const Thread& thread = dump.threads[i];
    const Place place{"thread list", "thread", i + 1};
    const auto [first, is_new] = numbers.emplace(thread.id, i + 1);
    if (!is_new) reader.odd(place, fmt::format("its id {} is that of thread {}", thread.id, first->second));
    check_end({thread.stack_begin, thread.stack.size, place.of("stack")}, reader);
  }
  if (dump.exception && numbers.count(dump.exception->thread) == 0)
    reader.odd({"exception"}, fmt::format("its thread {} is not in the thread list", dump.exception->thread));
}

// Bytes of stacks against those of the memory lists for the same addresses. Only this finds an offset that is wrong and yet lies in
// the file: some readers take a stack from its thread, others from the lists.
class StackComparison {
 public:
  StackComparison(const ByteSource& source, const Minidump& dump, Reader& reader)
      : source_{source}, dump_{dump}, reader_{reader}, map_{dump, MemoryMap::Stacks::left_out} {}

  void run() {
    for (std::size_t i = 0; i < dump_.threads.size() && !given_up_; ++i) compare(dump_.threads[i], i + 1);
    if (given_up_)
      reader_.odd({"thread list"}, fmt::format("stacks: no more than {} MiB were compared with the memory lists",
                                               compared_bytes_max >> 20));
  }

 private:
  static constexpr std::uint64_t compared_bytes_max = 256U << 20;
  static constexpr std::uint64_t chunk_bytes = 64U << 10;
  static constexpr std::uint64_t segment_cost = 4096;  // however short it is: a hostile file has millions

  void compare(const Thread& thread, std::size_t number) {
    if (!thread.stack.in_file) return;
    const std::uint64_t end = end_of(thread.stack_begin, thread.stack.size);
    for (const auto& segment : map_.overlapping(thread.stack_begin, end)) {
      const std::uint64_t from = std::max(thread.stack_begin, segment.begin);
      const std::uint64_t to = std::min(end, segment.end);
      if (!afford(segment_cost)) return;
      if (differs(from, to - from, thread.stack.offset + (from - thread.stack_begin),
                  segment.offset + (from - segment.begin), number))
        return;
    }
  }

  bool afford(std::uint64_t cost) {
    given_up_ = given_up_ || cost > left_;
    if (!given_up_) left_ -= cost;
    return !given_up_;
  }

  // Whether a difference was found, which is told; or nothing more may be compared.
  bool differs(std::uint64_t address, std::uint64_t size, std::uint64_t of_thread, std::uint64_t of_list,
               std::size_t number) {
    if (of_thread == of_list) return false;
    for (std::uint64_t done = 0; done < size; done += chunk_bytes) {
      const auto bytes = static_cast<std::size_t>(std::min(chunk_bytes, size - done));
      a_.resize(bytes);
      b_.resize(bytes);
      if (!afford(bytes) || !source_.read(of_thread + done, a_) || !source_.read(of_list + done, b_)) return true;
      const auto [a, b] = std::mismatch(a_.begin(), a_.end(), b_.begin());
      if (a == a_.end()) continue;
      const std::uint64_t at = done + static_cast<std::uint64_t>(a - a_.begin());
      reader_.odd(
          {"thread list", "thread", number, "stack"},
          fmt::format("the byte at 0x{:X} is 0x{:02X} (offset 0x{:X}), and in the memory list 0x{:02X} (offset 0x{:X})",
                      address + at, std::to_integer<unsigned>(*a), of_thread + at, std::to_integer<unsigned>(*b),
                      of_list + at));
      return true;
    }
    return false;
  }

  const ByteSource& source_;
  const Minidump& dump_;
  Reader& reader_;
  const MemoryMap map_;
  std::uint64_t left_{compared_bytes_max};
  bool given_up_{};
  std::vector<std::byte> a_{};
  std::vector<std::byte> b_{};
};

}  // namespace

void check(const ByteSource& source, const Minidump& dump, Reader& reader) {
  check_streams(dump, reader);
  check_threads(dump, reader);
  check_modules(dump, reader);
  check_memory(dump, reader);
  check_memory_info(dump, reader);
  StackComparison{source, dump, reader}.run();
}

}  // namespace procreg::harness::dump
