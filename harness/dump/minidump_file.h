// What is inside a minidump (MDMP) as plain values. Written from the format alone: it shares nothing with what writes such files.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/dump/byte_source.h"

namespace procreg::harness::dump {

// Bytes of the file. What is past its end keeps its numbers and is marked.
struct Location {
  std::uint64_t size{};
  std::uint64_t offset{};
  bool in_file{};

  friend bool operator==(const Location&, const Location&) = default;
};

enum class StreamType : std::uint32_t {
  unused = 0,
  thread_list = 3,
  module_list = 4,
  memory_list = 5,
  exception = 6,
  system_info = 7,
  memory64_list = 9,
  comment_a = 10,
  comment_w = 11,
  handle_data = 12,
  unloaded_module_list = 14,
  misc_info = 15,
  memory_info_list = 16,
  thread_info_list = 17,
  thread_names = 24,
  first_user = 0x57455200,  // "WER" and a number
  last_user = 0x574552FF,
};

struct Header {
  std::uint32_t version{};  // the lower half is 0xA793
  std::uint32_t streams{};
  std::uint32_t directory{};
  std::uint32_t checksum{};
  std::uint32_t time{};  // seconds since 1970
  std::uint64_t flags{};
};

// An entry of the directory, unused ones left out.
struct Stream {
  StreamType type{};
  Location bytes{};
};

struct System {
  std::uint16_t architecture{};
  std::uint16_t level{};
  std::uint16_t revision{};
  std::uint8_t processors{};
  std::uint8_t product{};
  std::uint32_t major{};
  std::uint32_t minor{};
  std::uint32_t build{};
  std::uint32_t platform{};
  std::u16string service_pack{};
  std::uint16_t suites{};
  std::array<std::uint8_t, 24> processor{};  // vendor and cpuid, or masks of features
};

inline constexpr std::uint16_t architecture_amd64 = 9;

// Members without their bit in `flags` mean nothing.
struct Misc {
  static constexpr std::uint32_t has_pid = 1;
  static constexpr std::uint32_t has_times = 2;

  std::uint32_t size{};
  std::uint32_t flags{};
  std::uint32_t pid{};
  std::uint32_t created{};  // seconds since 1970
  std::uint32_t user_seconds{};
  std::uint32_t kernel_seconds{};
};

// In the order of the x86-64 CONTEXT.
inline constexpr std::array general_names{"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                          "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

struct Registers {
  std::uint32_t flags{};
  std::uint32_t mxcsr{};
  std::array<std::uint16_t, 6> segments{};  // cs, ds, es, fs, gs, ss
  std::uint32_t eflags{};
  std::array<std::uint64_t, 6> debug{};  // dr0 to dr3, dr6, dr7
  std::array<std::uint64_t, 16> general{};
  std::uint64_t rip{};

  std::uint64_t rsp() const { return general[4]; }
};

inline constexpr std::uint64_t context_bytes = 1232;
inline constexpr std::uint32_t context_amd64 = 0x100000;

struct Context {
  Location bytes{};
  std::optional<Registers> registers{};  // none where the bytes are not those of an x86-64 context
};

struct Thread {
  std::uint32_t id{};
  std::uint32_t suspend_count{};
  std::uint32_t priority_class{};
  std::uint32_t priority{};
  std::uint64_t teb{};
  std::uint64_t stack_begin{};
  Location stack{};
  Context context{};
};

struct ThreadInfo {
  std::uint32_t id{};
  std::uint32_t flags{};
  std::uint32_t error{};
  std::uint32_t exit_status{};
  std::uint64_t created{};  // FILETIME, as the other times here
  std::uint64_t exited{};
  std::uint64_t kernel{};
  std::uint64_t user{};
  std::uint64_t start{};
  std::uint64_t affinity{};
};

struct ThreadName {
  std::uint32_t id{};
  std::u16string name{};
};

struct Exception {
  std::uint32_t thread{};
  std::uint32_t code{};
  std::uint32_t flags{};
  std::uint64_t nested{};
  std::uint64_t address{};
  std::uint32_t parameter_count{};  // as it stands there; more than 15 are not kept
  std::vector<std::uint64_t> parameters{};
  Context context{};
};

struct CodeView {
  static constexpr std::uint32_t pdb70 = 0x53445352;  // "RSDS"
  static constexpr std::uint32_t elf = 0x4270454C;

  Location bytes{};
  std::uint32_t signature{};
  std::array<std::uint8_t, 16> guid{};  // of pdb70, as it lies in memory
  std::uint32_t age{};
  std::string pdb{};                     // in whatever encoding it was written
  std::vector<std::uint8_t> build_id{};  // of elf
};

struct Module {
  std::uint64_t base{};
  std::uint32_t size{};
  std::uint32_t checksum{};
  std::uint32_t time{};
  std::u16string name{};
  bool has_version{};
  std::uint64_t file_version{};  // four numbers of 16 bits, the first one on top
  std::uint64_t product_version{};
  std::optional<CodeView> code_view{};
};

struct MemoryRange {
  std::uint64_t begin{};
  Location bytes{};
  bool wide{};  // in Memory64List
};

struct MemoryInfo {
  std::uint64_t begin{};
  std::uint64_t allocation{};
  std::uint32_t allocation_protection{};
  std::uint64_t size{};
  std::uint32_t state{};
  std::uint32_t protection{};
  std::uint32_t type{};
};

struct UnloadedModule {
  std::uint64_t base{};
  std::uint32_t size{};
  std::uint32_t checksum{};
  std::uint32_t time{};
  std::u16string name{};
};

struct Handle {
  std::uint64_t value{};
  std::u16string type{};
  std::u16string name{};
  std::uint32_t attributes{};
  std::uint32_t access{};
  std::uint32_t handles{};
  std::uint32_t pointers{};
};

// A comment or a stream of the user.
struct Text {
  StreamType type{};
  Location bytes{};
  std::optional<std::u16string> text{};  // none where the bytes are no text, or too many
};

struct Minidump {
  std::uint64_t file_size{};
  Header header{};
  std::vector<Stream> streams{};
  std::uint32_t unused_streams{};
  std::optional<System> system{};
  std::optional<Misc> misc{};
  std::optional<Exception> exception{};
  std::vector<Thread> threads{};
  std::vector<ThreadInfo> thread_infos{};
  std::vector<ThreadName> thread_names{};
  std::vector<Module> modules{};
  std::vector<MemoryRange> memory{};
  std::vector<MemoryInfo> memory_info{};
  std::vector<UnloadedModule> unloaded{};
  std::vector<Handle> handles{};
  std::vector<Text> texts{};

  std::vector<std::string> faults{};  // what cannot be read: stream, entry (the first is 1), what, offset
  std::vector<std::string> oddities{};

  const Stream* find(StreamType type) const;  // the first one, or nullptr
};

// Of text, of one name, of all descriptions together, of one list: a file that has more gets a fault, and the rest is read.
inline constexpr std::uint64_t text_bytes_max = 64U << 10;
inline constexpr std::uint64_t name_bytes_max = 64U << 10;
inline constexpr std::uint64_t description_bytes_max = 64U << 20;
inline constexpr std::uint64_t entries_max = 1'000'000;
// Faults, and oddities, of one kind that are told one by one.
inline constexpr std::size_t complaints_max = 20;

// Everything but the bytes of memory, or why this is no minidump at all. What cannot be read is left out and stands in `faults`.
// Time and memory are bounded by the constants above, whatever the bytes are.
std::variant<Minidump, std::string> read_minidump(const ByteSource& source);

}  // namespace procreg::harness::dump
