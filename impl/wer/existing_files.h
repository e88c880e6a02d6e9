#pragma once

#include <optional>
#include <span>

#include "api/snapshot.h"
#include "impl/kernel/arena.h"
#include "impl/wer/keyed_list.h"
#include "impl/wer/keys.h"

namespace procreg::impl::inline PROCREG_SYNC {

// Whether the path begins with a letter, a colon and a separator, or with two separators.
bool is_absolute(const std::u16string& path) noexcept;

// The files of the world that exist. Reports look for them and may delete them: the lifecycle lock guards it.
class ExistingFiles {
 public:
  ExistingFiles(Arena& arena, const Tables& tables, std::span<const TextRef> paths);

  // A relative or empty path names none, whatever the world says (WER-REP-16).
  bool has(const PathKey& path) noexcept;
  // It exists.
  void erase(const PathKey& path) noexcept { files_.remove(path); }

  // In the order of the code units of their paths.
  const KeyedList<SnapText>& files() const noexcept { return files_; }

 private:
  const Tables& tables_;
  KeyedList<SnapText> files_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
