#include "harness/dump/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace procreg::harness::dump {
namespace {

// Its size is that at the time it was opened: a file that becomes shorter gives failed reads.
class OpenFile final : public ByteSource {
 public:
  OpenFile(int descriptor, std::uint64_t size) : descriptor_{descriptor}, size_{size} {}
  ~OpenFile() override { close(descriptor_); }

  std::uint64_t size() const override { return size_; }

  bool read(std::uint64_t offset, std::span<std::byte> into) const override {
    if (!lie_in(size_, offset, into.size())) return false;
    while (!into.empty()) {
      const ssize_t got = pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      offset += static_cast<std::uint64_t>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }

 private:
  const int descriptor_;
  const std::uint64_t size_;
};

std::string why_not(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return {};
  return S_ISDIR(status.st_mode) ? "is a folder" : "is not an ordinary file";
}

}  // namespace

bool BytesInMemory::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (!lie_in(bytes_.size(), offset, into.size())) return false;
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
  return true;
}

std::variant<std::unique_ptr<ByteSource>, std::string> open_file(const std::string& path) {
  // A pipe that nobody writes to would be waited for without O_NONBLOCK; it is refused below.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return std::string{"cannot be read: "} + std::strerror(errno);
  struct stat status {};
  std::string reason = fstat(descriptor, &status) == 0 ? why_not(status) : std::strerror(errno);
  if (reason.empty()) return std::make_unique<OpenFile>(descriptor, static_cast<std::uint64_t>(status.st_size));
  close(descriptor);
  return reason;
}

}  // namespace procreg::harness::dump
