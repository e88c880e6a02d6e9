#include "impl/wer/existing_files.h"

#include <algorithm>
#include <string>
#include <vector>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

bool is_separator(char16_t unit) noexcept { return unit == u'\\' || unit == u'/'; }
bool is_letter(char16_t unit) noexcept { return (unit >= u'A' && unit <= u'Z') || (unit >= u'a' && unit <= u'z'); }

}  // namespace

bool is_absolute(const std::u16string& path) noexcept {
  if (path.size() >= 2 && is_separator(path[0]) && is_separator(path[1])) return true;
  return path.size() >= 3 && is_letter(path[0]) && path[1] == u':' && is_separator(path[2]);
}

ExistingFiles::ExistingFiles(Arena& arena, const Tables& tables, std::span<const TextRef> paths) : tables_{tables} {
  std::vector<TextRef> sorted{paths.begin(), paths.end()};
  std::sort(sorted.begin(), sorted.end(), [&](TextRef a, TextRef b) { return tables.at(a) < tables.at(b); });
  for (const TextRef path : sorted) files_.append(arena, PathKey{tables, path}, SnapText{path});
}

bool ExistingFiles::has(const PathKey& path) noexcept {
  const SnapText* found = files_.find(path);
  return found != nullptr && is_absolute(tables_.at(found->text));
}

}  // namespace procreg::impl::inline PROCREG_SYNC
