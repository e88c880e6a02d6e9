// For tests: minidumps built byte by byte from the format, with the offsets of their parts, so that a test can break one field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procreg::harness::dump {

// Little-endian numbers one after the other.
class Bytes {
 public:
  Bytes& u8(std::uint8_t value) { return number(value, 1); }
  Bytes& u16(std::uint16_t value) { return number(value, 2); }
  Bytes& u32(std::uint64_t value) { return number(value, 4); }
  Bytes& u64(std::uint64_t value) { return number(value, 8); }
  Bytes& zeros(std::size_t count) { return fill(count, 0); }
  Bytes& fill(std::size_t count, std::uint8_t value) {
    bytes_.resize(bytes_.size() + count, std::byte{value});
    return *this;
  }
  Bytes& text(std::string_view text) {
    for (const char c : text) u8(static_cast<std::uint8_t>(c));
    return *this;
  }
  Bytes& utf16(std::u16string_view text) {
    for (const char16_t unit : text) u16(static_cast<std::uint16_t>(unit));
    return *this;
  }
  Bytes& add(const Bytes& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    return *this;
  }
  void set(std::size_t at, const Bytes& other) {
    std::memcpy(bytes_.data() + at, other.bytes_.data(), other.bytes_.size());
  }
  void resize(std::size_t size) { bytes_.resize(size); }
  std::size_t size() const { return bytes_.size(); }
  std::span<const std::byte> span() const { return bytes_; }
  std::string string() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  Bytes& number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_.push_back(static_cast<std::byte>(value >> 8 * i));
    return *this;
  }

  std::vector<std::byte> bytes_{};
};

// A dump under construction: the header, a directory of at most 24 streams, then whatever is put.
class DumpBuilder {
 public:
  DumpBuilder() {
    file_.u32(0x504D444D).u32(0xA793).u32(0).u32(header_bytes).u32(0).u32(1'700'000'000).u64(0x140121);
    file_.zeros(streams_max * entry_bytes);
  }

  // Where it lies in the file.
  std::size_t put(const Bytes& bytes) {
    const std::size_t at = file_.size();
    file_.add(bytes);
    return at;
  }
  std::size_t put(std::string_view name, const Bytes& bytes) { return places_[std::string{name}] = put(bytes); }
  std::size_t string(std::string_view name, std::u16string_view text) {
    return put(name, Bytes{}.u32(2 * text.size()).utf16(text).u16(0));
  }
  // Its bytes are found again under the name of the stream, its entry under "entry of" that name.
  void stream(std::string_view name, std::uint32_t type, const Bytes& bytes) {
    const std::size_t entry = header_bytes + entry_bytes * streams_++;
    places_["entry of " + std::string{name}] = entry;
    file_.set(entry, Bytes{}.u32(type).u32(bytes.size()).u32(put(name, bytes)));
    file_.set(8, Bytes{}.u32(streams_));
  }

  std::size_t at(std::string_view name) const { return places_.at(std::string{name}); }
  DumpBuilder& set32(std::string_view name, std::size_t offset, std::uint32_t value) {
    file_.set(at(name) + offset, Bytes{}.u32(value));
    return *this;
  }
  DumpBuilder& set64(std::string_view name, std::size_t offset, std::uint64_t value) {
    file_.set(at(name) + offset, Bytes{}.u64(value));
    return *this;
  }
  Bytes& file() { return file_; }
  const Bytes& file() const { return file_; }

 private:
  static constexpr std::uint32_t header_bytes = 32;
  static constexpr std::uint32_t entry_bytes = 12;
  static constexpr std::uint32_t streams_max = 24;

  Bytes file_{};
  std::uint32_t streams_{};
  std::map<std::string, std::size_t> places_{{"header", 0}};
};

inline constexpr std::uint64_t app_base = 0x7FF600000000;
inline constexpr std::uint64_t stack_base = 0x14F000;

// An x86-64 context: rax is 0x1010, rcx 0x1111 and so on.
inline Bytes context(std::uint64_t rip, std::uint64_t rsp) {
  Bytes bytes;
  bytes.zeros(0x30).u32(0x10001F).u32(0x1F80);
  bytes.u16(0x33).u16(0x2B).u16(0x2B).u16(0x53).u16(0x2B).u16(0x2B).u32(0x246).zeros(48);
  for (std::uint64_t i = 0; i < 16; ++i) bytes.u64(i == 4 ? rsp : i == 5 ? rsp + 0x20 : 0x1010 + 0x101 * i);
  bytes.u64(rip);
  return bytes.zeros(1232 - bytes.size());
}

inline Bytes stack_of(std::uint8_t first) {
  Bytes bytes;
  for (std::uint8_t i = 0; i < 64; ++i) bytes.u8(static_cast<std::uint8_t>(first + i));
  return bytes;
}

enum class MemoryKind { list, list64 };

// Two threads, two modules, and every stream that is read field by field: with MemoryList, or with Memory64List in its place.
inline DumpBuilder sample_dump(MemoryKind kind = MemoryKind::list) {
  DumpBuilder dump;
  const auto service_pack = dump.string("service pack", u"Service Pack 1");
  dump.stream("system", 7,
              Bytes{}
                  .u16(9)
                  .u16(6)
                  .u16(0x3A09)
                  .u8(4)
                  .u8(1)
                  .u32(10)
                  .u32(0)
                  .u32(19045)
                  .u32(2)
                  .u32(service_pack)
                  .u16(0x100)
                  .u16(0)
                  .text("GenuineIntel")
                  .zeros(12));
  dump.stream("misc", 15, Bytes{}.u32(24).u32(3).u32(1000).u32(1'700'000'000).u32(5).u32(2));

  const auto stacks = dump.put("stacks", stack_of(0x20).add(stack_of(0x60)));
  const auto code = dump.put("code", Bytes{}.fill(16, 0x90));
  const auto context1 = dump.put("context 1", context(app_base + 0x1234, stack_base));
  const auto context2 = dump.put("context 2", context(app_base + 0x1234, stack_base + 0x1000));
  dump.stream("exception", 6,
              Bytes{}
                  .u32(65540)
                  .u32(0)
                  .u32(0xC0000005)
                  .u32(0)
                  .u64(0)
                  .u64(app_base + 0x1234)
                  .u32(2)
                  .u32(0)
                  .u64(1)
                  .u64(0x10)
                  .zeros(13 * 8)
                  .u32(1232)
                  .u32(context1));
  const auto thread = [&](std::uint32_t id, std::uint64_t stack, std::uint64_t rva, std::uint64_t at) {
    return Bytes{}.u32(id).u32(0).u32(0x20).u32(8).u64(0x7FFDE000).u64(stack).u32(64).u32(rva).u32(1232).u32(at);
  };
  dump.stream("threads", 3,
              Bytes{}
                  .u32(2)
                  .add(thread(65540, stack_base, stacks, context1))
                  .add(thread(65544, stack_base + 0x1000, stacks + 64, context2)));
  dump.stream("thread info", 17,
              Bytes{}
                  .u32(12)
                  .u32(64)
                  .u32(1)
                  .u32(65540)
                  .u32(1)
                  .u32(0)
                  .u32(0x103)
                  .u64(133'444'736'000'000'000)
                  .u64(0)
                  .u64(20'000'000)
                  .u64(15'000'000)
                  .u64(app_base + 0x1000)
                  .u64(0xF));
  const auto name1 = dump.string("thread name", u"main");
  dump.stream("thread names", 24, Bytes{}.u32(1).u32(65540).u64(name1));

  const auto app = dump.string("app name", u"C:\\apps\\app.exe");
  const auto library = dump.string("library name", u"C:\\apps\\caf\u00E9.dll");
  Bytes guid;
  for (std::uint8_t i = 0; i < 16; ++i) guid.u8(i);
  const auto rsds = dump.put("rsds", Bytes{}.text("RSDS").add(guid).u32(7).text("app.pdb").u8(0));
  const auto elf = dump.put("elf", Bytes{}.u32(0x4270454C).u32(0xEFBEADDE));
  const Bytes version =
      Bytes{}.u32(0xFEEF04BD).u32(0x10000).u32(0x10002).u32(0x30004).u32(0x50006).u32(0x70008).zeros(28);
  const auto module = [&](std::uint64_t base, std::uint64_t name, const Bytes& fixed, std::size_t size,
                          std::uint64_t at) {
    return Bytes{}
        .u64(base)
        .u32(0x10000)
        .u32(0x1A2B)
        .u32(1'600'000'000)
        .u32(name)
        .add(fixed)
        .u32(size)
        .u32(at)
        .zeros(24);
  };
  dump.stream("modules", 4,
              Bytes{}
                  .u32(2)
                  .add(module(app_base, app, version, 32, rsds))
                  .add(module(app_base + 0x100000, library, Bytes{}.zeros(52), 8, elf)));
  const auto old = dump.string("unloaded name", u"old.dll");
  dump.stream("unloaded", 14, Bytes{}.u32(12).u32(24).u32(1).u64(0x10000000).u32(0x5000).u32(1).u32(2).u32(old));

  if (kind == MemoryKind::list) {
    dump.stream("memory", 5,
                Bytes{}
                    .u32(3)
                    .u64(stack_base)
                    .u32(64)
                    .u32(stacks)
                    .u64(stack_base + 0x1000)
                    .u32(64)
                    .u32(stacks + 64)
                    .u64(app_base + 0x1234)
                    .u32(16)
                    .u32(code));
  } else {
    dump.stream("memory", 9,
                Bytes{}
                    .u64(3)
                    .u64(stacks)
                    .u64(stack_base)
                    .u64(64)
                    .u64(stack_base + 0x1000)
                    .u64(64)
                    .u64(app_base + 0x1234)
                    .u64(16));
  }
  dump.stream("memory info", 16,
              Bytes{}
                  .u32(16)
                  .u32(48)
                  .u64(2)
                  .u64(stack_base)
                  .u64(0x50000)
                  .u32(4)
                  .u32(0)
                  .u64(0x2000)
                  .u32(0x1000)
                  .u32(0x104)
                  .u32(0x20000)
                  .u32(0)
                  .u64(app_base)
                  .u64(app_base)
                  .u32(0x80)
                  .u32(0)
                  .u64(0x10000)
                  .u32(0x1000)
                  .u32(0x20)
                  .u32(0x1000000)
                  .u32(0));
  const auto type = dump.string("handle type", u"File");
  const auto object = dump.string("handle name", u"\\Device\\log.txt");
  dump.stream("handles", 12,
              Bytes{}.u32(16).u32(32).u32(1).u32(0).u64(0x44).u32(type).u32(object).u32(0).u32(0x12019F).u32(1).u32(2));
  dump.stream("comment a", 10, Bytes{}.text("first line\r\nsecond line").u8(0));
  dump.stream("comment w", 11, Bytes{}.utf16(u"na\u00EFve").u16(0));
  dump.stream("user text", 0x57455200, Bytes{}.utf16(u"excluded: 1 block"));
  dump.stream("user bytes", 0x57455201, Bytes{}.u32(0x01020304));
  dump.stream("foreign", 0x47670001, Bytes{}.zeros(12));
  return dump;
}

// One thread, one module, one text: the example of docs/dumps.md.
inline DumpBuilder small_dump() {
  DumpBuilder dump;
  const auto none = dump.string("service pack", u"");
  dump.stream(
      "system", 7,
      Bytes{}.u16(9).u16(6).u16(0x3A09).u8(2).u8(1).u32(10).u32(0).u32(19045).u32(2).u32(none).u32(0).zeros(24));
  dump.stream("misc", 15, Bytes{}.u32(24).u32(1).u32(1004).zeros(12));
  const auto stack = dump.put("stack", stack_of(0x20));
  const auto at = dump.put("context", context(app_base + 0x1234, stack_base));
  dump.stream("threads", 3,
              Bytes{}
                  .u32(1)
                  .u32(65540)
                  .u32(0)
                  .u32(0x20)
                  .u32(0)
                  .u64(0x7FFDE000)
                  .u64(stack_base)
                  .u32(64)
                  .u32(stack)
                  .u32(1232)
                  .u32(at));
  const auto name = dump.string("name", u"C:\\apps\\worker.exe");
  dump.stream("modules", 4, Bytes{}.u32(1).u64(app_base).u32(0x10000).u32(0).u32(0).u32(name).zeros(84));
  dump.stream("memory", 5, Bytes{}.u32(1).u64(stack_base).u32(64).u32(stack));
  dump.stream("text", 0x57455200, Bytes{}.text("excluded: 0x14F800..0x14F900"));
  return dump;
}

}  // namespace procreg::harness::dump
