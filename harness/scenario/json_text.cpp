#include "harness/scenario/json_text.h"

#include <fmt/format.h>

namespace procreg::harness::json {

namespace {

constexpr std::uint32_t replacement = 0xFFFD;

bool high_surrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool low_surrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }
char byte(std::uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

void append(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += byte(code);
  } else if (code < 0x800) {
    out += {byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F))};
  } else {
    out += {byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
            byte(0x80 | (code & 0x3F))};
  }
}

// The code point (or lone surrogate) that begins at `next`, which moves behind it.
std::uint32_t decoded(std::string_view text, std::size_t& next) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const std::uint32_t first = at(next);
  const std::size_t more = first < 0x80 ? 0 : first >= 0xC2 && first < 0xE0 ? 1 : first >= 0xE0 && first < 0xF0 ? 2 : 3;
  std::uint32_t code = more == 0 ? first : first & (0x3FU >> more);
  bool good = first < 0x80 || (first >= 0xC2 && first < 0xF5);
  for (std::size_t i = 1; good && i <= more; ++i) {
    good = (at(next + i) & 0xC0U) == 0x80;
    code = code << 6 | (at(next + i) & 0x3FU);
  }
  constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  good = good && code >= least[more] && code <= 0x10FFFF;
  next += good ? more + 1 : 1;
  return good ? code : replacement;
}

void append_quote(std::string& out, std::uint32_t code) {
  switch (code) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  if (code < 0x20 || code == 0x7F || high_surrogate(code) || low_surrogate(code))
    out += fmt::format("\\u{:04x}", code);
  else
    append(out, code);
}

}  // namespace

std::string utf8(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t code = text[i];
    if (high_surrogate(code) && i + 1 < text.size() && low_surrogate(text[i + 1]))
      code = 0x10000 + ((code - 0xD800) << 10) + (text[++i] - 0xDC00U);
    append(out, code);
  }
  return out;
}

std::u16string utf16(std::string_view text) {
  std::u16string out;
  for (std::size_t next = 0; next < text.size();) {
    const std::uint32_t code = decoded(text, next);
    if (code >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + (code & 0x3FF));
    } else {
      out += static_cast<char16_t>(code);
    }
  }
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t next = 0; next < text.size();) append_quote(out, decoded(text, next));
  return out += '"';
}

std::string quote(std::u16string_view text) { return quote(std::string_view{utf8(text)}); }

std::string integer(std::uint64_t value) { return value > exact_integer_max ? hex(value) : std::to_string(value); }

std::string hex(std::uint64_t value) { return fmt::format("\"0x{:X}\"", value); }

std::string pointer_segment(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

Object& Object::add(std::string_view key, std::string_view value) {
  if (!text_.empty()) text_ += ", ";
  text_ += quote(key);
  text_ += ": ";
  text_ += value;
  return *this;
}

Array& Array::add(std::string_view value) {
  if (!text_.empty()) text_ += ", ";
  text_ += value;
  objects_ = objects_ || value.starts_with('{');
  return *this;
}

}  // namespace procreg::harness::json
