#include "model/wer/element_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace procreg::model {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array<Range, 16> name_start{{{U':', U':'},
                                            {U'A', U'Z'},
                                            {U'_', U'_'},
                                            {U'a', U'z'},
                                            {0xC0, 0xD6},
                                            {0xD8, 0xF6},
                                            {0xF8, 0x2FF},
                                            {0x370, 0x37D},
                                            {0x37F, 0x1FFF},
                                            {0x200C, 0x200D},
                                            {0x2070, 0x218F},
                                            {0x2C00, 0x2FEF},
                                            {0x3001, 0xD7FF},
                                            {0xF900, 0xFDCF},
                                            {0xFDF0, 0xFFFD},
                                            {0x10000, 0xEFFFF}}};
constexpr std::array<Range, 6> name_more{
    {{U'-', U'-'}, {U'.', U'.'}, {U'0', U'9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](const Range& range) { return range.first <= point && point <= range.last; });
}

bool starts(char32_t point) { return in(name_start, point); }
bool continues(char32_t point) { return starts(point) || in(name_more, point); }

bool is_high(char16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Takes one code point off the front; an unpaired surrogate stands for itself.
char32_t take_point(std::u16string_view& text) {
  const bool pair = text.size() > 1 && is_high(text[0]) && is_low(text[1]);
  const char32_t point = pair ? 0x10000U + ((text[0] & 0x3FFU) << 10) + (text[1] & 0x3FFU) : text[0];
  text.remove_prefix(pair ? 2 : 1);
  return point;
}

bool is_ascii_start(char16_t unit) {
  return (unit >= u'A' && unit <= u'Z') || (unit >= u'a' && unit <= u'z') || unit == u'_';
}
bool is_ascii_more(char16_t unit) {
  return is_ascii_start(unit) || (unit >= u'0' && unit <= u'9') || unit == u'.' || unit == u'-';
}

}  // namespace

bool is_xml_name(std::u16string_view text) {
  if (text.empty() || !starts(take_point(text))) return false;
  while (!text.empty()) {
    if (!continues(take_point(text))) return false;
  }
  return true;
}

bool is_ascii_name(std::u16string_view text) {
  return !text.empty() && is_ascii_start(text.front()) && std::all_of(text.begin() + 1, text.end(), is_ascii_more);
}

}  // namespace procreg::model
