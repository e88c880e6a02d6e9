#include "harness/cli/standard_output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace procreg::cli {

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_{descriptor} {
  setp(bytes_.data(), bytes_.data() + bytes_.size());
}

std::string DescriptorBuffer::failure() const { return error_ == 0 ? "" : std::strerror(error_); }

bool DescriptorBuffer::write_out() {
  const char* next = pbase();
  while (error_ == 0 && next != pptr()) {
    const ssize_t written = write(descriptor_, next, static_cast<std::size_t>(pptr() - next));
    if (written >= 0) next += written;
    if (written < 0 && errno != EINTR) error_ = errno;
  }
  setp(bytes_.data(), bytes_.data() + bytes_.size());
  return error_ == 0;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

int DescriptorBuffer::sync() { return write_out() ? 0 : -1; }

}  // namespace procreg::cli
