#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "impl/kernel/arena.h"

namespace procreg::impl::inline PROCREG_SYNC {

// ASCII case folding (SMB-OPEN-05).
constexpr char16_t folded(char16_t unit) noexcept {
  return unit >= u'A' && unit <= u'Z' ? static_cast<char16_t>(unit + (u'a' - u'A')) : unit;
}

using KeyText = std::span<const char16_t>;  // folded

// The text, folded, with `end` behind it.
KeyText folded_copy(Arena& arena, std::u16string_view text, std::u16string_view end = {}) noexcept;
// Of the text when it is folded; goes on from the hash of what stands before it.
std::uint64_t hash_of(std::u16string_view text, std::uint64_t before) noexcept;
bool equal_when_folded(KeyText key, std::u16string_view text) noexcept;

// The path of a create without its leading and trailing "\"s; nullopt: SMB-OPEN-06.
std::optional<std::u16string_view> valid_path(std::u16string_view path) noexcept;

struct File;

// What names a file on its server: `folder`, and what comes behind it in the wording of a request.
struct FileKey {
  KeyText folder{};  // of a share: its local path with a "\"
  std::u16string_view rest{};
  std::uint64_t hash{};
  File* known{};  // the file, where this wording was met before: then there are no texts
};
bool names(const FileKey& key, KeyText file) noexcept;
KeyText copy_of(Arena& arena, const FileKey& key) noexcept;

}  // namespace procreg::impl::inline PROCREG_SYNC
