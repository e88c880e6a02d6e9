#include "impl/store/system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

bool write_bytes(const Piece& piece, std::FILE* out) {
  return std::fwrite(piece.bytes, 1, static_cast<std::size_t>(piece.size), out) == piece.size;
}

bool write_zeros(std::uint64_t size, std::FILE* out) {
  static constexpr std::array<std::byte, 4096> zeros{};
  for (std::uint64_t left = size; left > 0; left -= std::min<std::uint64_t>(left, zeros.size()))
    if (!write_bytes({zeros.data(), std::min<std::uint64_t>(left, zeros.size())}, out)) return false;
  return true;
}

}  // namespace

std::error_code write_new_file(const std::filesystem::path& file, std::span<const Piece> pieces) {
  std::FILE* out = std::fopen(file.string().c_str(), "wbx");
  if (out == nullptr) return last_error();
  std::error_code error;
  for (const Piece& piece : pieces)
    if (!error && !(piece.bytes == nullptr ? write_zeros(piece.size, out) : write_bytes(piece, out)))
      error = last_error();
  if (std::fclose(out) != 0 && !error) error = last_error();
  return error;
}

std::error_code exchange_names(const std::filesystem::path&, const std::filesystem::path&) {
  return std::make_error_code(std::errc::not_supported);
}

FolderClaim::~FolderClaim() = default;

std::error_code FolderClaim::take(const std::filesystem::path&) { return {}; }

}  // namespace procreg::impl::inline PROCREG_SYNC
