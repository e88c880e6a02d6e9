#include "impl/wer/keys.h"

#include <algorithm>
#include <string>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

char16_t folded(char16_t unit) noexcept {
  return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + (u'a' - u'A')) : unit;
}

// FNV-1a, a code unit at a time.
std::uint64_t folded_hash(const std::u16string& text) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char16_t unit : text) hash = (hash ^ folded(unit)) * 0x100000001B3U;
  return hash;
}

}  // namespace

// The finisher of MurmurHash3; its upper half.
std::uint32_t hash_of(std::uint64_t number) noexcept {
  number = (number ^ number >> 33) * 0xFF51AFD7ED558CCDU;
  number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53U;
  return static_cast<std::uint32_t>((number ^ number >> 33) >> 32);
}

std::uint64_t FoldedText::hash() const noexcept { return text_ ? folded_hash(tables_.at(*text_)) : 0; }

bool FoldedText::equals_folded(TextRef other) const noexcept {
  if (!text_) return false;
  const std::u16string& a = tables_.at(other);
  const std::u16string& b = tables_.at(*text_);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char16_t x, char16_t y) { return folded(x) == folded(y); });
}

}  // namespace procreg::impl::inline PROCREG_SYNC
