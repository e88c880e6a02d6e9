#include "harness/generate/choice_source.h"

#include <algorithm>

namespace procreg::harness {

void BytesSource::begin(std::uint64_t slice) {
  const std::size_t from =
      slice < bytes_.size() ? std::min<std::size_t>(slice * slice_bytes, bytes_.size()) : bytes_.size();
  slice_ = bytes_.subspan(from, std::min(slice_bytes, bytes_.size() - from));
}

std::uint32_t BytesSource::byte() {
  if (slice_.empty()) return 0;
  const std::uint32_t first = slice_.front();
  slice_ = slice_.subspan(1);
  return first;
}

std::uint32_t BytesSource::below(std::uint32_t n) {
  std::uint32_t number = byte();
  if (n > 256) number = number << 8 | byte();
  return number % n;
}

std::size_t BytesSource::steps() const {
  const std::size_t slices = (bytes_.size() + slice_bytes - 1) / slice_bytes;
  return slices == 0 ? 0 : slices - 1;
}

void ListSource::begin(std::uint64_t slice) {
  slice_ = slice < lists_.size() ? std::span<const std::uint32_t>{lists_[slice]} : std::span<const std::uint32_t>{};
}

std::uint32_t ListSource::below(std::uint32_t n) {
  if (slice_.empty()) return 0;
  const std::uint32_t number = slice_.front();
  slice_ = slice_.subspan(1);
  return number % n;
}

}  // namespace procreg::harness
