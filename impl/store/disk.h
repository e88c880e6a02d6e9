// What a store of report folders asks of the file system. Nothing throws but for want of memory.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "sync.h"

namespace procreg::impl::inline PROCREG_SYNC {

class Disk {
 public:
  virtual ~Disk() = default;

  // With those above it; one that is there already is no error.
  virtual std::error_code make_folder(const std::filesystem::path& folder) = 0;
  // A new file. After an error part of it may be there. Does not wait until a loss of power could not take it away.
  virtual std::error_code write(const std::filesystem::path& file, std::string_view bytes) = 0;
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
