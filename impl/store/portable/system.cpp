#include "impl/store/system.h"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

std::error_code write_new_file(const std::filesystem::path& file, std::string_view bytes) {
  std::FILE* out = std::fopen(file.string().c_str(), "wbx");
  if (out == nullptr) return last_error();
  std::error_code error;
  if (std::fwrite(bytes.data(), 1, bytes.size(), out) != bytes.size()) error = last_error();
  if (std::fclose(out) != 0 && !error) error = last_error();
  return error;
}

std::error_code exchange_names(const std::filesystem::path&, const std::filesystem::path&) {
  return std::make_error_code(std::errc::not_supported);
}

FolderClaim::~FolderClaim() = default;

std::error_code FolderClaim::take(const std::filesystem::path&) { return {}; }

}  // namespace procreg::impl::inline PROCREG_SYNC
