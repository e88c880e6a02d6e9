#include "impl/dump/simulated_process.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "api/memory.h"
#include "api/status.h"
#include "impl/dump/minidump_format.h"
#include "impl/dump/mixed.h"
#include "impl/wer/dump_ranges.h"

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

constexpr std::uint64_t edge = 32 * 1024;  // of a range, that holds bytes
constexpr std::uint64_t bytes_max = std::uint64_t{1} << 30;
constexpr std::uint64_t units_of_ms = 10'000;  // 100 ns
constexpr std::size_t rbp = 4;                 // in Stack::registers
constexpr std::size_t frames_of_stack = 4;
constexpr std::uint64_t frame_size = 0x40;

// Where the functions of a chain of frames return to, from the innermost one, and the one that the stack pointer belongs to.
constexpr std::array<CodePlace, frames_of_stack> return_places{
    {{0, entry_point + 0x40}, {0, entry_point + 0x120}, {1, 0x7374}, {2, 0x4CC91}}};
constexpr CodePlace innermost_return_place{0, entry_point + 0x10};

// The last one that a dump can name, for what is later.
std::uint32_t seconds(std::uint64_t ms) noexcept {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(ms / 1000, std::numeric_limits<std::uint32_t>::max()));
}

bool is_primary(const Report& report, const Dump& dump) noexcept { return &dump == &report.dumps.front(); }

template <class Visit>
void each_stack(const Dump& dump, const Tables& tables, Visit&& visit) {
  for (const DumpedThread& thread : dump.threads) visit(stack_of(tables.at(dump.process.stacks), thread.k));
}

// Of data, private and mapped memory.
template <class Visit>
void each_given(const Dump& dump, const Tables& tables, Visit&& visit) {
  for (const RangesRef ranges : {dump.process.data, dump.process.private_, dump.process.mapped})
    for (const Range& range : tables.at(ranges)) visit(range);
}

RangeSet make_set(std::vector<SnapRange>& ranges) {
  ranges.resize(set_of(ranges).size());
  return ranges;
}

std::vector<SnapRange> left_of(RangeSet a, RangeSet b) {
  std::vector<SnapRange> left(a.size() + b.size());
  left.resize(without(a, b, left.data()).size());
  return left;
}

// The range of the set that the byte lies in; its size: there is none.
std::size_t place_in(std::span<const MemoryImage> memory, std::uint64_t byte) {
  return static_cast<std::size_t>(
      std::find_if(memory.begin(), memory.end(),
                   [&](const MemoryImage& range) { return range.begin <= byte && byte < range.end; }) -
      memory.begin());
}

}  // namespace

const ProcessImage* SimulatedProcess::image_of(const Report& report, const Dump& dump, const Tables& tables) {
  key_ = mixed(number(dump.head.incarnation) * 0x9E3779B97F4A7C15U + number(dump.head.machine));
  modules_.make(dump, key_, tables);
  make_frames(dump, tables);
  make_regions(dump, tables);
  if (!make_memory(dump, tables)) return nullptr;
  make_threads(report, dump, tables);
  make_comment(report, dump);
  image_ = {.mask = number(dump.head.mask),
            .pid = dump.head.process,
            .time = seconds(report.head.time),
            .create_time = seconds(dump.process.start_time),
            .threads = threads_,
            .modules = modules_.images(),
            .regions = regions_,
            .memory = memory_,
            .memory_64 = dump.head.kind == DumpKind::heap,
            .comment = comment_};
  if (is_primary(report, dump) && report.head.cause == Cause::crash) {
    const auto crashed = std::find_if(threads_.begin(), threads_.end(),
                                      [&](const ThreadImage& thread) { return thread.id == report.head.thread; });
    const std::uint64_t address = crashed == threads_.end() ? 0 : crashed->instruction_pointer;
    image_.exception = ExceptionImage{report.head.thread, crash_exit_code, address, {8, address}};  // 8: to execute
  }
  return &image_;
}

void SimulatedProcess::make_frames(const Dump& dump, const Tables& tables) {
  frames_.clear();
  each_stack(dump, tables, [&](const Stack& stack) {
    const std::uint64_t top = stack_pointer_of(stack);
    const std::uint64_t end = stack.range.end;
    const auto has_room = [&](std::uint64_t at, std::uint64_t size) {
      return at % 8 == 0 && top <= at && at <= end && size <= end - at;
    };
    std::uint64_t frame = stack.registers[rbp];
    if (!has_room(frame, 16)) frame = top % 8 == 0 && has_room(top, 32) ? top + 16 : 0;
    if (frame != top && has_room(top, 8)) frames_.push_back({top, modules_.code_at(innermost_return_place)});
    for (std::size_t i = 0; i < frames_of_stack && has_room(frame, 16); ++i, frame += frame_size) {
      const bool last = i + 1 == frames_of_stack || !has_room(frame + frame_size, 16);
      frames_.push_back({frame, last ? 0 : frame + frame_size});
      frames_.push_back({frame + 8, modules_.code_at(return_places[i])});
    }
  });
  // Of stacks that overlap, the first one has its frames.
  std::stable_sort(frames_.begin(), frames_.end(), [](const Word& a, const Word& b) { return a.address < b.address; });
  frames_.erase(
      std::unique(frames_.begin(), frames_.end(), [](const Word& a, const Word& b) { return a.address == b.address; }),
      frames_.end());
}

// What is neither given nor a stack is no memory; a module lies where nothing of that does.
void SimulatedProcess::make_regions(const Dump& dump, const Tables& tables) {
  std::vector<SnapRange> own;
  std::vector<SnapRange> mapped;
  std::vector<SnapRange> images;
  each_stack(dump, tables, [&](const Stack& stack) { own.push_back(snap(stack.range)); });
  for (const RangesRef ranges : {dump.process.data, dump.process.private_})
    for (const Range& range : tables.at(ranges)) own.push_back(snap(range));
  for (const Range& range : tables.at(dump.process.mapped)) mapped.push_back(snap(range));
  for (const ModuleImage& module : modules_.images()) images.push_back(bytes_from(module.base, module.size));
  make_set(own);
  mapped = left_of(make_set(mapped), own);
  images = left_of(left_of(make_set(images), own), mapped);
  regions_.clear();
  const auto add = [&](const std::vector<SnapRange>& ranges, std::uint32_t protect, std::uint32_t type) {
    for (const SnapRange& range : ranges) regions_.push_back({number(range.begin), number(range.end), protect, type});
  };
  add(own, mdmp::PAGE_READWRITE, mdmp::MEM_PRIVATE);
  add(mapped, mdmp::PAGE_READWRITE, mdmp::MEM_MAPPED);
  add(images, mdmp::PAGE_EXECUTE_READ, mdmp::MEM_IMAGE);
  std::sort(regions_.begin(), regions_.end(),
            [](const RegionImage& a, const RegionImage& b) { return a.begin < b.begin; });
}

// --- Memory ---

void SimulatedProcess::find_filled(const Dump& dump, const Tables& tables) {
  filled_.clear();
  const auto add_edges = [&](const Range& range) {
    if (range.begin >= range.end) return;
    const std::uint64_t part = std::min(edge, range.end - range.begin);
    filled_.push_back(bytes_from(range.begin, part));
    filled_.push_back(bytes_from(range.end - part, part));
  };
  each_stack(dump, tables, [&](const Stack& stack) { add_edges(stack.range); });
  each_given(dump, tables, add_edges);
  for (const Word& word : frames_) filled_.push_back(bytes_from(word.address, sizeof word.value));
  make_set(filled_);
}

bool SimulatedProcess::make_memory(const Dump& dump, const Tables& tables) {
  find_filled(dump, tables);
  std::vector<SnapRange> held(dump.ranges.size() + filled_.size());
  std::uint64_t total = 0;
  for (const SnapRange& range : common(dump.ranges, filled_, held.data()))
    total += number(range.end) - number(range.begin);
  if (total > bytes_max) return false;
  bytes_.resize(static_cast<std::size_t>(total));
  used_ = 0;
  pieces_.clear();
  memory_.clear();

  std::vector<SnapRange> stacks;
  each_stack(dump, tables, [&](const Stack& stack) { stacks.push_back(snap(stack.range)); });
  make_set(stacks);
  std::vector<SnapRange> ordered{dump.ranges.begin(), dump.ranges.end()};
  std::stable_partition(ordered.begin(), ordered.end(),
                        [&](const SnapRange& range) { return share_of(stacks, range) != Share::none; });
  std::vector<std::size_t> first_pieces;
  for (const SnapRange& range : ordered) {
    first_pieces.push_back(pieces_.size());
    add_pieces(range);
  }
  first_pieces.push_back(pieces_.size());
  for (std::size_t i = 0; i < ordered.size(); ++i)
    memory_.push_back({number(ordered[i].begin), number(ordered[i].end),
                       std::span{pieces_}.subspan(first_pieces[i], first_pieces[i + 1] - first_pieces[i])});
  return true;
}

void SimulatedProcess::add_pieces(const SnapRange& range) {
  std::uint64_t at = number(range.begin);
  const std::uint64_t end = number(range.end);
  auto part = std::partition_point(filled_.begin(), filled_.end(),
                                   [&](const SnapRange& filled) { return number(filled.end) <= at; });
  for (; at < end; ++part) {
    const std::uint64_t begins = part == filled_.end() ? end : std::clamp(number(part->begin), at, end);
    if (begins > at) pieces_.push_back({nullptr, begins - at});
    if (part == filled_.end() || begins == end) return;
    at = std::min(number(part->end), end);
    const auto size = static_cast<std::size_t>(at - begins);
    fill(begins, bytes_.data() + used_, size);
    pieces_.push_back({bytes_.data() + used_, size});
    used_ += size;
  }
}

void SimulatedProcess::fill(std::uint64_t address, std::byte* bytes, std::size_t size) const {
  const auto word_at = [&](std::uint64_t aligned) { return mixed(key_ + aligned); };
  for (std::size_t done = 0; done < size;) {
    const std::uint64_t aligned = (address + done) & ~std::uint64_t{7};
    const std::uint64_t word = word_at(aligned);
    const auto skipped = static_cast<std::size_t>(address + done - aligned);
    const std::size_t part = std::min<std::size_t>(sizeof word - skipped, size - done);
    std::memcpy(bytes + done, reinterpret_cast<const std::byte*>(&word) + skipped, part);
    done += part;
  }
  // Frames lie at multiples of 8, so that none begins outside of a range and ends in it but at its first bytes.
  const std::uint64_t first = address & ~std::uint64_t{7};
  auto frame = std::lower_bound(frames_.begin(), frames_.end(), first,
                                [](const Word& word, std::uint64_t at) { return word.address < at; });
  for (; frame != frames_.end() && frame->address < address + size; ++frame) {
    const std::uint64_t begin = std::max(frame->address, address);
    const std::uint64_t end = std::min(frame->address + sizeof frame->value, address + size);
    if (begin >= end) continue;
    std::memcpy(bytes + (begin - address), reinterpret_cast<const std::byte*>(&frame->value) + (begin - frame->address),
                static_cast<std::size_t>(end - begin));
  }
}

// --- Threads ---

void SimulatedProcess::make_threads(const Report& report, const Dump& dump, const Tables& tables) {
  const bool primary = is_primary(report, dump);
  threads_.clear();
  names_.clear();
  names_.reserve(dump.threads.size());
  for (const DumpedThread& dumped : dump.threads) {
    const Stack stack = stack_of(tables.at(dump.process.stacks), dumped.k);
    const std::uint64_t top = stack_pointer_of(stack);
    const bool captured = dumped.tid == dump.head.extraThread && dumped.tid != no_thread;
    ThreadImage thread{
        .id = dumped.tid,
        .instruction_pointer = stack.instruction_pointer,
        .start_address = modules_.code_at({0, entry_point}),
        .start_time =
            std::min(dump.process.start_time, std::numeric_limits<std::uint64_t>::max() / units_of_ms) * units_of_ms,
        .stack = captured ? stack.range.begin : top,
        .with_information = captured || dump.head.kind == DumpKind::heap};
    std::copy_n(stack.registers.begin(), mdmp::rsp_number, thread.registers.begin());
    thread.registers[mdmp::rsp_number] = top;
    std::copy(stack.registers.begin() + mdmp::rsp_number, stack.registers.end(),
              thread.registers.begin() + mdmp::rsp_number + 1);
    thread.stack_range = place_in(memory_, thread.stack);
    if (thread.stack_range < memory_.size() && thread.stack < stack.range.end)
      thread.stack_size = std::min(memory_[thread.stack_range].end, stack.range.end) - thread.stack;
    if (primary || captured) thread.name = names_.emplace_back(widened("thread " + std::to_string(dumped.k + 1)));
    threads_.push_back(thread);
  }
}

void SimulatedProcess::make_comment(const Report& report, const Dump& dump) {
  std::string text = "Simulated by procreg.";
  if (is_primary(report, dump) && !report.excluded.empty())
    text += " Left out are blocks that the process has excluded: " + std::to_string(report.excluded.size()) + '.';
  comment_ = widened(text);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
