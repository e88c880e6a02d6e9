#include "scenarios/properties/xml_names.h"

#include <algorithm>

namespace procreg::scenarios {
namespace {

constexpr CodePoints start_chars[] = {
    {':', ':'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},         {0xC0, 0xD6},     {0xD8, 0xF6},
    {0xF8, 0x2FF},    {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D},   {0x2070, 0x218F}, {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
};
constexpr CodePoints more_chars[] = {{'-', '-'},   {'.', '.'},     {'0', '9'},
                                     {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}};

constexpr CodePoints ascii_start[] = {{'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
constexpr CodePoints ascii_more[] = {{'-', '-'}, {'.', '.'}, {'0', '9'}};

bool in(std::span<const CodePoints> ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](CodePoints range) { return range.first <= c && c <= range.last; });
}

bool is_high(char16_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

std::span<const CodePoints> name_start_chars() { return start_chars; }
std::span<const CodePoints> more_name_chars() { return more_chars; }

std::u32string decoded(std::u16string_view text) {
  std::u32string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (is_high(text[i]) && i + 1 < text.size() && is_low(text[i + 1])) {
      ++i;
      c = 0x10000 + ((c - 0xD800) << 10) + (char32_t{text[i]} - 0xDC00);
    }
    decoded.push_back(c);
  }
  return decoded;
}

std::u16string encoded(char32_t c) {
  if (c < 0x10000) return {static_cast<char16_t>(c)};
  const char32_t rest = c - 0x10000;
  return {static_cast<char16_t>(0xD800 + (rest >> 10)), static_cast<char16_t>(0xDC00 + (rest & 0x3FF))};
}

bool is_name(std::u16string_view text, MetadataKeyCharset charset) {
  const bool ascii = charset == MetadataKeyCharset::ascii_subset;
  const std::span<const CodePoints> start = ascii ? std::span<const CodePoints>{ascii_start} : name_start_chars();
  const std::span<const CodePoints> more = ascii ? std::span<const CodePoints>{ascii_more} : more_name_chars();
  const std::u32string name = decoded(text);
  if (name.empty() || !in(start, name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char32_t c) { return in(start, c) || in(more, c); });
}

}  // namespace procreg::scenarios
