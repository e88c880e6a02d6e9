// LLVM's Object library, which shares nothing with the writer of dumps, reads those of processes made at random: every stream and
// every byte of memory, through the threads and through the list of memory.
#include <gtest/gtest.h>
#include <llvm/Object/Minidump.h>

#include <concepts>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "impl/dump/minidump.h"
#include "impl/dump/random_process.h"

namespace procreg::impl {
namespace {

namespace read = llvm::minidump;
using StreamType = read::StreamType;
using llvm::object::MinidumpFile;

constexpr auto memory_64_list = StreamType{9};
constexpr auto thread_names = StreamType{24};

// --- What is to be found ---

// Little-endian values, one after another without padding.
class Packed {
 public:
  template <class... Values>
  explicit Packed(Values... values) {
    (add(values), ...);
  }
  void add(std::integral auto value) {
    for (std::size_t i = 0; i < sizeof value; ++i) bytes_ += static_cast<char>(value >> (8 * i));
  }
  void add(std::string_view bytes) { bytes_ += bytes; }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

using u32 = std::uint32_t;
using u64 = std::uint64_t;

template <class Value>
void set(std::string& bytes, std::size_t at, Value value) {
  const Packed packed{value};
  bytes.replace(at, sizeof value, packed.bytes());
}

// A CONTEXT of x86-64, by the offsets of its members.
std::string context_of(const ThreadImage& thread) {
  std::string bytes(1232, '\0');
  set(bytes, 0x30, u32{0x10001F});
  set(bytes, 0x34, u32{0x1F80});
  set(bytes, 0x38, u64{0x0053'002B'002B'0033});
  set(bytes, 0x40, u32{0x002B'002B});
  set(bytes, 0x44, u32{0x202});
  for (std::size_t i = 0; i < 16; ++i) set(bytes, 0x78 + 8 * i, thread.registers[i]);
  set(bytes, 0xF8, thread.instruction_pointer);
  set(bytes, 0x100, u32{0x27F});
  set(bytes, 0x118, u32{0x1F80});
  set(bytes, 0x11C, u32{0xFFFF});
  return bytes;
}

std::string code_view_of(const ModuleImage& module) {
  if (!module.debug) return "";
  Packed record{u32{0x53445352}};
  for (const std::uint8_t byte : module.debug->id) record.add(byte);
  record.add(module.debug->age);
  record.add(module.debug->pdb);
  record.add(std::uint8_t{0});
  return record.bytes();
}

std::string version_of(const ModuleImage& module) {
  if (!module.version) return std::string(52, '\0');
  const auto& part = *module.version;
  const u32 high = u32{part[0]} << 16 | part[1];
  const u32 low = u32{part[2]} << 16 | part[3];
  return Packed{u32{0xFEEF04BD},
                u32{0x10000},
                high,
                low,
                high,
                low,
                u32{0x3F},
                u32{0},
                u32{0x40004},
                module.is_program ? u32{1} : u32{2},
                u32{0},
                u64{0}}
      .bytes();
}

std::string utf16(std::u16string_view text) {
  Packed units;
  for (const char16_t unit : text) units.add(unit);
  units.add(u'\0');
  return units.bytes();
}

std::string utf8(std::u16string_view text) {
  std::string bytes;
  const auto add = [&](u32 bits) { bytes += static_cast<char>(bits); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    u32 code = text[i];
    if (code >> 10 == 0xD800 >> 10) code = 0x10000 + ((code & 0x3FF) << 10) + (text[++i] & 0x3FFU);
    const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;  // bytes behind the first
    const u32 marks[] = {0, 0xC0, 0xE0, 0xF0};
    add(marks[more] | code >> (6 * more));
    for (int rest = more - 1; rest >= 0; --rest) add(0x80 | (code >> (6 * rest) & 0x3F));
  }
  return bytes;
}

void append(std::string& bytes, const Piece& piece) {
  if (piece.bytes == nullptr)
    bytes.append(static_cast<std::size_t>(piece.size), '\0');
  else
    bytes.append(reinterpret_cast<const char*>(piece.bytes), static_cast<std::size_t>(piece.size));
}

std::string bytes_of(std::span<const Piece> pieces) {
  std::string bytes;
  for (const Piece& piece : pieces) append(bytes, piece);
  return bytes;
}

std::set<u32> streams_of(const ProcessImage& image) {
  std::set<u32> types{3, 4, 7, 14, 15, 16, image.memory_64 ? 9U : 5U};
  if (image.exception) types.insert(6);
  if (!image.comment.empty()) types.insert(11);
  for (const ThreadImage& thread : image.threads) {
    if (thread.with_information) types.insert(17);
    if (thread.name) types.insert(24);
  }
  return types;
}

// --- What is found ---

std::string_view text_of(llvm::ArrayRef<std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Everything that LLVM reads otherwise than the process is.
class Comparison {
 public:
  Comparison(const ProcessImage& image, std::string_view file) : image_{image}, bytes_{file} {
    auto opened = MinidumpFile::create({{file.data(), file.size()}, "a dump"});
    if (!opened) {
      differ("refused: " + llvm::toString(opened.takeError()));
      return;
    }
    file_ = std::move(*opened);
    head();
    system();
    memory();
    threads();
    modules();
    regions();
    exception();
    information();
    names();
  }

  const std::vector<std::string>& differences() const { return differences_; }

 private:
  void differ(std::string what) { differences_.push_back(std::move(what)); }
  void same(const char* what, u64 found, u64 held) {
    if (found != held) differ(what + (": " + std::to_string(found)) + " in place of " + std::to_string(held));
  }
  void same_bytes(const char* what, std::string_view found, std::string_view held) {
    if (found.size() != held.size()) return same(what, found.size(), held.size());
    if (found != held) differ(what + std::string{": other bytes"});
  }
  // What LLVM does not refuse.
  template <class T>
  std::optional<T> value(const char* what, llvm::Expected<T> found) {
    if (found) return std::move(*found);
    differ(what + (": " + llvm::toString(found.takeError())));
    return std::nullopt;
  }
  template <class T>
  const T* value(const char* what, llvm::Expected<const T&> found) {
    if (found) return &*found;
    differ(what + (": " + llvm::toString(found.takeError())));
    return nullptr;
  }
  void same_at(const char* what, const read::LocationDescriptor& where, std::string_view held) {
    if (const auto found = value(what, file_->getRawData(where))) same_bytes(what, text_of(*found), held);
  }
  void same_text(const char* what, u64 at, std::u16string_view held) {
    if (const auto found = value(what, file_->getString(at))) same_bytes(what, *found, utf8(held));
  }
  std::string_view stream(StreamType type) {
    const auto found = file_->getRawStream(type);
    return found ? text_of(*found) : std::string_view{};
  }
  // Those that both have.
  template <class Found, class Held, class Visit>
  void each(const char* what, const Found& found, const Held& held, Visit visit) {
    same(what, found.size(), held.size());
    for (std::size_t i = 0; i < std::min(found.size(), held.size()); ++i) visit(found[i], held[i]);
  }

  void head() {
    same("time", file_->header().TimeDateStamp, image_.time);
    same("flags", file_->header().Flags, image_.mask);
    std::set<u32> types;
    for (const read::Directory& entry : file_->streams())
      types.insert(static_cast<u32>(static_cast<StreamType>(entry.Type)));
    if (types != streams_of(image_)) differ("other streams");
  }

  void system() {
    if (const auto* found = value("system", file_->getSystemInfo())) {
      same("architecture", static_cast<u64>(static_cast<read::ProcessorArchitecture>(found->ProcessorArch)), 9);
      same("platform", static_cast<u64>(static_cast<read::OSPlatform>(found->PlatformId)), 2);
      same("version", found->MajorVersion, 10);
      same_text("service pack", found->CSDVersionRVA, u"");
    }
    same_bytes("misc", stream(StreamType::MiscInfo),
               Packed{u32{24}, u32{3}, number(image_.pid), image_.create_time, u64{0}}.bytes());
    same_bytes("unloaded modules", stream(StreamType::UnloadedModuleList), Packed{u32{12}, u32{24}, u32{0}}.bytes());
    same_bytes("comment", stream(StreamType::CommentW), image_.comment.empty() ? "" : utf16(image_.comment));
  }

  void memory() {
    if (image_.memory_64)
      memory_64();
    else if (const auto found = value("memory", file_->getMemoryList()))
      for (const read::MemoryDescriptor& range : *found)
        if (const auto bytes = value("memory", file_->getRawData(range.Memory)))
          listed(range.StartOfMemoryRange, text_of(*bytes));
    std::map<u64, std::string> held;
    for (const MemoryImage& range : image_.memory) held.emplace(range.begin, bytes_of(range.pieces));
    if (listed_ != held) differ("other memory");
  }
  // LLVM 14 gives the bytes of this list as they are.
  void memory_64() {
    const std::string_view list = stream(memory_64_list);
    Packed held{u64{image_.memory.size()}};
    u64 at = bytes_.size();
    for (const MemoryImage& range : image_.memory) at -= range.end - range.begin;
    held.add(at);
    for (const MemoryImage& range : image_.memory) {
      const u64 size = range.end - range.begin;
      held.add(range.begin);
      held.add(size);
      listed(range.begin, bytes_.substr(at, size));
      at += size;
    }
    same_bytes("list of memory", list, held.bytes());
  }
  // An entry that begins where no range of the process does goes on with the one that ends there.
  void listed(u64 begin, std::string_view bytes) {
    const bool first = std::any_of(image_.memory.begin(), image_.memory.end(),
                                   [&](const MemoryImage& range) { return range.begin == begin; });
    const auto before = std::find_if(listed_.begin(), listed_.end(),
                                     [&](const auto& range) { return range.first + range.second.size() == begin; });
    if (!first && before != listed_.end())
      before->second += bytes;
    else if (!listed_.emplace(begin, bytes).second)
      differ("a range twice");
  }

  void threads() {
    const auto found = value("threads", file_->getThreadList());
    if (!found) return;
    each("threads", *found, image_.threads, [this](const read::Thread& thread, const ThreadImage& held) {
      same("thread", thread.ThreadId, number(held.id));
      same("begin of a stack", thread.Stack.StartOfMemoryRange, held.stack);
      same("priority class", thread.PriorityClass, 0x20);
      same_at("context", thread.Context, context_of(held));
      stack(thread, held);
    });
  }
  // As the process holds it, and as the list of memory gives it for the same addresses.
  void stack(const read::Thread& thread, const ThreadImage& held) {
    if (held.stack_size == 0) return same("size of a stack", thread.Stack.Memory.DataSize, 0);
    const MemoryImage& range = image_.memory[held.stack_range];
    same_at("stack", thread.Stack.Memory,
            std::string_view{bytes_of(range.pieces)}.substr(held.stack - range.begin, held.stack_size));
    const auto list = listed_.find(range.begin);
    if (list == listed_.end() || list->second.size() < held.stack - range.begin) return differ("stack not listed");
    same_at("stack as listed", thread.Stack.Memory,
            std::string_view{list->second}.substr(held.stack - range.begin, held.stack_size));
  }

  void modules() {
    const auto found = value("modules", file_->getModuleList());
    if (!found) return;
    each("modules", *found, image_.modules, [this](const read::Module& module, const ModuleImage& held) {
      same("base of a module", module.BaseOfImage, held.base);
      same("size of a module", module.SizeOfImage, held.size);
      same("checksum", module.Checksum, held.checksum);
      same("time of a module", module.TimeDateStamp, held.timestamp);
      same_text("name of a module", module.ModuleNameRVA, held.name);
      same_bytes("version", {reinterpret_cast<const char*>(&module.VersionInfo), sizeof module.VersionInfo},
                 version_of(held));
      same_at("CodeView record", module.CvRecord, code_view_of(held));
      same("misc record", module.MiscRecord.DataSize, 0);
    });
  }

  void regions() {
    const auto found = value("regions", file_->getMemoryInfoList());
    if (!found) return;
    const std::vector<read::MemoryInfo> regions(found->begin(), found->end());
    each("regions", regions, image_.regions, [this](const read::MemoryInfo& region, const RegionImage& held) {
      const std::string_view bytes{reinterpret_cast<const char*>(&region), sizeof region};
      same_bytes("region", bytes,
                 Packed{held.begin, held.begin, held.protect, u32{0}, held.end - held.begin, u32{0x1000}, held.protect,
                        held.type, u32{0}}
                     .bytes());
    });
  }

  void exception() {
    if (!image_.exception) return;
    const ExceptionImage& held = *image_.exception;
    const auto* found = value("exception", file_->getExceptionStream());
    if (found == nullptr) return;
    same("thread of the exception", found->ThreadId, number(held.thread));
    Packed record{held.code, u32{0}, u64{0}, held.address, u32{2}, u32{0}, held.parameters[0], held.parameters[1]};
    record.add(std::string(std::size_t{13} * 8, '\0'));
    same_bytes("exception", {reinterpret_cast<const char*>(&found->ExceptionRecord), sizeof found->ExceptionRecord},
               record.bytes());
    std::string context;
    for (const ThreadImage& thread : image_.threads)
      if (thread.id == held.thread) context = context_of(thread);
    same_at("context of the exception", found->ThreadContext, context);
  }

  void information() {
    Packed entries;
    u32 count = 0;
    for (const ThreadImage& thread : image_.threads) {
      if (!thread.with_information) continue;
      ++count;
      entries.add(Packed{
          number(thread.id), u64{0}, u32{0x103}, thread.start_time, u64{0}, u64{0}, u64{0}, thread.start_address,
          u64{1}}.bytes());
    }
    Packed held{u32{12}, u32{64}, count};
    held.add(entries.bytes());
    same_bytes("thread information", stream(StreamType::ThreadInfoList), count == 0 ? "" : held.bytes());
  }

  // LLVM 14 does not know this list, but reads its texts.
  void names() {
    std::vector<ThreadImage> held;
    for (const ThreadImage& thread : image_.threads)
      if (thread.name) held.push_back(thread);
    const std::string_view list = stream(thread_names);
    if (held.empty()) return same("names of threads", list.size(), 0);
    if (list.size() != 4 + 12 * held.size()) return differ("names of threads");
    same("names of threads", number_at<u32>(list, 0), held.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
      same("thread of a name", number_at<u32>(list, 4 + 12 * i), number(held[i].id));
      same_text("name of a thread", number_at<u64>(list, 8 + 12 * i), *held[i].name);
    }
  }
  template <class T>
  static T number_at(std::string_view bytes, std::size_t at) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  }

  const ProcessImage& image_;
  std::string_view bytes_;
  std::unique_ptr<MinidumpFile> file_{};
  std::map<u64, std::string> listed_{};  // memory, by its address
  std::vector<std::string> differences_{};
};

std::string file_of(Minidump& minidump, const ProcessImage& image) {
  EXPECT_TRUE(minidump.lay_out(image));
  return bytes_of(minidump.pieces());
}

std::vector<std::string> differences(const ProcessImage& image, std::string_view file) {
  return Comparison{image, file}.differences();
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += "\n  " + line;
  return all;
}

TEST(LlvmReader, ReadsTheDumpsOfRandomProcesses) {
  Minidump minidump;
  for (u64 seed = 0; seed < PROCREG_RANDOM_DUMPS; ++seed) {
    const RandomProcess process{seed};
    const auto found = differences(process.image(), file_of(minidump, process.image()));
    ASSERT_TRUE(found.empty()) << "process " << seed << ":" << joined(found);
  }
}

TEST(LlvmReader, ReadsARangeThatIsCutTo64Mebibytes) {
  const std::byte end{7};
  const std::vector<Piece> pieces{{nullptr, (u64{64} << 20) + 5}, {&end, 1}};
  const MemoryImage memory{0x100000000, 0x100000000 + (u64{64} << 20) + 6, pieces};
  const ProcessImage image{.memory = {&memory, 1}};
  Minidump minidump;
  const auto found = differences(image, file_of(minidump, image));
  EXPECT_TRUE(found.empty()) << joined(found);
}

// --- A writer that errs ---

// A file, and where in it things stand.
class Altered {
 public:
  explicit Altered(std::string bytes) : bytes_{std::move(bytes)} {}

  std::string_view all() const { return bytes_; }
  u32& word(u64 at) { return *reinterpret_cast<u32*>(bytes_.data() + at); }
  void flip(u64 at) { bytes_[at] = static_cast<char>(bytes_[at] ^ 1); }

  u64 stream(u32 type) {
    u64 entry = word(12);
    while (word(entry) != type) entry += 12;
    return word(entry + 8);
  }
  u64 thread(u64 i) { return stream(3) + 4 + 48 * i; }
  u64 module(u64 i) { return stream(4) + 4 + 108 * i; }

 private:
  std::string bytes_;
};

struct Error {
  const char* name;
  const char* noticed;  // how a difference begins
  void (*make)(Altered&);
};
// All of them leave a file in which every offset is within it.
constexpr Error errors[] = {
    {"flags", "flags", [](Altered& file) { file.flip(24); }},
    {"a stack 8 bytes on", "stack:", [](Altered& file) { file.word(file.thread(0) + 36) += 8; }},
    {"a stack 8 bytes on from what is listed",
     "stack as listed:", [](Altered& file) { file.word(file.thread(0) + 36) += 8; }},
    {"a stack at another address", "begin of a stack", [](Altered& file) { file.word(file.thread(0) + 24) += 8; }},
    {"a byte of a stack", "stack:", [](Altered& file) { file.flip(file.word(file.thread(0) + 36)); }},
    {"a byte of memory", "other memory", [](Altered& file) { file.flip(file.word(file.thread(0) + 36)); }},
    {"the context of the other thread",
     "context:", [](Altered& file) { file.word(file.thread(0) + 44) = file.word(file.thread(1) + 44); }},
    {"a register", "context:", [](Altered& file) { file.flip(file.word(file.thread(0) + 44) + 0x78); }},
    {"the highest byte of r15", "context:", [](Altered& file) { file.flip(file.word(file.thread(0) + 44) + 0xF7); }},
    {"rip", "context:", [](Altered& file) { file.flip(file.word(file.thread(0) + 44) + 0xF8); }},
    {"the id of a thread", "thread:", [](Altered& file) { file.flip(file.thread(1)); }},
    {"the name of the other module", "name of a module",
     [](Altered& file) { file.word(file.module(0) + 20) = file.word(file.module(1) + 20); }},
    {"a version", "version:", [](Altered& file) { file.flip(file.module(0) + 24 + 8); }},
    {"a debug id", "CodeView record", [](Altered& file) { file.flip(file.word(file.module(0) + 80) + 4); }},
    {"a CodeView record 4 bytes on", "CodeView record", [](Altered& file) { file.word(file.module(0) + 80) += 4; }},
    {"the end of a region", "region:", [](Altered& file) { file.flip(file.stream(16) + 16 + 24); }},
    {"an address of the exception", "exception:", [](Altered& file) { file.flip(file.stream(6) + 24); }},
    {"a thread of the exception", "thread of the exception", [](Altered& file) { file.flip(file.stream(6)); }},
    {"a time of a thread", "thread information:", [](Altered& file) { file.flip(file.stream(17) + 12 + 16); }},
    {"the name of a thread 4 bytes back", "name of a thread",
     [](Altered& file) { file.word(file.stream(24) + 8) -= 4; }},
    {"a comment", "comment:", [](Altered& file) { file.flip(file.stream(11)); }},
    {"the pid", "misc:", [](Altered& file) { file.flip(file.stream(15) + 8); }},
    {"a stream of another type", "other streams", [](Altered& file) { file.word(file.word(12)) = 0x57455200; }},
};

bool has_everything(const ProcessImage& image) {
  const auto has_stack = [](const ThreadImage& thread) { return thread.stack_size > 16; };
  return image.threads.size() > 1 && has_stack(image.threads[0]) && has_stack(image.threads[1]) &&
         image.modules.size() > 1 && image.modules[0].version && image.modules[0].debug && !image.regions.empty() &&
         image.exception && image.exception->thread != no_thread && streams_of(image).size() == 11;
}

bool notices(const ProcessImage& image, std::string_view file, std::string_view beginning) {
  const auto found = differences(image, file);
  return std::any_of(found.begin(), found.end(),
                     [&](const std::string& difference) { return difference.starts_with(beginning); });
}

void expect_errors_noticed(bool memory_64) {
  Minidump minidump;
  for (u64 seed = 0;; ++seed) {
    const RandomProcess process{seed};
    if (!has_everything(process.image()) || process.image().memory_64 != memory_64) continue;
    const std::string whole = file_of(minidump, process.image());
    ASSERT_TRUE(differences(process.image(), whole).empty());
    for (const Error& error : errors) {
      Altered wrong{whole};
      error.make(wrong);
      EXPECT_TRUE(notices(process.image(), wrong.all(), error.noticed)) << error.name;
    }
    return;
  }
}

TEST(LlvmReader, EachErrorOfAWriterIsNoticed) {
  expect_errors_noticed(false);
  expect_errors_noticed(true);
}

}  // namespace
}  // namespace procreg::impl
