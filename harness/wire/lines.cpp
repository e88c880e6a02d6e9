#include "harness/wire/lines.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/wire/message.h"

namespace procreg::harness::wire {

namespace {

constexpr std::size_t part_bytes = std::size_t{1} << 16;

}  // namespace

LineReader::End LineReader::read(std::string& line) {
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      line.assign(buffer_, begin_, end - begin_);
      begin_ = searched_ = end + 1;
      return End::line;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched_ = buffer_.size();
    if (buffer_.size() > line_bytes_max) return End::too_long;
    std::array<char, part_bytes> part;
    wait_readable(descriptor_, in_vain_);
    const auto read = ::read(descriptor_, part.data(), part.size());
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return read == 0 ? End::input : End::error;
    buffer_.append(part.data(), static_cast<std::size_t>(read));
  }
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto size = static_cast<unsigned>(std::min<std::size_t>(text.size(), part_bytes));
    const auto written = ::write(descriptor, text.data(), size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace procreg::harness::wire
