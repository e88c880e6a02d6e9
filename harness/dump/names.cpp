#include "harness/dump/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <span>

#include "harness/scenario/json_text.h"

namespace procreg::harness::dump {
namespace {

struct Name {
  std::uint64_t number;
  std::string_view text;
};

constexpr Name streams[] = {
    {0, "unused"},
    {3, "ThreadList"},
    {4, "ModuleList"},
    {5, "MemoryList"},
    {6, "Exception"},
    {7, "SystemInfo"},
    {8, "ThreadExList"},
    {9, "Memory64List"},
    {10, "CommentA"},
    {11, "CommentW"},
    {12, "HandleData"},
    {13, "FunctionTable"},
    {14, "UnloadedModuleList"},
    {15, "MiscInfo"},
    {16, "MemoryInfoList"},
    {17, "ThreadInfoList"},
    {18, "HandleOperationList"},
    {19, "Token"},
    {20, "JavaScriptData"},
    {21, "SystemMemoryInfo"},
    {22, "ProcessVmCounters"},
    {23, "IptTrace"},
    {24, "ThreadNames"},
    {0x47670001, "BreakpadInfo"},
};

// Whose numbers begin with these 16 bits.
constexpr Name owners[] = {
    {0x4767, "Breakpad"}, {0x4350, "Crashpad"}, {0x4D7A, "Mozilla"}, {0x4B6B, "Chromium"}, {0xFACE, "Facebook"},
};

constexpr Name architectures[] = {{0, "x86"}, {5, "ARM"}, {6, "IA64"}, {9, "AMD64"}, {12, "ARM64"}};
constexpr Name platforms[] = {{1, "Windows 9x"}, {2, "Windows NT"}};
constexpr Name products[] = {{1, "workstation"}, {2, "domain controller"}, {3, "server"}};

constexpr Name exceptions[] = {
    {0x80000001, "guard page"},
    {0x80000003, "breakpoint"},
    {0x80000004, "single step"},
    {0xC0000005, "access violation"},
    {0xC0000006, "in-page error"},
    {0xC000001D, "illegal instruction"},
    {0xC0000094, "integer divide by zero"},
    {0xC00000FD, "stack overflow"},
    {0xC0000374, "heap corruption"},
    {0xC0000409, "fast fail"},
    {0xE06D7363, "C++ exception"},
    {0xCFFFFFFF, "application hang"},
};

constexpr Name dump_flags[] = {
    {0x1, "WithDataSegs"},
    {0x2, "WithFullMemory"},
    {0x4, "WithHandleData"},
    {0x8, "FilterMemory"},
    {0x10, "ScanMemory"},
    {0x20, "WithUnloadedModules"},
    {0x40, "WithIndirectlyReferencedMemory"},
    {0x80, "FilterModulePaths"},
    {0x100, "WithProcessThreadData"},
    {0x200, "WithPrivateReadWriteMemory"},
    {0x400, "WithoutOptionalData"},
    {0x800, "WithFullMemoryInfo"},
    {0x1000, "WithThreadInfo"},
    {0x2000, "WithCodeSegs"},
    {0x4000, "WithoutAuxiliaryState"},
    {0x8000, "WithFullAuxiliaryState"},
    {0x10000, "WithPrivateWriteCopyMemory"},
    {0x20000, "IgnoreInaccessibleMemory"},
    {0x40000, "WithTokenInformation"},
    {0x80000, "WithModuleHeaders"},
    {0x100000, "FilterTriage"},
    {0x200000, "WithAvxXStateContext"},
    {0x400000, "WithIptTrace"},
    {0x800000, "ScanInaccessiblePartialPages"},
};

constexpr Name thread_flags[] = {
    {0x1, "error-thread"}, {0x2, "writing-thread"},   {0x4, "exited"},
    {0x8, "invalid-info"}, {0x10, "invalid-context"}, {0x20, "invalid-teb"},
};

constexpr Name protections[] = {
    {0x1, "no-access"}, {0x2, "read"},          {0x4, "read-write"},          {0x8, "write-copy"},
    {0x10, "execute"},  {0x20, "execute-read"}, {0x40, "execute-read-write"}, {0x80, "execute-write-copy"},
    {0x100, "guard"},   {0x200, "no-cache"},    {0x400, "write-combine"},
};

constexpr Name states[] = {{0x1000, "commit"}, {0x2000, "reserve"}, {0x10000, "free"}};
constexpr Name memory_types[] = {{0x20000, "private"}, {0x40000, "mapped"}, {0x1000000, "image"}};

std::string_view find(std::span<const Name> names, std::uint64_t number) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Name& name) { return name.number == number; });
  return found == names.end() ? std::string_view{} : found->text;
}

std::string bits(std::span<const Name> names, std::uint64_t value) {
  std::string text;
  const auto add = [&](std::string_view word) { text.append(text.empty() ? "" : " ").append(word); };
  for (const Name& name : names) {
    if ((value & name.number) == 0) continue;
    add(name.text);
    value &= ~name.number;
  }
  if (value != 0) add(fmt::format("0x{:X}", value));
  return text;
}

std::uint32_t number_of(StreamType type) { return static_cast<std::uint32_t>(type); }

std::string date(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return fmt::format("{} s after 1970", seconds);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", std::int64_t{parts.tm_year} + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

constexpr std::uint64_t units_per_second = 10'000'000;
constexpr std::int64_t seconds_from_1601_to_1970 = 11'644'473'600;

bool turns_direction(char16_t unit) {
  return unit == 0x200E || unit == 0x200F || (unit >= 0x202A && unit <= 0x202E) || (unit >= 0x2066 && unit <= 0x2069);
}

bool is_safe(char16_t unit) {
  return unit >= 0x20 && (unit < 0x7F || unit >= 0xA0) && !turns_direction(unit) && unit < 0xFFFE;
}

bool is_high(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

std::string stream_name(StreamType type) {
  const std::uint32_t number = number_of(type);
  if (const auto name = find(streams, number); !name.empty()) return std::string{name};
  std::string_view owner = is_user(type) ? "user" : find(owners, number >> 16);
  return fmt::format("{} 0x{:08X}", owner.empty() ? "unknown" : owner, number);
}

bool is_user(StreamType type) { return type >= StreamType::first_user && type <= StreamType::last_user; }

bool is_text(StreamType type) {
  return type == StreamType::comment_a || type == StreamType::comment_w || is_user(type);
}

std::string_view architecture_name(std::uint16_t architecture) { return find(architectures, architecture); }
std::string_view platform_name(std::uint32_t platform) { return find(platforms, platform); }
std::string_view product_name(std::uint8_t product) { return find(products, product); }
std::string_view exception_name(std::uint32_t code) { return find(exceptions, code); }

std::string dump_flag_names(std::uint64_t flags) { return bits(dump_flags, flags); }
std::string thread_flag_names(std::uint32_t flags) { return bits(thread_flags, flags); }
std::string protection_name(std::uint32_t protection) { return bits(protections, protection); }
std::string state_name(std::uint32_t state) { return bits(states, state); }
std::string memory_type_name(std::uint32_t type) { return bits(memory_types, type); }

std::string parameter_words(const Exception& exception) {
  constexpr std::uint32_t access_violation = 0xC0000005;
  constexpr std::uint32_t fast_fail = 0xC0000409;
  constexpr Name accesses[] = {{0, "reading"}, {1, "writing"}, {8, "executing"}};
  const auto& parameters = exception.parameters;
  if (exception.code == fast_fail && !parameters.empty()) return fmt::format("code {}", parameters[0]);
  if (exception.code != access_violation || parameters.size() < 2) return {};
  const auto access = find(accesses, parameters[0]);
  return access.empty() ? "" : fmt::format("{} 0x{:X}", access, parameters[1]);
}

std::string guid_text(const std::array<std::uint8_t, 16>& guid) {
  constexpr std::size_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  std::string text;
  for (std::size_t i = 0; i < guid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02X}", guid[order[i]]);
  }
  return text;
}

std::string hex_text(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02X}", byte);
  return text;
}

std::string version_text(std::uint64_t version) {
  return fmt::format("{}.{}.{}.{}", version >> 48, version >> 32 & 0xFFFF, version >> 16 & 0xFFFF, version & 0xFFFF);
}

std::string time_text(std::uint32_t seconds) { return date(seconds) + " UTC"; }

std::string file_time_text(std::uint64_t file_time) {
  if (file_time == 0) return "never";
  const auto seconds = static_cast<std::int64_t>(file_time / units_per_second) - seconds_from_1601_to_1970;
  return fmt::format("{}.{:07} UTC", date(seconds), file_time % units_per_second);
}

std::string duration_text(std::uint64_t units) {
  std::string text = fmt::format("{}.{:07}", units / units_per_second, units % units_per_second);
  text.resize(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

std::string printable(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = is_high(text[i]) && i + 1 < text.size() && is_low(text[i + 1]);
    const bool alone = !pair && (is_high(text[i]) || is_low(text[i]));
    if (alone || !is_safe(text[i])) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(text[i]));
    } else {
      out += json::utf8(text.substr(i, pair ? 2 : 1));
      if (pair) ++i;
    }
  }
  return out;
}

std::string printable(std::string_view text) { return printable(json::utf16(text)); }

std::u16string_view file_name(std::u16string_view path) {
  const std::size_t slash = path.find_last_of(u"\\/");
  return slash == std::u16string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace procreg::harness::dump
