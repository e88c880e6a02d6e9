#include "impl/smb/file_names.h"

#include <mutex>

namespace procreg::impl::inline PROCREG_SYNC {

std::optional<NamedFile> FileNames::find(TextRef path) const noexcept {
  ReadMostlyTable<1>::Value words{};
  if (!files_.find(key(path), words)) return std::nullopt;
  return NamedFile{reinterpret_cast<File*>(static_cast<std::uintptr_t>(words[0] & ~std::uint64_t{63})),
                   static_cast<std::uint32_t>(words[0] & 63)};
}

void FileNames::add(Arena& arena, TextRef path, const NamedFile& named) noexcept {
  const std::scoped_lock lock{lock_};
  if (find(path)) return;
  files_.insert(arena, key(path), {reinterpret_cast<std::uintptr_t>(named.file) | named.part});
}

}  // namespace procreg::impl::inline PROCREG_SYNC
