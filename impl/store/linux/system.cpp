#include "impl/store/system.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>

namespace procreg::impl::inline PROCREG_SYNC {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

// The buffers of one call to the system: pieces that follow each other in the file.
class Batch {
 public:
  bool is_full() const noexcept { return count_ == buffers_.size(); }
  void add(const Piece& piece) noexcept {
    buffers_[count_++] = {const_cast<std::byte*>(piece.bytes), static_cast<std::size_t>(piece.size)};
  }

  // At `offset`, which moves on.
  std::error_code write(int file, off_t& offset) noexcept {
    iovec* next = buffers_.data();
    while (count_ > 0) {
      const ssize_t written = ::pwritev(file, next, static_cast<int>(count_), offset);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return last_error();
      if (written == 0) return std::make_error_code(std::errc::no_space_on_device);
      offset += written;
      take_away(next, static_cast<std::size_t>(written));
    }
    return {};
  }

 private:
  void take_away(iovec*& next, std::size_t written) noexcept {
    for (; count_ > 0 && written >= next->iov_len; --count_) written -= next++->iov_len;
    if (count_ == 0) return;
    next->iov_base = static_cast<std::byte*>(next->iov_base) + written;
    next->iov_len -= written;
  }

  std::array<iovec, 512> buffers_{};
  std::size_t count_{};
};

std::error_code write_all(int file, std::span<const Piece> pieces) {
  constexpr auto offset_max = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
  Batch batch;
  off_t offset = 0;       // of what is written next
  std::uint64_t end = 0;  // of what was looked at
  for (const Piece& piece : pieces) {
    if (piece.size > offset_max - end) return std::make_error_code(std::errc::file_too_large);
    end += piece.size;
    if (piece.bytes != nullptr && piece.size > 0) batch.add(piece);
    if (piece.bytes != nullptr && !batch.is_full()) continue;
    if (const std::error_code error = batch.write(file, offset)) return error;
    offset = static_cast<off_t>(end);
  }
  if (const std::error_code error = batch.write(file, offset)) return error;
  const bool ends_in_zeros = !pieces.empty() && pieces.back().bytes == nullptr;
  if (ends_in_zeros && ::ftruncate(file, static_cast<off_t>(end)) != 0) return last_error();
  return {};
}

}  // namespace

std::error_code write_new_file(const std::filesystem::path& file, std::span<const Piece> pieces) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor < 0) return last_error();
  std::error_code error = write_all(descriptor, pieces);
  if (::close(descriptor) != 0 && !error) error = last_error();
  return error;
}

std::error_code exchange_names(const std::filesystem::path& a, const std::filesystem::path& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) return {};
  const bool unknown_here = errno == EINVAL || errno == ENOSYS;
  return unknown_here ? std::make_error_code(std::errc::not_supported) : last_error();
}

FolderClaim::~FolderClaim() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::error_code FolderClaim::take(const std::filesystem::path& folder) {
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return last_error();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = opened;
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return std::make_error_code(std::errc::device_or_resource_busy);
}

}  // namespace procreg::impl::inline PROCREG_SYNC
