#include "impl/dump/minidump.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

using mdmp::StreamType;

constexpr std::uint64_t u32_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t range_max = std::uint64_t{64} << 20;  // of one entry of a MemoryList

std::uint32_t u32(std::uint64_t value) noexcept { return static_cast<std::uint32_t>(value); }

mdmp::Location location(std::uint64_t size, std::uint64_t at) noexcept { return {u32(size), u32(at)}; }

std::uint64_t size_of(const MemoryImage& memory) noexcept { return memory.end - memory.begin; }

// As the file has it: length, units, a NUL that is not counted.
std::uint64_t text_size(std::u16string_view text) noexcept { return 4 + 2 * (text.size() + 1); }
std::uint64_t aligned(std::uint64_t at, std::uint64_t alignment) noexcept {
  return (at + alignment - 1) / alignment * alignment;
}
std::uint64_t text_room(std::u16string_view text) noexcept { return aligned(text_size(text), 4); }
std::uint64_t code_view_size(const DebugImage& debug) noexcept { return sizeof(mdmp::CodeView) + debug.pdb.size() + 1; }
std::uint64_t code_view_room(const ModuleImage& module) noexcept {
  return module.debug ? aligned(code_view_size(*module.debug), 4) : 0;
}

std::uint64_t entries_of(const MemoryImage& memory) noexcept { return (size_of(memory) + range_max - 1) / range_max; }

template <class Range, class Count>
std::uint64_t sum(const Range& range, Count count) {
  std::uint64_t total = 0;
  for (const auto& element : range) total += count(element);
  return total;
}

std::uint64_t with_information(const ProcessImage& image) {
  return sum(image.threads, [](const ThreadImage& thread) { return std::uint64_t{thread.with_information}; });
}
std::uint64_t with_name(const ProcessImage& image) {
  return sum(image.threads, [](const ThreadImage& thread) { return std::uint64_t{thread.name.has_value()}; });
}

std::uint64_t memory_list_size(const ProcessImage& image) {
  if (image.memory_64) return 16 + sizeof(mdmp::MemoryDescriptor64) * image.memory.size();
  return 4 + sizeof(mdmp::MemoryDescriptor) * sum(image.memory, entries_of);
}

mdmp::FixedFileInfo version_info(const ModuleImage& module) noexcept {
  if (!module.version) return {};
  const auto& version = *module.version;
  const std::uint32_t high = u32(version[0]) << 16 | version[1];
  const std::uint32_t low = u32(version[2]) << 16 | version[3];
  return {.Signature = mdmp::fixed_file_info,
          .StrucVersion = 0x10000,
          .FileVersionMS = high,
          .FileVersionLS = low,
          .ProductVersionMS = high,
          .ProductVersionLS = low,
          .FileFlagsMask = 0x3F,
          .FileOS = 0x40004,  // NT, Win32
          .FileType = module.is_program ? 1U : 2U};
}

void fill(mdmp::Context& context, const ThreadImage& thread) noexcept {
  context.General = thread.registers;
  context.Rip = thread.instruction_pointer;
}

}  // namespace

bool Minidump::lay_out(const ProcessImage& image) {
  place(image);
  const bool fits =
      payload_ <= u32_max && (image.memory_64 || size() <= u32_max) &&
      std::all_of(image.threads.begin(), image.threads.end(), [&](const ThreadImage& thread) {
        return thread.stack_size <= u32_max && (thread.stack_size == 0 || ranges_[thread.stack_range] <= u32_max);
      });
  if (fits) write(image);
  return fits;
}

// --- Where everything stands ---

void Minidump::place(const ProcessImage& image) {
  streams_.clear();
  end_ = 0;
  add(StreamType::SystemInfo, sizeof(mdmp::SystemInfo));
  add(StreamType::MiscInfo, sizeof(mdmp::MiscInfo));
  add(StreamType::ThreadList, 4 + sizeof(mdmp::Thread) * image.threads.size());
  add(StreamType::ModuleList, 4 + sizeof(mdmp::Module) * image.modules.size());
  add(StreamType::UnloadedModuleList, sizeof(mdmp::UnloadedModuleList));
  add(StreamType::MemoryInfoList, sizeof(mdmp::MemoryInfoList) + sizeof(mdmp::MemoryInfo) * image.regions.size());
  if (image.exception) add(StreamType::Exception, sizeof(mdmp::ExceptionRecord));
  if (const auto count = with_information(image); count > 0)
    add(StreamType::ThreadInfoList, sizeof(mdmp::ThreadInfoList) + sizeof(mdmp::ThreadInfo) * count);
  if (const auto count = with_name(image); count > 0)
    add(StreamType::ThreadNames, 4 + sizeof(mdmp::ThreadName) * count);
  if (!image.comment.empty()) add(StreamType::CommentW, 2 * (image.comment.size() + 1));
  add(image.memory_64 ? StreamType::Memory64List : StreamType::MemoryList, memory_list_size(image));
  // What was placed so far begins behind header and directory.
  const Offset first = sizeof(mdmp::Header) + sizeof(mdmp::Directory) * streams_.size();
  const Offset shift = aligned(first, 8);
  for (Stream& stream : streams_) stream.at += shift;
  end_ += shift;
  place_texts(image);
}

void Minidump::place_texts(const ProcessImage& image) {
  contexts_ = reserve(mdmp::context_size * image.threads.size(), 16);
  texts_ = reserve(
      text_room({}) + sum(image.modules, [](const ModuleImage& module) { return text_room(module.name); }) +
          sum(image.threads, [](const ThreadImage& thread) { return thread.name ? text_room(*thread.name) : 0; }),
      4);
  code_views_ = reserve(sum(image.modules, code_view_room), 4);
  payload_ = aligned(end_, 16);
  payload_size_ = 0;
  ranges_.clear();
  for (const MemoryImage& memory : image.memory) {
    ranges_.push_back(payload_ + payload_size_);
    payload_size_ += size_of(memory);
  }
}

void Minidump::add(StreamType type, std::uint64_t size) { streams_.push_back({type, reserve(size, 8), size}); }

Minidump::Offset Minidump::of(StreamType type) const noexcept {
  return std::find_if(streams_.begin(), streams_.end(), [&](const Stream& stream) { return stream.type == type; })->at;
}

Minidump::Offset Minidump::reserve(std::uint64_t size, std::uint64_t alignment) {
  const Offset at = aligned(end_, alignment);
  end_ = at + size;
  return at;
}

// --- What stands there ---

// What is large is filled in where it lies.
template <class T>
T& Minidump::make(Offset at) noexcept {
  static_assert(alignof(T) <= 4);
  assert(at % 4 == 0 && at + sizeof(T) <= metadata_.size());
  return *::new (static_cast<void*>(metadata_.data() + at)) T{};
}

template <class T>
Minidump::Offset Minidump::put(Offset at, const T& value) noexcept {
  assert(at + sizeof(T) <= metadata_.size());
  std::memcpy(metadata_.data() + at, &value, sizeof(T));
  return at + sizeof(T);
}

Minidump::Offset Minidump::put_text(Offset at, std::u16string_view text) noexcept {
  const Offset units = put(at, u32(2 * text.size()));
  if (!text.empty()) std::memcpy(metadata_.data() + units, text.data(), 2 * text.size());
  return at + text_room(text);
}

void Minidump::write(const ProcessImage& image) {
  metadata_.assign(static_cast<std::size_t>(payload_), std::byte{});
  Offset directory = put(0, mdmp::Header{.NumberOfStreams = u32(streams_.size()),
                                         .StreamDirectoryRva = sizeof(mdmp::Header),
                                         .TimeDateStamp = image.time,
                                         .Flags = image.mask});
  for (const Stream& stream : streams_)
    directory = put(directory, mdmp::Directory{stream.type, location(stream.size, stream.at)});
  put(of(StreamType::SystemInfo), mdmp::SystemInfo{.CSDVersionRva = u32(texts_)});
  texts_ = put_text(texts_, {});
  put(of(StreamType::MiscInfo), mdmp::MiscInfo{.Flags1 = mdmp::MISC1_PROCESS_ID | mdmp::MISC1_PROCESS_TIMES,
                                               .ProcessId = number(image.pid),
                                               .ProcessCreateTime = image.create_time});
  put(of(StreamType::UnloadedModuleList), mdmp::UnloadedModuleList{});
  write_threads(image);
  write_modules(image);
  write_regions(image);
  write_exception(image);
  write_thread_information(image);
  write_thread_names(image);
  if (!image.comment.empty())
    std::memcpy(metadata_.data() + of(StreamType::CommentW), image.comment.data(), 2 * image.comment.size());
  write_memory(image);
}

void Minidump::write_threads(const ProcessImage& image) {
  Offset at = put(of(StreamType::ThreadList), u32(image.threads.size()));
  Offset context = contexts_;
  for (const ThreadImage& thread : image.threads) {
    mdmp::Thread& entry = make<mdmp::Thread>(at);
    entry.ThreadId = number(thread.id);
    entry.ThreadContext = location(mdmp::context_size, context);
    entry.Stack.StartOfMemoryRange = thread.stack;
    if (thread.stack_size > 0) {
      const Offset offset = thread.stack - image.memory[thread.stack_range].begin;
      entry.Stack.Memory = location(thread.stack_size, ranges_[thread.stack_range] + offset);
    }
    fill(make<mdmp::Context>(context), thread);
    at += sizeof entry;
    context += mdmp::context_size;
  }
}

void Minidump::write_modules(const ProcessImage& image) {
  Offset at = put(of(StreamType::ModuleList), u32(image.modules.size()));
  Offset code_view = code_views_;
  for (const ModuleImage& module : image.modules) {
    mdmp::Module& entry = make<mdmp::Module>(at);
    entry.BaseOfImage = module.base;
    entry.SizeOfImage = module.size;
    entry.CheckSum = module.checksum;
    entry.TimeDateStamp = module.timestamp;
    entry.ModuleNameRva = u32(texts_);
    entry.VersionInfo = version_info(module);
    if (module.debug) entry.CvRecord = put_code_view(code_view, *module.debug);
    at += sizeof entry;
    texts_ = put_text(texts_, module.name);
    code_view += code_view_room(module);
  }
}

mdmp::Location Minidump::put_code_view(Offset at, const DebugImage& debug) noexcept {
  mdmp::CodeView& identity = make<mdmp::CodeView>(at);
  identity.Id = debug.id;
  identity.Age = debug.age;
  std::memcpy(metadata_.data() + at + sizeof identity, debug.pdb.data(), debug.pdb.size());
  return location(code_view_size(debug), at);
}

void Minidump::write_regions(const ProcessImage& image) {
  Offset at = put(of(StreamType::MemoryInfoList), mdmp::MemoryInfoList{.NumberOfEntries = image.regions.size()});
  for (const RegionImage& region : image.regions)
    at = put(at, mdmp::MemoryInfo{.BaseAddress = region.begin,
                                  .AllocationBase = region.begin,
                                  .AllocationProtect = region.protect,
                                  .RegionSize = region.end - region.begin,
                                  .State = mdmp::MEM_COMMIT,
                                  .Protect = region.protect,
                                  .Type = region.type});
}

void Minidump::write_exception(const ProcessImage& image) {
  if (!image.exception) return;
  const ExceptionImage& exception = *image.exception;
  mdmp::ExceptionRecord record{.ThreadId = number(exception.thread),
                               .ExceptionCode = exception.code,
                               .ExceptionAddress = exception.address,
                               .NumberParameters = u32(exception.parameters.size())};
  std::copy(exception.parameters.begin(), exception.parameters.end(), record.ExceptionInformation.begin());
  Offset context = contexts_;
  for (const ThreadImage& thread : image.threads) {
    if (thread.id == exception.thread) record.ThreadContext = location(mdmp::context_size, context);
    context += mdmp::context_size;
  }
  put(of(StreamType::Exception), record);
}

void Minidump::write_thread_information(const ProcessImage& image) {
  const std::uint64_t count = with_information(image);
  if (count == 0) return;
  Offset at = put(of(StreamType::ThreadInfoList), mdmp::ThreadInfoList{.NumberOfEntries = u32(count)});
  for (const ThreadImage& thread : image.threads) {
    if (!thread.with_information) continue;
    at = put(at,
             mdmp::ThreadInfo{
                 .ThreadId = number(thread.id), .CreateTime = thread.start_time, .StartAddress = thread.start_address});
  }
}

void Minidump::write_thread_names(const ProcessImage& image) {
  const std::uint64_t count = with_name(image);
  if (count == 0) return;
  Offset at = put(of(StreamType::ThreadNames), u32(count));
  for (const ThreadImage& thread : image.threads) {
    if (!thread.name) continue;
    at = put(at, mdmp::ThreadName{number(thread.id), texts_});
    texts_ = put_text(texts_, *thread.name);
  }
}

void Minidump::write_memory(const ProcessImage& image) {
  pieces_.assign(1, Piece{metadata_.data(), metadata_.size()});
  Offset at = 0;
  if (image.memory_64) {
    at = put(of(StreamType::Memory64List), std::uint64_t{image.memory.size()});
    at = put(at, payload_);
  } else {
    at = put(of(StreamType::MemoryList), u32(sum(image.memory, entries_of)));
  }
  for (std::size_t i = 0; i < image.memory.size(); ++i) {
    const MemoryImage& memory = image.memory[i];
    pieces_.insert(pieces_.end(), memory.pieces.begin(), memory.pieces.end());
    if (image.memory_64) {
      at = put(at, mdmp::MemoryDescriptor64{memory.begin, size_of(memory)});
      continue;
    }
    for (std::uint64_t done = 0; done < size_of(memory); done += range_max)
      at = put(at, mdmp::MemoryDescriptor{memory.begin + done,
                                          location(std::min(range_max, size_of(memory) - done), ranges_[i] + done)});
  }
}

}  // namespace procreg::impl::inline PROCREG_SYNC
