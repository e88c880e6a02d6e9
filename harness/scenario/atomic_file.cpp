#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "harness/scenario/files.h"

namespace procreg::harness {

namespace {

std::string failure(const std::string& path, int error) {
  return path + ": cannot be written: " + std::generic_category().message(error);
}

// 0, or the error of the first write that failed.
int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_and_close(int file, std::string_view content) {
  int error = write_all(file, content);
  if (error == 0 && ::fsync(file) != 0 && errno != EINVAL && errno != EROFS) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  return error;
}

// Something that exists and is no file (a pipe, a terminal, a device) cannot be replaced.
bool written_in_place(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

std::string write_in_place(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const int error = file < 0 ? errno : write_and_close(file, content);
  return error == 0 ? "" : failure(path, error);
}

}  // namespace

std::string write_file_atomically(const std::string& path, std::string_view content) {
  if (written_in_place(path)) return write_in_place(path, content);
  const std::string beside = path + ".new-" + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failure(path, errno);
  int error = write_and_close(file, content);
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(beside.c_str());
  return failure(path, error);
}

}  // namespace procreg::harness
