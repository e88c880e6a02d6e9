// The parts of a disk that the C++ library does not have: linux/system.cpp, else portable/system.cpp.
#pragma once

#include <filesystem>
#include <span>
#include <system_error>

#include "impl/dump/piece.h"

namespace procreg::impl::inline PROCREG_SYNC {

// See Disk::write, Disk::exchange, Disk::claim.
std::error_code write_new_file(const std::filesystem::path& file, std::span<const Piece> pieces);
std::error_code exchange_names(const std::filesystem::path& a, const std::filesystem::path& b);

class FolderClaim {
 public:
  FolderClaim() = default;
  ~FolderClaim();
  FolderClaim(const FolderClaim&) = delete;
  FolderClaim& operator=(const FolderClaim&) = delete;
  std::error_code take(const std::filesystem::path& folder);

 private:
  [[maybe_unused]] int descriptor_{-1};
};

}  // namespace procreg::impl::inline PROCREG_SYNC
