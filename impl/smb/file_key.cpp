#include "impl/smb/file_key.h"

#include <algorithm>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

bool is_component(std::u16string_view name) noexcept {
  return !name.empty() && name != u"." && name != u".." && name.find_first_of(u"/:") == std::u16string_view::npos;
}

}  // namespace

KeyText folded_copy(Arena& arena, std::u16string_view text, std::u16string_view end) noexcept {
  const std::span<char16_t> copy = arena.array<char16_t>(text.size() + end.size());
  const auto behind = std::transform(text.begin(), text.end(), copy.begin(), folded);
  std::copy(end.begin(), end.end(), behind);
  return copy;
}

std::uint64_t hash_of(std::u16string_view text, std::uint64_t before) noexcept {
  for (const char16_t unit : text) {
    before = (before ^ folded(unit)) * 0x9E3779B97F4A7C15U;
    before ^= before >> 32;
  }
  return before;
}

bool equal_when_folded(KeyText key, std::u16string_view text) noexcept {
  return std::equal(key.begin(), key.end(), text.begin(), text.end(),
                    [](char16_t a, char16_t b) { return a == folded(b); });
}

std::optional<std::u16string_view> valid_path(std::u16string_view path) noexcept {
  const auto begin = path.find_first_not_of(u'\\');
  if (begin == std::u16string_view::npos) return std::nullopt;
  path = path.substr(begin, path.find_last_not_of(u'\\') + 1 - begin);
  for (std::size_t at = 0;;) {
    const auto end = path.find(u'\\', at);
    if (!is_component(path.substr(at, end - at))) return std::nullopt;
    if (end == std::u16string_view::npos) return path;
    at = end + 1;
  }
}

bool names(const FileKey& key, KeyText file) noexcept {
  return file.size() == key.folder.size() + key.rest.size() &&
         std::equal(key.folder.begin(), key.folder.end(), file.begin()) &&
         equal_when_folded(file.subspan(key.folder.size()), key.rest);
}

KeyText copy_of(Arena& arena, const FileKey& key) noexcept {
  const std::span<char16_t> copy = arena.array<char16_t>(key.folder.size() + key.rest.size());
  const auto behind = std::copy(key.folder.begin(), key.folder.end(), copy.begin());
  std::transform(key.rest.begin(), key.rest.end(), behind, folded);
  return copy;
}

}  // namespace procreg::impl::inline PROCREG_SYNC
