#include "harness/wire/message.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstring>

#include "harness/scenario/json_text.h"

namespace procreg::harness::wire {

namespace {

constexpr std::size_t shown_max = 120;

std::optional<std::uint32_t> escaped_unit(std::string_view line, std::size_t at) {
  if (line.substr(at, 2) != "\\u" || at + 6 > line.size()) return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const std::size_t digit = std::string_view{"0123456789abcdefABCDEF"}.find(line[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    unit = unit << 4 | static_cast<std::uint32_t>(digit < 16 ? digit : digit - 6);
  }
  return unit;
}

bool high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// RapidJSON refuses escapes of unpaired high surrogates: they become the three bytes that stand for them in memory.
std::string without_unpaired(std::string_view line) {
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const auto unit = line[at] == '\\' ? escaped_unit(line, at) : std::nullopt;
    if (!unit || !high(*unit)) {
      const std::size_t taken = unit ? 6 : line[at] == '\\' ? 2 : 1;
      out += line.substr(at, taken);
      at += taken;
    } else if (const auto next = escaped_unit(line, at + 6); next && low(*next)) {
      out += line.substr(at, 12);
      at += 12;
    } else {
      const char16_t alone[] = {static_cast<char16_t>(*unit)};
      out += json::utf8({alone, 1});
      at += 6;
    }
  }
  return out;
}

// The other way round: the three bytes of a surrogate are no UTF-8, so other readers refuse them.
std::string with_escaped_surrogates(std::string json) {
  constexpr char first = '\xED';
  for (std::size_t at = json.find(first); at != std::string::npos; at = json.find(first, at + 1)) {
    if (at + 2 >= json.size()) break;
    const auto second = static_cast<unsigned char>(json[at + 1]);
    const auto third = static_cast<unsigned char>(json[at + 2]);
    if (second < 0xA0) continue;
    json.replace(at, 3, fmt::format("\\u{:04x}", 0xD000U | (second & 0x3FU) << 6 | (third & 0x3FU)));
  }
  return json;
}

bool has_surrogates(const std::string& line) {
  return line.find("\\ud") != std::string::npos || line.find("\\uD") != std::string::npos;
}

}  // namespace

Message::Message()
    : memory_{std::make_unique<char[]>(kept)},
      stack_memory_{std::make_unique<char[]>(kept_stack)},
      allocator_{memory_.get(), kept},
      stack_{stack_memory_.get(), kept_stack},
      document_{&allocator_, kept_stack / 2, &stack_} {}

std::string Message::parse(std::string& line) {
  if (has_surrogates(line)) [[unlikely]]
    line = without_unpaired(line);
  document_.SetNull();
  allocator_.Clear();
  stack_.Clear();  // a parse leaves it empty and its memory behind
  // A NUL ends the text for the parser.
  if (line.find('\0') != std::string::npos) return "it holds a NUL byte";
  document_.ParseInsitu(line.data());
  if (!document_.HasParseError()) return {};
  std::string reason = rapidjson::GetParseError_En(document_.GetParseError());
  return fmt::format("at byte {}: {}", document_.GetErrorOffset() + 1, reason);
}

const Value* member(const Value& object, std::string_view key) {
  if (!object.IsObject()) return nullptr;
  for (const auto& each : object.GetObject())
    if (text_of(each.name) == key) return &each.value;
  return nullptr;
}

std::string_view text_of(const Value& text) { return {text.GetString(), text.GetStringLength()}; }

std::optional<std::uint64_t> integer_of(const Value& value) {
  if (value.IsUint64()) return value.GetUint64();
  if (!value.IsString()) return std::nullopt;
  std::string_view digits = text_of(value);
  if (!digits.starts_with("0x") || digits.size() < 3 || digits.size() > 18) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : digits.substr(2)) {
    const std::size_t digit = std::string_view{"0123456789abcdefABCDEF"}.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number << 4 | (digit < 16 ? digit : digit - 6);
  }
  return number;
}

bool all_of_it(const Value& value) { return value.IsString() && text_of(value) == "all"; }

std::string json_of(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  value.Accept(writer);
  return with_escaped_surrogates({buffer.GetString(), buffer.GetSize()});
}

std::string shown(const Value& value) { return shown(json_of(value)); }

std::string shown(std::string_view line) {
  if (line.size() <= shown_max) return std::string{line};
  return fmt::format("{}... ({} bytes)", line.substr(0, shown_max), line.size());
}

}  // namespace procreg::harness::wire
