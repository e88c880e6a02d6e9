// What a store of report folders asks of the file system. Nothing throws but for want of memory. Several threads may write and
// remove at once, each another file.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include "impl/dump/piece.h"

namespace procreg::impl::inline PROCREG_SYNC {

class Disk {
 public:
  virtual ~Disk() = default;

  // With those above it; one that is there already is no error.
  virtual std::error_code make_folder(const std::filesystem::path& folder) = 0;
  // A new file of these pieces, one after the other; where the system can, zeros take no room. After an error part of it may be
  // there. Does not wait until a loss of power could not take it away.
  virtual std::error_code write(const std::filesystem::path& file, std::span<const Piece> pieces) = 0;
  std::error_code write_text(const std::filesystem::path& file, std::string_view text) {
    const Piece piece{reinterpret_cast<const std::byte*>(text.data()), text.size()};
    return write(file, {&piece, 1});
  }
  // A second name for a file, so that it stays when the first one goes. Not every file system can do that.
  virtual std::error_code link(const std::filesystem::path& file, const std::filesystem::path& name) = 0;
  // A folder to a name that nothing has; in one step.
  virtual std::error_code move(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  // Two folders, in one step. std::errc::not_supported where there is no such step.
  virtual std::error_code exchange(const std::filesystem::path& a, const std::filesystem::path& b) = 0;
  // With all that is in it; follows no link. What is not there is no error.
  virtual std::error_code remove(const std::filesystem::path& path) = 0;
  // Nobody else can claim the folder, or the one that a link leads to, until this disk is gone or the program has ended, however it ends.
  // std::errc::device_or_resource_busy: somebody has. Where the system cannot tell, everybody may.
  virtual std::error_code claim(const std::filesystem::path& folder) = 0;
};

std::unique_ptr<Disk> real_disk();

}  // namespace procreg::impl::inline PROCREG_SYNC
