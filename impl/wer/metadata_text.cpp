#include "impl/wer/metadata_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// XML 1.0, fifth edition: NameStartChar, and what NameChar has beside.
constexpr std::array name_start{
    Range{U':', U':'},     Range{U'A', U'Z'},     Range{U'_', U'_'},     Range{U'a', U'z'},
    Range{0xC0, 0xD6},     Range{0xD8, 0xF6},     Range{0xF8, 0x2FF},    Range{0x370, 0x37D},
    Range{0x37F, 0x1FFF},  Range{0x200C, 0x200D}, Range{0x2070, 0x218F}, Range{0x2C00, 0x2FEF},
    Range{0x3001, 0xD7FF}, Range{0xF900, 0xFDCF}, Range{0xFDF0, 0xFFFD}, Range{0x10000, 0xEFFFF}};
constexpr std::array name_more{Range{U'-', U'.'}, Range{U'0', U'9'}, Range{0xB7, 0xB7}, Range{0x300, 0x36F},
                               Range{0x203F, 0x2040}};

constexpr std::array ascii_start{Range{U'A', U'Z'}, Range{U'_', U'_'}, Range{U'a', U'z'}};
constexpr std::array ascii_more{Range{U'-', U'.'}, Range{U'0', U'9'}};

bool holds(std::span<const Range> ranges, char32_t point) noexcept {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](Range range) { return point >= range.first && point <= range.last; });
}

// Takes the first code point off the text; nullopt: an unpaired surrogate.
std::optional<char32_t> take_point(std::u16string_view& text) noexcept {
  const char32_t unit = text.front();
  text.remove_prefix(1);
  if (unit < 0xD800 || unit > 0xDFFF) return unit;
  if (unit > 0xDBFF || text.empty() || text.front() < 0xDC00 || text.front() > 0xDFFF) return std::nullopt;
  const char32_t low = text.front();
  text.remove_prefix(1);
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

bool is_name(std::u16string_view text, std::span<const Range> start, std::span<const Range> more) noexcept {
  if (text.empty()) return false;
  for (bool first = true; !text.empty(); first = false) {
    const auto point = take_point(text);
    if (!point) return false;
    if (!holds(start, *point) && (first || !holds(more, *point))) return false;
  }
  return true;
}

}  // namespace

bool is_element_name(std::u16string_view text, MetadataKeyCharset charset) noexcept {
  if (charset == MetadataKeyCharset::ascii_subset) return is_name(text, ascii_start, ascii_more);
  return is_name(text, name_start, name_more);
}

bool is_printable_ascii(std::u16string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char16_t unit) { return unit >= 0x20 && unit <= 0x7E; });
}

}  // namespace procreg::impl::inline PROCREG_SYNC
