#include "model/wer/text.h"

#include <algorithm>

namespace procreg::model {

namespace {

constexpr char16_t folded(char16_t unit) {
  return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit - u'A' + u'a') : unit;
}

constexpr bool is_letter(char16_t unit) { return folded(unit) >= u'a' && folded(unit) <= u'z'; }
constexpr bool is_separator(char16_t unit) { return unit == u'\\' || unit == u'/'; }

}  // namespace

std::u16string_view text_at(const Draft& world, TextRef text) {
  const std::u16string_view whole = world.tables().at(text);
  return whole.substr(0, whole.find(u'\0'));
}

bool too_long(Draft& world, TextRef text, std::size_t limit, Choices& choices) {
  world.applies("WER-ALL-19");
  const std::size_t length = text_at(world, text).size();
  const bool counts_nul =  // of which only this length hears
      length == limit && choices.take(choice::string_limits) == StringLimits::characters_with_nul;
  return length > world.shaped("WER-ALL-20", counts_nul ? limit - 1 : limit);
}

bool is_absolute(std::u16string_view path) {
  if (path.size() >= 2 && is_separator(path[0]) && is_separator(path[1])) return true;
  return path.size() >= 3 && is_letter(path[0]) && path[1] == u':' && is_separator(path[2]);
}

bool same_text(const Draft& world, TextRef a, TextRef b) { return a == b || text_at(world, a) == text_at(world, b); }

bool same_name(const Draft& world, TextRef a, TextRef b) {
  if (a == b) return true;
  const auto first = text_at(world, a);
  const auto second = text_at(world, b);
  return std::equal(first.begin(), first.end(), second.begin(), second.end(),
                    [](char16_t x, char16_t y) { return folded(x) == folded(y); });
}

}  // namespace procreg::model
