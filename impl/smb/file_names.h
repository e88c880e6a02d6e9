#pragma once

#include <optional>

#include "api/value.h"
#include "impl/kernel/read_mostly_table.h"

namespace procreg::impl::inline PROCREG_SYNC {

struct File;

struct NamedFile {
  File* file{};
  std::uint32_t part{};  // its index
};

// Paths on one share as requests have worded them, each with its file: files never go, so each wording is read and folded once.
class FileNames {
 public:
  // Takes no lock. nullopt: there was no file under this wording so far.
  std::optional<NamedFile> find(TextRef path) const noexcept;
  // The lock of the file's part is held.
  void add(Arena& arena, TextRef path, const NamedFile& named) noexcept;

 private:
  static std::uint64_t key(TextRef path) noexcept { return std::uint64_t{path.index} + 1; }

  ReadMostlyTable<1> files_{};  // index of the text + 1 -> File*, which lies at a multiple of 64, and its part
  sync::mutex<"smb file names"> lock_{};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
