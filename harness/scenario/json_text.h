// JSON as text: quoting, numbers, and objects on one line. Strings are UTF-8 in which unpaired surrogates stand as three
// bytes of their own (WTF-8), so that every text of a scenario survives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace procreg::harness::json {

// Integers above this are written "0x...".
inline constexpr std::uint64_t exact_integer_max = std::uint64_t{1} << 53;

std::string utf8(std::u16string_view text);
// Bytes that are no UTF-8 become U+FFFD.
std::u16string utf16(std::string_view text);

// With the quotes. ASCII control characters and unpaired surrogates are escaped.
std::string quote(std::string_view text);
std::string quote(std::u16string_view text);

std::string integer(std::uint64_t value);  // 12, or "0x..." with quotes above exact_integer_max
std::string hex(std::uint64_t value);      // "0x1FFFFF" with quotes

// One segment of a JSON Pointer: ~ and / escaped.
std::string pointer_segment(std::string_view key);

// { "a": 1, "b": [2] }
class Object {
 public:
  Object& add(std::string_view key, std::string_view value);
  bool empty() const { return text_.empty(); }
  std::string text() const { return text_.empty() ? "{}" : "{ " + text_ + " }"; }

 private:
  std::string text_{};
};

// [1, 2], or [ {...}, {...} ] when an element is an object.
class Array {
 public:
  Array& add(std::string_view value);
  std::string text() const { return objects_ ? "[ " + text_ + " ]" : "[" + text_ + "]"; }

 private:
  std::string text_{};
  bool objects_{};
};

}  // namespace procreg::harness::json
